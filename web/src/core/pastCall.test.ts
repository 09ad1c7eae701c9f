import { describe, expect, it } from 'vitest';

import type { Call } from '../generated/api';
import { callToCsv, callToJson, csvField } from './exportCall';
import { viewOfPastCall } from './pastCall';

const call: Call = {
    callSid: 'CA1',
    state: 'ended',
    from: '+15551234567',
    to: '+18578167225',
    direction: 'inbound',
    audio: false,
    startedAt: '2026-03-09T10:00:00.000Z',
    endedAt: '2026-03-09T10:00:30.000Z',
    endReason: 'hung_up',
    metrics: { call_duration_seconds: 30, transcript_count: 1, command_count: 1, override_count: 1 },
    errors: 0,
    interruptions: 1,
    lastCallerText: '',
    lastAssistantText: '',
    latency: null,
    pendingQuestion: null,
    transcript: [
        { speaker: 'caller', text: '=1+1, "hi"', timestamp: '2026-03-09T10:00:01.000Z' },
        { speaker: 'assistant', text: 'Hello', timestamp: '2026-03-09T10:00:02.000Z', interrupted: true },
        { speaker: 'supervisor', text: 'Let me help', timestamp: '2026-03-09T10:00:20.000Z' },
    ],
    commands: [{ timestamp: '2026-03-09T10:00:05.000Z', command: 'press', value: '1', rejected: null }],
    overrides: [
        {
            timestamp: '2026-03-09T10:00:20.000Z',
            supervisor: 'ada',
            peer: '127.0.0.1',
            action: 'text',
            value: 'Let me help',
            outcome: 'accepted',
            reason: '',
        },
        {
            timestamp: '2026-03-09T10:00:25.000Z',
            supervisor: 'ben',
            peer: '127.0.0.1',
            action: 'clarification',
            value: '42',
            outcome: 'INVALID_REQUEST',
            reason: 'no_pending_question',
        },
    ],
    keys: [
        { timestamp: '2026-03-09T10:00:10.000Z', digit: '1' },
        { timestamp: '2026-03-09T10:00:11.000Z', digit: '#' },
    ],
    latencies: [
        {
            timestamp: '2026-03-09T10:00:04.000Z',
            turn: 1,
            stages: [],
            total_ms: 2900,
            first_audio_playback_ms: 700,
            interrupted: true,
            failed: false,
        },
    ],
};

describe('a call of the history', () => {
    const { entries, row } = viewOfPastCall(call, Date.parse('2026-03-09T12:00:00Z'));

    it('is told in the order of time', () => {
        expect(entries.map(({ kind }) => kind)).toEqual([
            'started',
            'caller',
            'agent',
            'command',
            'keys',
            'supervisor',
            'supervisor',
            'ended',
        ]);
        expect(row.endReason).toBe('hung_up');
    });

    it('gives a turn’s latency to its line', () => {
        expect(entries[2]).toMatchObject({ turn: 1, latency: { first_audio_playback_ms: 700 }, state: 'interrupted' });
    });

    it('tells a supervisor’s words once, with the name', () => {
        expect(entries.filter((entry) => entry.kind === 'supervisor')).toMatchObject([
            { supervisor: 'ada', value: 'Let me help', refused: null },
            { supervisor: 'ben', refused: 'no_pending_question' },
        ]);
    });

    it('tells keys of one go in one line', () => {
        expect(entries[4]).toMatchObject({ digits: '1#' });
    });
});

describe('an exported call', () => {
    it.each([
        ['plain', 'plain'],
        ['a,b', '"a,b"'],
        ['say "hi"', '"say ""hi"""'],
        ['two\nlines', '"two\nlines"'],
        ['=HYPERLINK(1)', "'=HYPERLINK(1)"],
        ['@sum', "'@sum"],
        ['+15551234567', '+15551234567'],
        ['+1;cmd', "'+1;cmd"],
        [' padded', '" padded"'],
    ])('has the field %j as %j', (value, field) => {
        expect(csvField(value)).toBe(field);
    });

    it('has all that happened, a line each, in the order of time', () => {
        const lines = callToCsv(call).trimEnd().split('\r\n');
        expect(lines[0]).toBe('\uFEFFtimestamp,who,kind,text,detail');
        expect(lines).toHaveLength(1 + 3 + 1 + 2 + 2 + 1);
        expect(lines[1]).toBe(`2026-03-09T10:00:01.000Z,caller,speech,"'=1+1, ""hi""",`);
        const times = lines.slice(1).map((line) => line.split(',')[0]);
        expect([...times].sort()).toEqual(times);
    });

    it('is the record itself as JSON', () => {
        expect(JSON.parse(callToJson(call))).toEqual(call);
    });
});
