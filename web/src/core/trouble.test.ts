import { describe, expect, it } from 'vitest';

import { Script, begin } from '../test/events';
import { activityOf, foldRow, newRow, pendingQuestion, type CallRow } from './callRow';
import { matches, sortRows, thresholds, troublesOf } from './trouble';

function rowOf(script: Script, callSid = 'CA1'): CallRow {
    return script.events.reduce(foldRow, newRow(callSid, begin));
}

const kinds = (row: CallRow, now: number) => troublesOf(row, now).map(({ kind }) => kind);

describe('troubles of a call', () => {
    it('has none while people talk', () => {
        expect(kinds(rowOf(new Script().starts().caller('Hi').latency(1, 600)), begin + 4000)).toEqual([]);
    });

    it('knows a pending question until it is answered or expires', () => {
        const script = new Script().starts().asks('Code?', 30);
        expect(kinds(rowOf(script), begin + 5000)).toEqual(['question']);
        expect(pendingQuestion(rowOf(script), begin + 31_001)).toBeNull();
        expect(kinds(rowOf(script.stepsIn('clarification', '1')), begin + 5000)).toEqual([]);
    });

    it('counts silence from the end of what was said, as far as can be known', () => {
        const long = 'x'.repeat(200);
        const row = rowOf(new Script().starts().caller('Hi').reply(1, long));
        const spoken = row.quietSince;
        expect(spoken).toBeGreaterThan(begin + 2000 + 10_000);
        expect(activityOf(row, spoken - 1)).toBe('agent_speaking');
        expect(kinds(row, spoken + thresholds.silence - 1)).toEqual([]);
        expect(kinds(row, spoken + thresholds.silence)).toEqual(['silence']);
        expect(troublesOf(row, spoken + thresholds.longSilence)[0]?.severity).toBe('critical');
    });

    it('does not call a caller silent who is speaking', () => {
        const row = rowOf(new Script().starts().interim('Well'));
        expect(kinds(row, begin + 60_000)).toEqual([]);
        expect(activityOf(row, begin + 60_000)).toBe('caller_speaking');
    });

    it('finds slow turns, and forgets them with the next', () => {
        expect(kinds(rowOf(new Script().starts().latency(1, 2500)), begin + 2000)).toEqual(['slow']);
        expect(kinds(rowOf(new Script().starts().latency(1, 2500).latency(2, 500)), begin + 3000)).toEqual([]);
    });

    it('remembers an error for a minute', () => {
        const row = rowOf(new Script().starts().tell('error', { code: 'OPENAI_ERROR', message: 'late' }).caller('Hi'));
        expect(kinds(row, begin + 3000)).toEqual(['error']);
        expect(kinds(row, begin + 1000 + thresholds.recent)).not.toContain('error');
    });

    it('finds many interruptions, not one', () => {
        const script = new Script().starts().heardOnly(1, '').heardOnly(2, '');
        expect(kinds(rowOf(script), begin + 4000)).toEqual([]);
        expect(kinds(rowOf(script.heardOnly(3, '')), begin + 4000)).toEqual(['interruption']);
    });

    it('finds no trouble in what a supervisor cut short', () => {
        const script = new Script().starts();
        for (let turn = 1; turn <= 5; ++turn) script.heardOnly(turn, '', 'newer_speech');
        expect(kinds(rowOf(script), begin + 7000)).toEqual([]);
    });

    it('has none any more when the call has ended', () => {
        expect(kinds(rowOf(new Script().starts().asks('Code?').ends()), begin + 3000)).toEqual([]);
    });

    it('knows a call whose connection is lost', () => {
        expect(kinds(rowOf(new Script().starts().ends('connection_lost')), begin + 3000)).toEqual(['lost']);
    });
});

describe('the order of calls', () => {
    const calm = rowOf(new Script('CAcalm').starts().caller('Hi'), 'CAcalm');
    const asking = rowOf(new Script('CAasking').wait(2000).starts().asks('?'), 'CAasking');
    const slow = rowOf(new Script('CAslow').wait(1000).starts().latency(1, 3000), 'CAslow');
    const over = rowOf(new Script('CAover').starts().ends(), 'CAover');
    const all = [over, calm, slow, asking];
    const names = (rows: CallRow[]) => rows.map(({ callSid }) => callSid);

    it('puts trouble first, and what is over last', () => {
        expect(names(sortRows(all, 'trouble', () => begin + 5000))).toEqual(['CAasking', 'CAslow', 'CAcalm', 'CAover']);
    });

    it('goes by time when that is asked for', () => {
        const later = { ...asking, startedAt: begin + 2000 };
        const rows = [over, calm, { ...slow, startedAt: begin + 1000 }, later];
        expect(names(sortRows(rows, 'newest', () => begin + 5000))).toEqual(['CAasking', 'CAslow', 'CAcalm', 'CAover']);
        expect(names(sortRows(rows, 'longest', () => begin + 5000))).toEqual(['CAcalm', 'CAslow', 'CAasking', 'CAover']);
    });
});

describe('the search among calls', () => {
    const row = rowOf(new Script().starts().caller('My parcel is LOST').asks('Which parcel?'));
    it.each([
        ['', true],
        ['  ', true],
        ['parcel is lost', true],
        ['which', true],
        ['555 123', true],
        ['+1 (555) 123-4567', true],
        ['CA1', true],
        ['refund', false],
        ['999', false],
    ])('finds %j: %s', (search, found) => {
        expect(matches(row, search)).toBe(found);
    });
});
