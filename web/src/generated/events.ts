// Made of src/documents/asyncapi.json by `npm run types`; not edited by hand.

export type paths = Record<string, never>;
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        assistant_reply: {
            callSid: components["schemas"]["CallSid"];
            /** @description Rises by one per call */
            seq: number;
            text: string;
            /**
             * Format: date-time
             * @description UTC, milliseconds
             */
            timestamp: string;
            /** @description 0: of no turn */
            turn: number;
            /** @constant */
            type: "assistant_reply";
        };
        assistant_token: {
            callSid: components["schemas"]["CallSid"];
            /** @description Rises by one per call */
            seq: number;
            text: string;
            /**
             * Format: date-time
             * @description UTC, milliseconds
             */
            timestamp: string;
            /** @description 0: of no turn */
            turn: number;
            /** @constant */
            type: "assistant_token";
        };
        call_ended: {
            call_duration_seconds: number;
            callSid: components["schemas"]["CallSid"];
            command_count: number;
            override_count: number;
            reason: string;
            /** @description Rises by one per call */
            seq: number;
            /**
             * Format: date-time
             * @description UTC, milliseconds
             */
            timestamp: string;
            transcript_count: number;
            /** @constant */
            type: "call_ended";
        };
        call_started: {
            /** @description One may listen to it: /listen/ws */
            audio: boolean;
            callSid: components["schemas"]["CallSid"];
            direction: string;
            from: string;
            /** @description Rises by one per call */
            seq: number;
            /**
             * @description We place it, and it is not connected; another call_started follows, or call_ended
             * @enum {unknown}
             */
            state?: "dialing" | "ringing";
            /**
             * Format: date-time
             * @description UTC, milliseconds
             */
            timestamp: string;
            to: string;
            traceId?: components["schemas"]["TraceId"];
            /** @constant */
            type: "call_started";
        };
        call_state: {
            /** @description One may listen to it while it is active: /listen/ws */
            audio: boolean;
            callSid: components["schemas"]["CallSid"];
            direction: string;
            endedAt: string | null;
            endReason: string | null;
            errors: number;
            from: string;
            interruptions: number;
            lastAssistantText: string;
            lastCallerText: string;
            latency: components["schemas"]["Latency"] | null;
            metrics: components["schemas"]["CallMetrics"];
            pendingQuestion: {
                /** Format: date-time */
                expiresAt: string;
                prompt: string;
            } | null;
            /** @description Of its newest event */
            seq?: number;
            /** Format: date-time */
            startedAt: string;
            /**
             * @description dialing, ringing: we place it, and it is not connected. lost: its connection broke, and it may be resumed within seconds
             * @enum {unknown}
             */
            state: "dialing" | "ringing" | "active" | "lost" | "ended";
            to: string;
            /** @constant */
            type: "call_state";
        };
        CallMetrics: {
            call_duration_seconds: number;
            command_count: number;
            override_count: number;
            transcript_count: number;
        };
        CallSid: string;
        clarification_requested: {
            callSid: components["schemas"]["CallSid"];
            expires_in_seconds: number;
            prompt: string;
            /** @description Rises by one per call */
            seq: number;
            /**
             * Format: date-time
             * @description UTC, milliseconds
             */
            timestamp: string;
            /** @constant */
            type: "clarification_requested";
        };
        command_executed: {
            callSid: components["schemas"]["CallSid"];
            /** @enum {unknown} */
            command: "press" | "transfer" | "end_call" | "request_user";
            /** @description Rises by one per call */
            seq: number;
            /**
             * Format: date-time
             * @description UTC, milliseconds
             */
            timestamp: string;
            /** @constant */
            type: "command_executed";
            value: string;
        };
        command_rejected: {
            callSid: components["schemas"]["CallSid"];
            command: string;
            reason: string;
            /** @description Rises by one per call */
            seq: number;
            /**
             * Format: date-time
             * @description UTC, milliseconds
             */
            timestamp: string;
            /** @constant */
            type: "command_rejected";
            value: string;
        };
        dtmf: {
            callSid: components["schemas"]["CallSid"];
            digit: string;
            /** @description Rises by one per call */
            seq: number;
            /**
             * Format: date-time
             * @description UTC, milliseconds
             */
            timestamp: string;
            /** @constant */
            type: "dtmf";
        };
        error: {
            callSid: components["schemas"]["CallSid"];
            /** @example OPENAI_ERROR */
            code: string;
            message: string;
            /** @description Rises by one per call */
            seq: number;
            /**
             * Format: date-time
             * @description UTC, milliseconds
             */
            timestamp: string;
            /** @constant */
            type: "error";
        };
        interrupted: {
            /**
             * @description Who cut it: the caller, who talked over it; or a newer reply of the agent or a supervisor's words, which replaced it
             * @enum {string}
             */
            by: "caller" | "newer_speech";
            callSid: components["schemas"]["CallSid"];
            /** @description What was heard of the reply */
            heard: string;
            /** @description Rises by one per call */
            seq: number;
            /**
             * Format: date-time
             * @description UTC, milliseconds
             */
            timestamp: string;
            /** @description 0: of no turn */
            turn: number;
            /** @constant */
            type: "interrupted";
        };
        latency: {
            /** @description From the transcript */
            agent_speaking_ms?: number;
            callSid: components["schemas"]["CallSid"];
            failed: boolean;
            /** @description From the transcript */
            first_audio_playback_ms?: number;
            /** @description From the transcript */
            first_frame_ms?: number;
            /** @description From the request written */
            gpt_first_token_ms?: number;
            interrupted: boolean;
            /** @description From the transcript */
            playback_ended_ms?: number;
            /** @description From the transcript */
            reply_complete_ms?: number;
            /** @description The model server's name for the request: its x-request-id */
            requestId?: string;
            /** @description From the request written */
            response_headers_ms?: number;
            /** @description Rises by one per call */
            seq: number;
            stages: components["schemas"]["TurnStages"];
            /**
             * Format: date-time
             * @description UTC, milliseconds
             */
            timestamp: string;
            /** @description From the transcript to the last milestone: the sum of the stages */
            total_ms: number;
            traceId?: components["schemas"]["TraceId"];
            /** @description Final transcript read to request written */
            transcript_to_gpt_ms?: number;
            /** @description 0: of no turn */
            turn: number;
            /** @constant */
            type: "latency";
        };
        /** @description One turn's stages, in milliseconds; those that it reached */
        Latency: {
            agent_speaking_ms?: number;
            failed: boolean;
            first_audio_playback_ms?: number;
            first_frame_ms?: number;
            gpt_first_token_ms?: number;
            interrupted: boolean;
            playback_ended_ms?: number;
            reply_complete_ms?: number;
            /** @description The model server's name for the request: its x-request-id */
            requestId?: string;
            response_headers_ms?: number;
            stages: components["schemas"]["TurnStages"];
            /** @description From the transcript to the last milestone: the sum of the stages */
            total_ms: number;
            traceId?: components["schemas"]["TraceId"];
            transcript_to_gpt_ms?: number;
            turn: number;
        };
        ping: {
            /** @constant */
            type: "ping";
        };
        pong: {
            /** @constant */
            type: "pong";
        };
        subscribe: {
            callSid: components["schemas"]["CallSid"] | "*";
            /** @description Go on behind this seq */
            since?: number;
            /** @description With callSid *: assistant_token, too */
            tokens?: boolean;
        };
        supervisor_override: {
            /** @enum {unknown} */
            action: "text" | "dtmf" | "end" | "transfer" | "clarification";
            callSid: components["schemas"]["CallSid"];
            /** @description Rises by one per call */
            seq: number;
            supervisor: string;
            /**
             * Format: date-time
             * @description UTC, milliseconds
             */
            timestamp: string;
            /** @constant */
            type: "supervisor_override";
            value: string;
        };
        /** @description Of the W3C trace that the call and its requests to the model are part of */
        TraceId: string;
        transcript: {
            callSid: components["schemas"]["CallSid"];
            /**
             * @description Only there when it is interim
             * @constant
             */
            final?: false;
            /** @description Rises by one per call */
            seq: number;
            /** @constant */
            speaker: "caller";
            text: string;
            /**
             * Format: date-time
             * @description UTC, milliseconds
             */
            timestamp: string;
            /** @constant */
            type: "transcript";
        };
        truncated: {
            callSid: components["schemas"]["CallSid"];
            /** @description Of the first message that follows */
            firstSeq: number;
            /** @description How many are missing */
            missed: number;
            /** @constant */
            type: "truncated";
        };
        /** @description The turn's milestones in the order of time; since the one before, in ms */
        TurnStages: {
            ms: number;
            /** @enum {unknown} */
            stage: "request_written" | "response_headers" | "first_token" | "first_frame" | "agent_speaking" | "reply_complete" | "playback_ended";
        }[];
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;

