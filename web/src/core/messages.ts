import type { CallStateMessage, PingMessage, ServerMessage, TruncatedMessage } from '../generated/events';

/** What happened in a call: the messages that are numbered. */
export type CallEvent = Exclude<ServerMessage, CallStateMessage | PingMessage | TruncatedMessage>;

const unnumbered = new Set(['call_state', 'ping', 'truncated']);

const eventTypes: ReadonlySet<string> = new Set<CallEvent['type']>([
    'assistant_reply',
    'assistant_token',
    'call_ended',
    'call_started',
    'clarification_requested',
    'command_executed',
    'command_rejected',
    'dtmf',
    'error',
    'interrupted',
    'latency',
    'supervisor_override',
    'transcript',
]);

/**
 * A message of /events/ws, or null when it is none that this page knows: a newer server may say
 * more, and what it says beyond that is skipped. The fields of known types are the server's own
 * promise, which its tests hold against the same document that these types are made of.
 */
export function parseMessage(text: string): ServerMessage | null {
    let message: unknown;
    try {
        message = JSON.parse(text);
    } catch {
        return null;
    }
    if (typeof message !== 'object' || message === null) return null;
    const { type, callSid, seq } = message as Record<string, unknown>;
    if (type === 'ping') return { type };
    if (typeof type !== 'string' || typeof callSid !== 'string') return null;
    const known = unnumbered.has(type) || (eventTypes.has(type) && typeof seq === 'number');
    return known ? (message as ServerMessage) : null;
}

export function isCallEvent(message: ServerMessage): message is CallEvent {
    return !unnumbered.has(message.type);
}
