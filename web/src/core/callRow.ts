import type { CallMetrics, CallSummary, Latency } from '../generated/api';
import type { CallEndedMessage, LatencyMessage } from '../generated/events';
import type { CallEvent } from './messages';

export type Question = {
    readonly prompt: string;
    readonly expiresAt: number;
};

/**
 * A call as the list shows it: what its events have come to. Times are the server's, in
 * milliseconds since 1970. Never changed in place, so that a row that is the same object has
 * nothing new to show.
 */
export type CallRow = {
    readonly callSid: string;
    readonly from: string;
    readonly to: string;
    readonly direction: string;
    /** One may listen to it. */
    readonly audio: boolean;
    readonly state: CallSummary['state'];
    /** Of a call that we place, until it is answered: when it was placed. */
    readonly startedAt: number;
    readonly endedAt: number | null;
    readonly endReason: string | null;
    /** Of the newest event that is folded in. */
    readonly seq: number;
    readonly callerText: string;
    readonly agentText: string;
    readonly lastSpeaker: 'caller' | 'agent' | null;
    /** The caller is in the middle of a sentence. */
    readonly callerSpeaking: boolean;
    /** The caller has said something that is not answered yet. */
    readonly unansweredSince: number | null;
    /** Nobody has spoken after that, as far as is known. */
    readonly quietSince: number;
    readonly latency: Latency | null;
    readonly question: Question | null;
    readonly errors: number;
    readonly errorAt: number | null;
    readonly errorText: string;
    readonly interruptions: number;
    readonly interruptedAt: number | null;
    readonly metrics: CallMetrics;
};

const noMetrics: CallMetrics = {
    call_duration_seconds: 0,
    transcript_count: 0,
    command_count: 0,
    override_count: 0,
};

/** Of somebody who speaks at a usual pace, a character takes about so many milliseconds. */
const speechPerCharacter = 65;

export function newRow(callSid: string, startedAt: number): CallRow {
    return {
        callSid,
        from: '',
        to: '',
        direction: '',
        audio: false,
        state: 'active',
        startedAt,
        endedAt: null,
        endReason: null,
        seq: 0,
        callerText: '',
        agentText: '',
        lastSpeaker: null,
        callerSpeaking: false,
        unansweredSince: null,
        quietSince: startedAt,
        latency: null,
        question: null,
        errors: 0,
        errorAt: null,
        errorText: '',
        interruptions: 0,
        interruptedAt: null,
        metrics: noMetrics,
    };
}

/** Of what the server says about a call as a whole. `now` is when it said so. */
export function rowOf(call: CallSummary, now: number): CallRow {
    const startedAt = Date.parse(call.startedAt);
    const { latency, pendingQuestion: question } = call;
    return {
        ...newRow(call.callSid, startedAt),
        from: call.from,
        to: call.to,
        direction: call.direction,
        audio: call.audio,
        state: call.state,
        endedAt: call.endedAt === null ? null : Date.parse(call.endedAt),
        endReason: call.endReason,
        seq: call.seq ?? 0,
        callerText: call.lastCallerText,
        agentText: call.lastAssistantText,
        lastSpeaker: call.lastAssistantText ? 'agent' : call.lastCallerText ? 'caller' : null,
        quietSince: now,
        latency,
        question: question && { prompt: question.prompt, expiresAt: Date.parse(question.expiresAt) },
        errors: call.errors,
        interruptions: call.interruptions,
        metrics: call.metrics,
    };
}

/** We place it, and nobody has answered. */
export function isPlaced(row: CallRow): boolean {
    return row.state === 'dialing' || row.state === 'ringing';
}

/** It goes on, or is about to begin. */
export function isLive(row: CallRow): boolean {
    return row.state === 'active' || isPlaced(row);
}

function ended(row: CallRow, event: CallEndedMessage, at: number): CallRow {
    return {
        ...row,
        startedAt: isPlaced(row) ? at : row.startedAt, // it has not lasted
        state: event.reason === 'connection_lost' ? 'lost' : 'ended',
        endedAt: at,
        endReason: event.reason,
        question: null,
        callerSpeaking: false,
        unansweredSince: null,
        metrics: {
            call_duration_seconds: event.call_duration_seconds,
            transcript_count: event.transcript_count,
            command_count: event.command_count,
            override_count: event.override_count,
        },
    };
}