export type CallSid = components['schemas']['CallSid'];
export type TraceId = components['schemas']['TraceId'];
export type TurnStages = components['schemas']['TurnStages'];
export type CallMetrics = components['schemas']['CallMetrics'];
export type Latency = components['schemas']['Latency'];
export type TranscriptMessage = components['schemas']['transcript'];
export type AssistantReplyMessage = components['schemas']['assistant_reply'];
export type CommandExecutedMessage = components['schemas']['command_executed'];
export type SupervisorOverrideMessage = components['schemas']['supervisor_override'];
export type CallStartedMessage = components['schemas']['call_started'];
export type CallEndedMessage = components['schemas']['call_ended'];
export type AssistantTokenMessage = components['schemas']['assistant_token'];
export type DtmfMessage = components['schemas']['dtmf'];
export type CommandRejectedMessage = components['schemas']['command_rejected'];
export type ClarificationRequestedMessage = components['schemas']['clarification_requested'];
export type InterruptedMessage = components['schemas']['interrupted'];
export type LatencyMessage = components['schemas']['latency'];
export type ErrorMessage = components['schemas']['error'];
export type TruncatedMessage = components['schemas']['truncated'];
export type CallStateMessage = components['schemas']['call_state'];
export type PingMessage = components['schemas']['ping'];
export type SubscribeMessage = components['schemas']['subscribe'];
export type PongMessage = components['schemas']['pong'];

/** What /events/ws sends. */
export type ServerMessage =
    | TranscriptMessage
    | AssistantReplyMessage
    | CommandExecutedMessage
    | SupervisorOverrideMessage
    | CallStartedMessage
    | CallEndedMessage
    | AssistantTokenMessage
    | DtmfMessage
    | CommandRejectedMessage
    | ClarificationRequestedMessage
    | InterruptedMessage
    | LatencyMessage
    | ErrorMessage
    | TruncatedMessage
    | CallStateMessage
    | PingMessage;

/** What a viewer sends on /events/ws. */
export type ViewerMessage =
    | SubscribeMessage
    | PongMessage;
