/**
 * The life of one WebSocket to /events/ws, as a state machine without I/O: inputs and the time go
 * in, the next state and at most one order come out. data/liveSocket.ts does what it says.
 */

export type Phase = 'idle' | 'connecting' | 'live' | 'waiting' | 'finished';

export type Connection = {
    readonly phase: Phase;
    /** How often in a row it failed; 0 once it has held for a while. */
    readonly attempt: number;
    readonly openedAt: number | null;
    readonly heardAt: number;
    /** What the page shows is as old as this, while it is not live. */
    readonly staleSince: number | null;
    readonly retryAt: number | null;
};

export type Input =
    | { readonly type: 'start' }
    | { readonly type: 'opened' }
    | { readonly type: 'heard' }
    | { readonly type: 'closed'; readonly code: number }
    | { readonly type: 'tick' }
    /** The network is back, or somebody looks at the page again: no reason to wait any longer. */
    | { readonly type: 'hurry' }
    /** Nothing more will come: the call has ended. */
    | { readonly type: 'finish' };

export type Order = 'open' | 'drop' | null;

export const limits = {
    firstDelay: 500,
    longestDelay: 15_000,
    /** The server says something every 30 s. Whoever says nothing for this long is gone. */
    silence: 45_000,
    connecting: 10_000,
    /** A connection that has held so long has not failed. */
    stable: 10_000,
} as const;

export const idle: Connection = {
    phase: 'idle',
    attempt: 0,
    openedAt: null,
    heardAt: 0,
    staleSince: null,
    retryAt: null,
};

/**
 * Exponential, and between half of it and all of it at random: when a server comes back, its
 * dashboards do not come back in step.
 */
export function delayBefore(attempt: number, random: number): number {
    const most = Math.min(limits.longestDelay, limits.firstDelay * 2 ** Math.max(0, attempt - 1));
    return most / 2 + (most / 2) * random;
}

function connect(connection: Connection, now: number): [Connection, Order] {
    return [{ ...connection, phase: 'connecting', retryAt: null, heardAt: now, openedAt: null }, 'open'];
}

function wait(connection: Connection, now: number, random: number): Connection {
    const { openedAt, heardAt } = connection;
    const held = openedAt !== null && heardAt - openedAt >= limits.stable;
    const attempt = held ? 1 : connection.attempt + 1;
    return {
        ...connection,
        phase: 'waiting',
        attempt,
        openedAt: null,
        staleSince: connection.staleSince ?? (openedAt === null ? now : heardAt),
        retryAt: now + delayBefore(attempt, random),
    };
}

function tick(connection: Connection, now: number, random: number): [Connection, Order] {
    const { phase, heardAt, retryAt } = connection;
    if (phase === 'waiting' && retryAt !== null && now >= retryAt) return connect(connection, now);
    const patience = phase === 'live' ? limits.silence : limits.connecting;
    if ((phase === 'live' || phase === 'connecting') && now - heardAt >= patience)
        return [wait(connection, now, random), 'drop'];
    return [connection, null];
}

export function step(connection: Connection, input: Input, now: number, random: number): [Connection, Order] {
    const { phase } = connection;
    if (phase === 'finished') return [connection, null];
    switch (input.type) {
        case 'start':
            return phase === 'idle' ? connect(connection, now) : [connection, null];
        case 'opened':
            if (phase !== 'connecting') return [connection, null];
            return [{ ...connection, phase: 'live', openedAt: now, heardAt: now, staleSince: null }, null];
        case 'heard':
            return [phase === 'live' ? { ...connection, heardAt: now } : connection, null];
        case 'closed':
            if (phase !== 'live' && phase !== 'connecting') return [connection, null];
            return [wait(connection, now, random), null];
        case 'tick':
            return tick(connection, now, random);
        case 'hurry':
            return phase === 'waiting' ? connect(connection, now) : [connection, null];
        case 'finish':
            return [{ ...connection, phase: 'finished', retryAt: null, staleSince: null }, 'drop'];
    }
}
