import { describe, expect, it } from 'vitest';

import { delayBefore, idle, limits, step, type Connection, type Input, type Order } from './connection';

/** Plays inputs at their times; `random` is always 1, so that delays are the longest. */
function play(...script: [at: number, input: Input['type']][]): [Connection, Order] {
    let state: Connection = idle;
    let order: Order = null;
    for (const [at, type] of script) {
        const input: Input = type === 'closed' ? { type, code: 1006 } : { type };
        [state, order] = step(state, input, at, 1);
    }
    return [state, order];
}

describe('connection', () => {
    it('opens when it is started, once', () => {
        expect(play([0, 'start'])[1]).toBe('open');
        expect(play([0, 'start'], [1, 'start'])[1]).toBeNull();
    });

    it('is live when it has opened, and nothing is stale then', () => {
        const [state] = play([0, 'start'], [5, 'opened']);
        expect(state.phase).toBe('live');
        expect(state.staleSince).toBeNull();
    });

    it('is stale since it was heard last, through all attempts', () => {
        const [state] = play(
            [0, 'start'],
            [5, 'opened'],
            [100, 'heard'],
            [900, 'closed'],
            [1400, 'tick'],
            [1500, 'closed'],
        );
        expect(state.staleSince).toBe(100);
        expect(state.attempt).toBe(2);
    });

    it('waits longer after each failure, up to a bound', () => {
        const delays = [1, 2, 3, 4, 5, 6, 7, 50].map((attempt) => delayBefore(attempt, 1));
        expect(delays).toEqual([500, 1000, 2000, 4000, 8000, 15000, 15000, 15000]);
    });

    it('takes between half of the delay and all of it', () => {
        expect(delayBefore(3, 0)).toBe(1000);
        expect(delayBefore(3, 1)).toBe(2000);
    });

    it('tries again when the delay is over, not before', () => {
        expect(play([0, 'start'], [10, 'closed'], [509, 'tick'])[1]).toBeNull();
        expect(play([0, 'start'], [10, 'closed'], [510, 'tick'])[1]).toBe('open');
    });

    it('forgets its failures when a connection has held', () => {
        const [held] = play(
            [0, 'start'],
            [1, 'closed'],
            [600, 'tick'],
            [601, 'closed'],
            [5000, 'tick'],
            [5001, 'opened'],
            [5001 + limits.stable, 'heard'],
            [20_000, 'closed'],
        );
        expect(held.attempt).toBe(1);
    });

    it('does not take a door that opens and shuts for a success', () => {
        const [state] = play(
            [0, 'start'],
            [1, 'opened'],
            [2, 'closed'],
            [600, 'tick'],
            [601, 'opened'],
            [602, 'closed'],
        );
        expect(state.attempt).toBe(2);
    });

    it('drops a connection on which nothing is heard any more', () => {
        const [state, order] = play([0, 'start'], [1, 'opened'], [1 + limits.silence, 'tick']);
        expect(order).toBe('drop');
        expect(state.phase).toBe('waiting');
    });

    it('does not wait for an answer for ever', () => {
        expect(play([0, 'start'], [limits.connecting, 'tick'])[1]).toBe('drop');
    });

    it('hurries when there is reason for hope', () => {
        expect(play([0, 'start'], [1, 'closed'], [2, 'hurry'])[1]).toBe('open');
        expect(play([0, 'start'], [1, 'opened'], [2, 'hurry'])[1]).toBeNull();
    });

    it('stays finished', () => {
        const [state, order] = play([0, 'start'], [1, 'opened'], [2, 'finish'], [3, 'closed'], [9999, 'tick']);
        expect(state.phase).toBe('finished');
        expect(order).toBeNull();
    });
});
