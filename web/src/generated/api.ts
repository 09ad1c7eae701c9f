// Made of src/documents/openapi.json by `npm run types`; not edited by hand.

export interface paths {
    "/asyncapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The WebSockets, as an AsyncAPI document */
        get: operations["asyncapi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/call_status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What has become of a call that we place */
        post: operations["callStatus"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/calls": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The calls that are active or being placed now, oldest first */
        get: operations["listCalls"];
        put?: never;
        /**
         * Call somebody, through Twilio's REST API
         * @description Answered when Twilio has accepted the call; viewers and the history know it from then on. Who answers is connected by /start_call, and /call_status tells what became of it otherwise.
         */
        post: operations["placeCall"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/calls/{callSid}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                callSid: components["parameters"]["CallSid"];
            };
            cookie?: never;
        };
        /** One call, active or past: its state, its metrics and what was said */
        get: operations["getCall"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/dashboard/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The supervisors' dashboard, a page; its other files lie beneath this address */
        get: operations["dashboard"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/dashboard/index.html": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The same page */
        get: operations["dashboardIndex"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the process does its work */
        get: operations["health"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Past calls, newest first */
        get: operations["searchHistory"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Metrics in Prometheus's text format
         * @description Open unless PHONY_METRICS_TOKEN is set; then that token is needed.
         */
        get: operations["metrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This document */
        get: operations["openapi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/override/clarification": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Answer the question that the model has asked */
        post: operations["overrideClarification"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/override/dtmf": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send one DTMF digit */
        post: operations["overrideDtmf"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/override/end": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End the call */
        post: operations["overrideEnd"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/override/text": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Say something to the caller
         * @description Spoken at once, in place of what the model was saying.
         */
        post: operations["overrideText"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/override/transfer": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Transfer the call to another number */
        post: operations["overrideTransfer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether new calls should be sent here */
        get: operations["readiness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/receive_call": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A call has come in */
        post: operations["receiveCall"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/relay/action": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The relay session of a call is over: what happens to the caller now
         * @description After a session that failed, the call is connected again, without a greeting, if it broke off in the middle, in this process or in another one with the same history: three times at most.
         */
        post: operations["relayAction"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who is signed in, and whether that is needed */
        get: operations["whoAmI"];
        put?: never;
        /** Sign in with a supervisor's token: a cookie comes back */
        post: operations["signIn"];
        /** Sign out */
        delete: operations["signOut"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/start_call": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A call that we placed was answered */
        post: operations["startCall"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/test/simulate_call": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A simulated caller rings */
        post: operations["simulateCall"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        Call: components["schemas"]["CallSummary"] & {
            commands: {
                command: string;
                /** @description Why it was not carried out */
                rejected: string | null;
                /** Format: date-time */
                timestamp: string;
                value: string;
            }[];
            keys: {
                digit: string;
                /** Format: date-time */
                timestamp: string;
            }[];
            latencies: (components["schemas"]["Latency"] & {
                /** Format: date-time */
                timestamp: string;
            })[];
            /** @description Every attempt of a supervisor to step in */
            overrides: {
                /** @enum {unknown} */
                action: "text" | "dtmf" | "end" | "transfer" | "clarification" | "place_call";
                /** @description accepted, or the CODE of the refusal */
                outcome: string;
                /** @description The address that it came from */
                peer: string;
                reason: string;
                supervisor: string;
                /** Format: date-time */
                timestamp: string;
                value: string;
            }[];
            transcript: {
                /** @constant */
                interrupted?: true;
                /** @enum {unknown} */
                speaker: "caller" | "assistant" | "supervisor";
                text: string;
                /** Format: date-time */
                timestamp: string;
            }[];
        };
        CallMetrics: {
            call_duration_seconds: number;
            command_count: number;
            override_count: number;
            transcript_count: number;
        };
        /** @example CA123 */
        CallSid: string;
        CallSummary: {
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
        };
        Error: {
            error: {
                code: string;
                details: {
                    code?: number;
                    field?: string;
                    reason?: string;
                };
                message: string;
            };
        };
        Health: {
            activeCalls: number;
            /** @constant */
            model?: "simulated";
            /** @enum {unknown} */
            status: "ok" | "unhealthy";
            /** @description Seconds */
            uptime: number;
        };
        HistoryPage: {
            calls: components["schemas"]["CallSummary"][];
            /** @description null on the last page */
            nextCursor: string | null;
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
        /**
         * @description E.164
         * @example +15551234567
         */
        PhoneNumber: string;
        Readiness: {
            draining: boolean;
            /** @description False is no reason to turn calls away: they go on without it */
            historyWritable: boolean;
            modelReachable: boolean;
            /** @enum {unknown} */
            status: "ready" | "not_ready";
        };
        Session: {
            supervisor: string | null;
            tokensRequired: boolean;
        };
        Success: {
            message: string;
            /** @constant */
            status: "success";
        };
        /** @description Of the W3C trace that the call and its requests to the model are part of */
        TraceId: string;
        /** @description The turn's milestones in the order of time; since the one before, in ms */
        TurnStages: {
            ms: number;
            /** @enum {unknown} */
            stage: "request_written" | "response_headers" | "first_token" | "first_frame" | "agent_speaking" | "reply_complete" | "playback_ended";
        }[];
    };
    responses: {
        /** @description No such call */
        CallNotFound: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    error?: {
                        /** @enum {unknown} */
                        code?: "CALL_NOT_FOUND";
                    };
                };
            };
        };
        /** @description The page */
        DashboardPage: {
            headers: {
                "Content-Security-Policy"?: string;
                ETag?: string;
                [name: string]: unknown;
            };
            content: {
                "text/html": string;
            };
        };
        /** @description Not signed by Twilio, or sent by a page of another origin */
        Forbidden: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    error?: {
                        /** @enum {unknown} */
                        code?: "INVALID_SIGNATURE" | "FORBIDDEN";
                    };
                };
            };
        };
        /** @description The history cannot be read */
        InternalError: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    error?: {
                        /** @enum {unknown} */
                        code?: "INTERNAL_ERROR";
                    };
                };
            };
        };
        /** @description Something in the request is wrong; details.field and details.reason say what */
        InvalidRequest: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    error?: {
                        /** @enum {unknown} */
                        code?: "INVALID_REQUEST";
                    };
                };
            };
        };
        /** @description The call did not answer in time, or the server is shutting down */
        NoAnswer: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    error?: {
                        /** @enum {unknown} */
                        code?: "INTERNAL_ERROR" | "SHUTTING_DOWN";
                    };
                };
            };
        };
        /** @description Nothing is at this address */
        NotFound: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    error?: {
                        /** @enum {unknown} */
                        code?: "NOT_FOUND";
                    };
                };
            };
        };
        /** @description The body exceeds 64 KiB */
        PayloadTooLarge: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    error?: {
                        /** @enum {unknown} */
                        code?: "PAYLOAD_TOO_LARGE";
                    };
                };
            };
        };
        /** @description Too many requests */
        RateLimited: {
            headers: {
                /** @description Seconds until one more may pass */
                "Retry-After"?: number;
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    error?: {
                        /** @enum {unknown} */
                        code?: "RATE_LIMITED";
                    };
                };
            };
        };
        /** @description Twilio's REST API, which carries it out where the relay cannot, has refused (details.code is its error), cannot be reached, or there is no account */
        TwilioRefused: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description What Twilio is to do: TwiML */
        Twiml: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "text/xml": string;
            };
        };
        /** @description A valid token is needed */
        Unauthorized: {
            headers: {
                "WWW-Authenticate"?: string;
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"] & {
                    error?: {
                        /** @enum {unknown} */
                        code?: "UNAUTHORIZED";
                    };
                };
            };
        };
    };
    parameters: {
        CallSid: components["schemas"]["CallSid"];
        /** @description The call to show at once, also before it connects; read by the page */
        ShownCall: components["schemas"]["CallSid"];
    };
    requestBodies: {
        CallWebhook: {
            content: {
                /**
                 * @example {
                 *       "CallSid": "CA987654321",
                 *       "From": "+15551234567",
                 *       "To": "+18578167225",
                 *       "CallStatus": "ringing"
                 *     }
                 */
                "application/x-www-form-urlencoded": {
                    CallSid: components["schemas"]["CallSid"];
                    CallStatus?: string;
                    From?: string;
                    To?: string;
                };
            };
        };
    };
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    asyncapi: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description AsyncAPI 3.0 */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
        };
    };
    callStatus: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    CallSid: components["schemas"]["CallSid"];
                    /**
                     * @example initiated
                     * @example ringing
                     * @example in-progress
                     * @example completed
                     * @example busy
                     * @example no-answer
                     * @example failed
                     * @example canceled
                     */
                    CallStatus?: string;
                    ErrorCode?: string;
                    /** @example 486 */
                    SipResponseCode?: string;
                };
            };
        };
        responses: {
            /** @description It is noted */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            403: components["responses"]["Forbidden"];
            413: components["responses"]["PayloadTooLarge"];
        };
    };
    listCalls: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description They, and how each stands */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        calls: components["schemas"]["CallSummary"][];
                    };
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
        };
    };
    placeCall: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same order under the same key is answered again, and not carried out again, for a day. Keys of different supervisors are different keys. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "to": "+15551234567",
                 *       "from": "+18578167225",
                 *       "consent": true,
                 *       "consentedBy": "Jane Doe, form of 3 May",
                 *       "machineDetection": "Enable"
                 *     }
                 */
                "application/json": {
                    /**
                     * @description Whoever is called has agreed to it
                     * @constant
                     */
                    consent: true;
                    /** @description Who has, and how: for the audit */
                    consentedBy?: string;
                    /** @description A number of the account; PHONY_CALLER_ID when it is missing */
                    from?: string;
                    /**
                     * @description Twilio's: find out whether a machine answers, or wait until the machine's greeting is over
                     * @enum {unknown}
                     */
                    machineDetection?: "Enable" | "DetectMessageEnd";
                    /** @default 30 */
                    machineDetectionTimeout?: number;
                    /**
                     * @description What is done with a machine: hang_up with Enable, and continue with DetectMessageEnd, when it is missing
                     * @enum {unknown}
                     */
                    onMachine?: "hang_up" | "continue";
                    /**
                     * @description Seconds that it may ring
                     * @default 60
                     */
                    timeout?: number;
                    /** @description E.164, among PHONY_OUTBOUND_ALLOW; spaces, dashes, dots and parentheses are allowed */
                    to: string;
                };
            };
        };
        responses: {
            /** @description Twilio has accepted the call */
            201: {
                headers: {
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Success"] & {
                        callSid: components["schemas"]["CallSid"];
                        message?: unknown;
                        /** @constant */
                        state: "dialing";
                    };
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            /** @description The same order, under the same key, is being carried out */
            409: {
                headers: {
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            413: components["responses"]["PayloadTooLarge"];
            /** @description Another order came under this key */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            429: components["responses"]["RateLimited"];
            /** @description Twilio has refused (details.code is its error), cannot be reached, or there is no account: nobody is called. With details.outcome unknown its answer was lost: somebody may be called, so that it is not tried again */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            503: components["responses"]["NoAnswer"];
        };
    };
    getCall: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                callSid: components["parameters"]["CallSid"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The call */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Call"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["CallNotFound"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["NoAnswer"];
        };
    };
    dashboard: {
        parameters: {
            query?: {
                /** @description The call to show at once, also before it connects; read by the page */
                callSid?: components["parameters"]["ShownCall"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["DashboardPage"];
            /** @description The client has it already, as its If-None-Match says */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    dashboardIndex: {
        parameters: {
            query?: {
                /** @description The call to show at once, also before it connects; read by the page */
                callSid?: components["parameters"]["ShownCall"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["DashboardPage"];
            /** @description The client has it already, as its If-None-Match says */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    health: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Its event loops turn */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            /** @description An event loop has not turned for five seconds */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
        };
    };
    searchHistory: {
        parameters: {
            query?: {
                /** @description nextCursor of the page before */
                cursor?: string;
                /** @description Calls that began then or later */
                from?: string;
                /** @description How many calls a page holds */
                limit?: number;
                /** @description Digits of either party's number */
                number?: string;
                /** @description Words that were said */
                text?: string;
                /** @description Calls that began before then */
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of them */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HistoryPage"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["NoAnswer"];
        };
    };
    metrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The metrics */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            401: components["responses"]["Unauthorized"];
        };
    };
    openapi: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OpenAPI 3.1 */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
        };
    };
    overrideClarification: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "callSid": "CA123456789",
                 *       "response": "The customer's account number is 12345"
                 *     }
                 */
                "application/json": {
                    callSid: components["schemas"]["CallSid"];
                    response: string;
                };
            };
        };
        responses: {
            /** @description The call has accepted it */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Success"] & {
                        /** @constant */
                        message?: "Clarification sent to AI";
                    };
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["CallNotFound"];
            413: components["responses"]["PayloadTooLarge"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["NoAnswer"];
        };
    };
    overrideDtmf: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "callSid": "CA123456789",
                 *       "digit": "1"
                 *     }
                 */
                "application/json": {
                    callSid: components["schemas"]["CallSid"];
                    digit: string;
                };
            };
        };
        responses: {
            /** @description The call has accepted it */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Success"] & {
                        /** @constant */
                        message?: "DTMF digit sent";
                    };
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["CallNotFound"];
            413: components["responses"]["PayloadTooLarge"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["NoAnswer"];
        };
    };
    overrideEnd: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "callSid": "CA123456789"
                 *     }
                 */
                "application/json": {
                    callSid: components["schemas"]["CallSid"];
                };
            };
        };
        responses: {
            /** @description The call has accepted it */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Success"] & {
                        /** @constant */
                        message?: "Call ended";
                    };
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["CallNotFound"];
            413: components["responses"]["PayloadTooLarge"];
            429: components["responses"]["RateLimited"];
            502: components["responses"]["TwilioRefused"];
            503: components["responses"]["NoAnswer"];
        };
    };
    overrideText: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "callSid": "CA123456789",
                 *       "text": "Hello, this is a supervisor message"
                 *     }
                 */
                "application/json": {
                    callSid: components["schemas"]["CallSid"];
                    text: string;
                };
            };
        };
        responses: {
            /** @description The call has accepted it */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Success"] & {
                        /** @constant */
                        message?: "Text sent to caller";
                    };
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["CallNotFound"];
            413: components["responses"]["PayloadTooLarge"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["NoAnswer"];
        };
    };
    overrideTransfer: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "callSid": "CA123456789",
                 *       "target": "+15559999999"
                 *     }
                 */
                "application/json": {
                    callSid: components["schemas"]["CallSid"];
                    /** @description E.164; spaces, dashes, dots and parentheses are allowed */
                    target: string;
                };
            };
        };
        responses: {
            /** @description The call has accepted it */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Success"] & {
                        message?: unknown;
                    };
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["CallNotFound"];
            413: components["responses"]["PayloadTooLarge"];
            429: components["responses"]["RateLimited"];
            502: components["responses"]["TwilioRefused"];
            503: components["responses"]["NoAnswer"];
        };
    };
    readiness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Yes */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Readiness"];
                };
            };
            /** @description No: it is draining, or something that it depends on is not there */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Readiness"];
                };
            };
        };
    };
    receiveCall: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: components["requestBodies"]["CallWebhook"];
        responses: {
            200: components["responses"]["Twiml"];
            400: components["responses"]["InvalidRequest"];
            403: components["responses"]["Forbidden"];
            413: components["responses"]["PayloadTooLarge"];
        };
    };
    relayAction: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    CallSid: components["schemas"]["CallSid"];
                    /**
                     * @example in-progress
                     * @example completed
                     */
                    CallStatus?: string;
                    DialCallStatus?: string;
                    /** @example 64105 */
                    ErrorCode?: string;
                    HandoffData?: string;
                    /**
                     * @example ended
                     * @example failed
                     */
                    SessionStatus?: string;
                };
            };
        };
        responses: {
            200: components["responses"]["Twiml"];
            400: components["responses"]["InvalidRequest"];
            403: components["responses"]["Forbidden"];
            413: components["responses"]["PayloadTooLarge"];
        };
    };
    whoAmI: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As it is */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            403: components["responses"]["Forbidden"];
        };
    };
    signIn: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    token: string;
                };
            };
        };
        responses: {
            /** @description Signed in */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        status: "success";
                        supervisor: string;
                    };
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            413: components["responses"]["PayloadTooLarge"];
            429: components["responses"]["RateLimited"];
        };
    };
    signOut: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The cookie is cleared */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            403: components["responses"]["Forbidden"];
        };
    };
    startCall: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: components["requestBodies"]["CallWebhook"];
        responses: {
            200: components["responses"]["Twiml"];
            400: components["responses"]["InvalidRequest"];
            403: components["responses"]["Forbidden"];
            413: components["responses"]["PayloadTooLarge"];
        };
    };
    simulateCall: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "from": "+15551234567",
                 *       "to": "+18578167225",
                 *       "scenario": "customer_service"
                 *     }
                 */
                "application/json": {
                    callSid?: components["schemas"]["CallSid"];
                    /** @enum {unknown} */
                    dialect?: "conversation_relay" | "reference";
                    from: components["schemas"]["PhoneNumber"];
                    /**
                     * @example customer_service
                     * @example appointment
                     * @example survey
                     * @example ivr_navigation
                     * @example transfer
                     * @example interruption
                     * @example clarification
                     */
                    scenario: string;
                    /** @description Times human pace */
                    speed?: number;
                    to: components["schemas"]["PhoneNumber"];
                };
            };
        };
        responses: {
            /** @description It is ringing */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Success"] & {
                        callSid: components["schemas"]["CallSid"];
                    };
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["PayloadTooLarge"];
        };
    };
}

export type CallSid = components['schemas']['CallSid'];
export type PhoneNumber = components['schemas']['PhoneNumber'];
export type Success = components['schemas']['Success'];
export type ApiError = components['schemas']['Error'];
export type Health = components['schemas']['Health'];
export type Readiness = components['schemas']['Readiness'];
export type TurnStages = components['schemas']['TurnStages'];
export type TraceId = components['schemas']['TraceId'];
export type Latency = components['schemas']['Latency'];
export type CallMetrics = components['schemas']['CallMetrics'];
export type CallSummary = components['schemas']['CallSummary'];
export type Call = components['schemas']['Call'];
export type HistoryPage = components['schemas']['HistoryPage'];
export type Session = components['schemas']['Session'];
