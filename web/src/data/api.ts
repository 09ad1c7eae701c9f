import type { ApiError, Call, CallSummary, Health, HistoryPage, Session } from '../generated/api';

/** A request that did not do what was asked; `message` is for people. */
export class RequestError extends Error {
    override readonly name = 'RequestError';
    readonly status: number;
    /** The API's CODE; `NETWORK` when no answer came. */
    readonly code: string;
    readonly reason: string;

    constructor(status: number, code: string, message: string, reason = '') {
        super(message);
        this.status = status;
        this.code = code;
        this.reason = reason;
    }
}

/** The API answers within seconds or not at all. */
const patience = 10_000;
/** A call that is placed waits for its turn, and then for Twilio. */
const placingPatience = 30_000;

/** Told when a session is over: whatever is asked then is refused in the same way. */
let whenSignedOut: () => void = () => undefined;

export function onSignedOut(listener: () => void): void {
    whenSignedOut = listener;
}

function isApiError(body: unknown): body is ApiError {
    return typeof body === 'object' && body !== null && 'error' in body;
}

async function refusal(response: Response): Promise<RequestError> {
    const body: unknown = await response.json().catch(() => null);
    if (!isApiError(body)) return new RequestError(response.status, `HTTP_${response.status}`, response.statusText);
    const { code, message, details } = body.error;
    return new RequestError(response.status, code, message, details.reason);
}

async function request(path: string, options: RequestInit = {}, limit = patience): Promise<Response> {
    const timeout = AbortSignal.timeout(limit);
    const signal = options.signal ? AbortSignal.any([options.signal, timeout]) : timeout;
    let response: Response;
    try {
        response = await fetch(path, { ...options, signal, credentials: 'same-origin' });
    } catch (error) {
        if (options.signal?.aborted) throw error;
        throw new RequestError(0, 'NETWORK', String(error));
    }
    if (response.ok) return response;
    if (response.status === 401 && path !== '/session') whenSignedOut();
    throw await refusal(response);
}

async function get<Body>(path: string, signal?: AbortSignal): Promise<Body> {
    const response = await request(path, signal ? { signal } : {});
    return (await response.json()) as Body;
}

async function post<Body>(path: string, body: object, headers = {}, limit = patience): Promise<Body> {
    const options = {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', ...headers },
        body: JSON.stringify(body),
    };
    const response = await request(path, options, limit);
    return (await response.json()) as Body;
}

export const getSession = (): Promise<Session> => get('/session');
export const signIn = (token: string): Promise<unknown> => post('/session', { token });
export const signOut = (): Promise<unknown> => request('/session', { method: 'DELETE' });
export const getHealth = (): Promise<Health> => get('/healthz');

export const getActiveCalls = async (): Promise<CallSummary[]> =>
    (await get<{ calls: CallSummary[] }>('/calls')).calls;

export const getCall = (callSid: string, signal?: AbortSignal): Promise<Call> =>
    get(`/calls/${encodeURIComponent(callSid)}`, signal);

export type HistoryQuery = {
    from?: string;
    to?: string;
    number?: string;
    text?: string;
    limit?: number;
    cursor?: string;
};

export function getHistory(query: HistoryQuery, signal?: AbortSignal): Promise<HistoryPage> {
    const parameters = new URLSearchParams();
    for (const [name, value] of Object.entries(query))
        if (value !== '') parameters.set(name, String(value));
    return get(`/history?${parameters.toString()}`, signal);
}

export type Override =
    | { action: 'text'; text: string }
    | { action: 'dtmf'; digit: string }
    | { action: 'end' }
    | { action: 'transfer'; target: string }
    | { action: 'clarification'; response: string };

export function sendOverride(callSid: string, { action, ...body }: Override): Promise<unknown> {
    return post(`/override/${action}`, { callSid, ...body });
}

export type PlacedCall = { to: string; consent: true; consentedBy?: string; machineDetection?: 'Enable' };

/** Whoever sends an order again sends its key again, and calls nobody twice. */
export const placeCall = (order: PlacedCall, key: string): Promise<{ callSid: string }> =>
    post('/calls', order, { 'Idempotency-Key': key }, placingPatience);

export type Simulation = { from: string; to: string; scenario: string; speed: number };

export const simulateCall = (simulation: Simulation): Promise<{ callSid: string }> =>
    post('/test/simulate_call', simulation);

/** Only a server in development has simulated callers. */
export const canSimulate = (): Promise<boolean> =>
    request('/test/simulate_call', { method: 'OPTIONS' }).then(
        () => true,
        () => false,
    );
