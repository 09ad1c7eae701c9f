import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { Script } from '../test/events';
import { answerWith, FakeSocket, refusal, useFakeSockets } from '../test/server';
import { OpenCall } from './openCall';

const ended = {
    callSid: 'CA1',
    state: 'ended',
    from: '+15551234567',
    to: '+18578167225',
    direction: 'inbound',
    audio: false,
    startedAt: '2026-03-09T10:00:00.000Z',
    endedAt: '2026-03-09T10:00:09.000Z',
    endReason: 'shutdown',
    metrics: { call_duration_seconds: 9, transcript_count: 1, command_count: 0, override_count: 0 },
    errors: 0,
    interruptions: 0,
    lastCallerText: '',
    lastAssistantText: '',
    latency: null,
    pendingQuestion: null,
    transcript: [{ speaker: 'caller', text: 'Hi', timestamp: '2026-03-09T10:00:01.000Z' }],
    commands: [],
    overrides: [],
    keys: [],
    latencies: [],
};

let known: object | null;
let call: OpenCall;

const phase = () => call.state.get().phase;
const kinds = () => call.state.get().view?.entries.map(({ kind }) => kind) ?? [];

/** Requests are answered, and a frame passes. */
const settle = () => vi.advanceTimersByTimeAsync(150);

beforeEach(() => {
    vi.useFakeTimers();
    useFakeSockets();
    known = null;
    answerWith(() => (known ? { body: known } : refusal(404, 'CALL_NOT_FOUND')));
    call = new OpenCall('CA1', Date.now, () => undefined);
});

afterEach(() => {
    call.stop();
    vi.useRealTimers();
    vi.unstubAllGlobals();
});

describe('the call that is open', () => {
    it('is waited for when it has not connected yet', async () => {
        await call.start();
        expect(phase()).toBe('expected');
        FakeSocket.last.opens();
        FakeSocket.last.says(...new Script().starts().caller('Hi').events);
        await settle();
        expect(phase()).toBe('live');
        expect(kinds()).toEqual(['started', 'caller']);
    });

    it('is read from the history when it is over, without a socket', async () => {
        known = ended;
        await call.start();
        expect(phase()).toBe('past');
        expect(kinds()).toEqual(['started', 'caller', 'ended']);
        expect(FakeSocket.all).toHaveLength(0);
    });

    it('goes on behind what was seen when the connection comes back', async () => {
        await call.start();
        const script = new Script().starts().caller('Hi').token(1, 'Hello');
        FakeSocket.last.opens();
        FakeSocket.last.says(...script.events.slice(0, 2));
        FakeSocket.last.ends(1006);
        await vi.advanceTimersByTimeAsync(2000);
        expect(FakeSocket.all).toHaveLength(2);
        expect(FakeSocket.last.url).toContain('since=2');
        FakeSocket.last.opens();
        FakeSocket.last.says(...script.events.slice(1)); // one of them again
        await settle();
        expect(kinds()).toEqual(['started', 'caller', 'agent']);
    });

    it('is told as ended when it was cut while nobody listened', async () => {
        await call.start();
        FakeSocket.last.opens();
        FakeSocket.last.says(...new Script().starts().caller('Hi').events);
        FakeSocket.last.ends(1001);
        known = ended;
        await vi.advanceTimersByTimeAsync(2000);
        FakeSocket.last.opens();
        await settle();
        expect(phase()).toBe('past');
        expect(kinds()).toEqual(['started', 'caller', 'ended']);
        await vi.advanceTimersByTimeAsync(60_000);
        expect(FakeSocket.all).toHaveLength(2);
    });

    it('reads the audit when it has ended, as soon as it is written', async () => {
        await call.start();
        FakeSocket.last.opens();
        FakeSocket.last.says(...new Script().starts().caller('Hi').ends('shutdown').events);
        known = { ...ended, state: 'active' };
        FakeSocket.last.ends(1000);
        await settle();
        expect(call.state.get().record).toBeNull();
        known = ended;
        await vi.advanceTimersByTimeAsync(1000);
        expect(call.state.get().record).toMatchObject({ state: 'ended' });
        expect(kinds()).toEqual(['started', 'caller', 'ended']);
    });

    it('answers pings', async () => {
        await call.start();
        FakeSocket.last.opens();
        FakeSocket.last.says({ type: 'ping' });
        expect(FakeSocket.last.sent).toEqual(['{"type":"pong"}']);
    });

    it('says how much is missing', async () => {
        await call.start();
        FakeSocket.last.opens();
        FakeSocket.last.says({ type: 'truncated', callSid: 'CA1', firstSeq: 1, missed: 9 });
        FakeSocket.last.says(...new Script().starts().events);
        await settle();
        expect(kinds()).toEqual(['gap', 'started']);
    });
});
