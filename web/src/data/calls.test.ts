import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { Script } from '../test/events';
import { answerWith, FakeSocket, useFakeSockets } from '../test/server';
import { Calls } from './calls';

let active: object[];
let history: object[];
let calls: Calls;

const rows = () => calls.snapshot.get().rows.map(({ callSid, state }) => `${callSid} ${state}`);
const settle = () => vi.advanceTimersByTimeAsync(150);

beforeEach(() => {
    vi.useFakeTimers();
    useFakeSockets();
    active = [];
    history = [];
    answerWith(({ path }) => ({
        body: path === '/calls' ? { calls: active } : { calls: history, nextCursor: null },
    }));
    calls = new Calls(() => undefined);
    calls.start();
});

afterEach(() => {
    calls.stop();
    vi.useRealTimers();
    vi.unstubAllGlobals();
});

describe('all calls', () => {
    it('are complete when the server has named those that are active', async () => {
        expect(calls.snapshot.get().complete).toBe(false);
        FakeSocket.last.opens();
        await settle();
        expect(calls.snapshot.get()).toEqual({ rows: [], complete: true });
    });

    it('are told once a frame, however much happens', async () => {
        const told = vi.fn();
        calls.snapshot.subscribe(told);
        const script = new Script().starts();
        for (let turn = 1; turn <= 200; ++turn) script.interim(`word ${turn}`);
        FakeSocket.last.says(...script.events);
        await settle();
        expect(told).toHaveBeenCalledTimes(1);
        expect(calls.snapshot.get().rows[0]?.callerText).toBe('word 200');
    });

    it('leave the list some time after their end', async () => {
        FakeSocket.last.says(...new Script().starts().ends().events);
        await settle();
        expect(rows()).toEqual(['CA1 ended']);
        await vi.advanceTimersByTimeAsync(30_000);
        expect(rows()).toEqual([]);
    });

    it('come back under an old name', async () => {
        FakeSocket.last.says(...new Script().starts().caller('Old').ends().events);
        FakeSocket.last.says(...new Script().wait(5000).starts().caller('New').events);
        await vi.advanceTimersByTimeAsync(30_000);
        expect(rows()).toEqual(['CA1 active']);
        expect(calls.get('CA1')).toMatchObject({ callerText: 'New', metrics: { transcript_count: 1 } });
    });

    it('that ended while the connection was lost are found', async () => {
        FakeSocket.last.opens();
        await settle();
        FakeSocket.last.says(...new Script().starts().events);
        FakeSocket.last.ends(1006);
        history = [
            {
                callSid: 'CA1',
                startedAt: '2026-03-09T10:00:00.000Z',
                endedAt: '2026-03-09T10:00:05.000Z',
                endReason: 'lost',
                latency: null,
                pendingQuestion: null,
            },
        ];
        await vi.advanceTimersByTimeAsync(1500);
        FakeSocket.last.opens();
        await settle();
        expect(rows()).toEqual(['CA1 ended']);
        expect(calls.get('CA1')?.endReason).toBe('lost');
    });

    it('have each the time that the server had when they began', () => {
        vi.setSystemTime('2026-03-09T10:00:02.000Z');
        const day = 24 * 3600 * 1000;
        const before = new Script('CA1').starts().caller('Hi');
        FakeSocket.last.says(...before.events);
        for (const [callSid, ahead] of [
            ['CA2', day],
            ['CA3', -day],
        ] as const) {
            FakeSocket.last.says(...new Script(callSid).wait(ahead).starts().caller('Hi').events);
            expect(Math.abs(calls.now(callSid) - Date.now() - ahead)).toBeLessThan(2000);
            expect(Math.abs(calls.now() - calls.now(callSid))).toBeLessThan(2000);
        }
        FakeSocket.last.says(...before.wait(1000).caller('Still there').events.slice(2));
        expect(Math.abs(calls.now('CA1') - Date.now())).toBeLessThan(2000);
    });

    it('count no event twice', () => {
        const { events } = new Script().starts().caller('Hi').latency(1, 500);
        FakeSocket.last.says(...events, ...events.slice(1));
        expect(calls.get('CA1')?.metrics.transcript_count).toBe(1);
    });
});