/** The reference's type of a turn's latency, without what belongs to the message. */
export function latencyOf(event: LatencyMessage): Latency {
    const { type, callSid, timestamp, seq, ...latency } = event;
    return latency;
}

function counted(row: CallRow, what: 'transcript_count' | 'command_count' | 'override_count'): CallMetrics {
    return { ...row.metrics, [what]: row.metrics[what] + 1 };
}

/** The row after one more event. Whether it is new is for whoever asks. */
function agentSpoke(row: CallRow, text: string, at: number): CallRow {
    return {
        ...row,
        agentText: text,
        lastSpeaker: 'agent',
        unansweredSince: null,
        quietSince: at + text.length * speechPerCharacter,
    };
}

export function foldRow(before: CallRow, event: CallEvent): CallRow {
    const at = Date.parse(event.timestamp);
    const row = { ...before, seq: event.seq };
    switch (event.type) {
        case 'call_started':
            // Also of a call that comes back after its connection was lost.
            return {
                ...row,
                startedAt: isPlaced(row) && event.state === undefined ? at : row.startedAt,
                from: event.from,
                to: event.to,
                direction: event.direction,
                audio: event.audio,
                state: event.state ?? 'active',
                endedAt: null,
                endReason: null,
                quietSince: at,
            };
        case 'call_ended':
            return ended(row, event, at);
        case 'transcript': {
            const heard: CallRow = { ...row, callerText: event.text, lastSpeaker: 'caller', quietSince: at };
            if (event.final === false) return { ...heard, callerSpeaking: true };
            return {
                ...heard,
                callerSpeaking: false,
                unansweredSince: at,
                metrics: counted(row, 'transcript_count'),
            };
        }
        case 'assistant_token':
            return { ...row, unansweredSince: null, quietSince: Math.max(row.quietSince, at) };
        case 'assistant_reply':
            return event.text.trim() ? agentSpoke(row, event.text, at) : row;
        case 'interrupted':
            return {
                ...row,
                agentText: event.heard || row.agentText,
                ...(event.by === 'caller' && { interruptions: row.interruptions + 1, interruptedAt: at }),
                quietSince: at,
            };
        case 'latency':
            return {
                ...row,
                latency: latencyOf(event),
                unansweredSince: null,
                quietSince: event.playback_ended_ms === undefined ? row.quietSince : at,
            };
        case 'command_executed':
            return { ...row, metrics: counted(row, 'command_count') };
        case 'supervisor_override': {
            const metrics = counted(row, 'override_count');
            if (event.action === 'clarification') return { ...row, metrics, question: null };
            if (event.action !== 'text') return { ...row, metrics };
            return agentSpoke({ ...row, metrics }, event.value, at);
        }
        case 'clarification_requested':
            return {
                ...row,
                question: { prompt: event.prompt, expiresAt: at + event.expires_in_seconds * 1000 },
            };
        case 'error':
            return { ...row, errors: row.errors + 1, errorAt: at, errorText: event.message };
        case 'dtmf':
            return { ...row, quietSince: at };
        case 'command_rejected':
            return row;
    }
}

/** The question that waits for an answer at this moment. */
export function pendingQuestion(row: CallRow, now: number): Question | null {
    return row.state === 'active' && row.question && now < row.question.expiresAt ? row.question : null;
}

export type Activity =
    'caller_speaking' | 'thinking' | 'agent_speaking' | 'listening' | Exclude<CallRow['state'], 'active'>;

export function activityOf(row: CallRow, now: number): Activity {
    if (row.state !== 'active') return row.state;
    if (row.callerSpeaking) return 'caller_speaking';
    if (row.unansweredSince !== null) return 'thinking';
    if (row.lastSpeaker === 'agent' && now < row.quietSince) return 'agent_speaking';
    return 'listening';
}

/** The number at the other end of the line: of a call that we have placed, whom we call. */
export function otherNumber(row: CallRow): string {
    return row.direction === 'outbound-api' ? row.to : row.from;
}

/** How long a call has lasted, or did. */
export function durationOf(row: CallRow, now: number): number {
    if (isPlaced(row)) return 0;
    return Math.max(0, (row.endedAt ?? now) - row.startedAt);
}
