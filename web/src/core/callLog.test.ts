import { describe, expect, it } from 'vitest';

import { Script, begin } from '../test/events';
import { CallLog } from './callLog';
import { durationOf, newRow } from './callRow';
import type { Entry } from './transcript';

function logOf(script: Script): CallLog {
    const log = new CallLog('CA1');
    for (const event of script.events) log.add(event);
    return log;
}

/** The transcript as a few words a line. */
function told(log: CallLog): string[] {
    return log.view().entries.map((entry: Entry) => {
        switch (entry.kind) {
            case 'caller':
                return `caller${entry.interim ? '…' : ''}: ${entry.text}`;
            case 'agent':
                return `agent ${entry.state}: ${entry.text}${entry.unheard && `|${entry.unheard}`}`;
            case 'supervisor':
                return `${entry.supervisor} ${entry.action}: ${entry.value}`;
            case 'question':
                return `question${entry.answered ? ' answered' : ''}: ${entry.prompt}`;
            case 'command':
                return `command ${entry.command}:${entry.value}${entry.rejected ? ` ${entry.rejected}` : ''}`;
            case 'keys':
                return `keys ${entry.digits}`;
            case 'ended':
                return `ended ${entry.reason}`;
            default:
                return entry.kind;
        }
    });
}

describe('the log of a call', () => {
    it('replaces interim words by the sentence', () => {
        const log = logOf(new Script().starts().interim('Hel').interim('Hello').caller('Hello there.'));
        expect(told(log)).toEqual(['started', 'caller: Hello there.']);
    });

    it('tells where a call is that we place, which lasts from its answer on', () => {
        const script = new Script().places('dialing').places('ringing').starts();
        const { row, entries } = logOf(script).view();
        expect(entries.map((entry) => entry.kind === 'started' && entry.state)).toEqual(['dialing', 'ringing', 'active']);
        expect(row.state).toBe('active');
        expect(durationOf(row, row.startedAt + 5000)).toBe(5000);
        expect(row.startedAt).toBe(entries[2]?.at);
    });

    it('tells what became of a call that was never answered', () => {
        const { row } = logOf(new Script().places('dialing').ends('busy')).view();
        expect([row.state, row.endReason]).toEqual(['ended', 'busy']);
        expect(durationOf(row, row.startedAt + 5000)).toBe(0);
    });

    it('shows interim words as such', () => {
        expect(told(logOf(new Script().interim('Hel')))).toEqual(['caller…: Hel']);
    });

    it('puts tokens together, and completes them by the reply', () => {
        const script = new Script().starts().caller('Hi').token(1, 'Good').token(1, ' day');
        expect(told(logOf(script)).at(-1)).toBe('agent streaming: Good day');
        expect(told(logOf(script.reply(1, 'Good day!'))).at(-1)).toBe('agent complete: Good day!');
    });

    it('shows what was cut by an interruption as unheard', () => {
        const log = logOf(
            new Script().starts().caller('Plans?').token(1, 'We have three plans, and more.').heardOnly(1, 'We have'),
        );
        expect(told(log).at(-1)).toBe('agent interrupted: We have| three plans, and more.');
    });

    it('shows it, too, when the reply had been complete', () => {
        const log = logOf(new Script().token(1, 'One two').reply(1, 'One two three').heardOnly(1, 'one'));
        expect(told(log)).toEqual(['agent interrupted: One| two three']);
    });

    it('keeps the caller’s words in place when the agent answers before they are final', () => {
        const log = logOf(new Script().interim('Yes').token(1, 'Fine').caller('Yes please'));
        expect(told(log)).toEqual(['caller: Yes please', 'agent streaming: Fine']);
    });

    it('takes no event twice', () => {
        const script = new Script().starts().caller('Hi').token(1, 'Hello');
        const log = logOf(script);
        for (const event of script.events) expect(log.add(event)).toBe(false);
        expect(told(log)).toEqual(['started', 'caller: Hi', 'agent streaming: Hello']);
    });

    it('begins anew when another call has the same name', () => {
        const log = logOf(new Script().starts().caller('Old').ends());
        for (const event of new Script().wait(60_000).starts().caller('New').events) log.add(event);
        expect(told(log)).toEqual(['started', 'caller: New']);
    });

    it('goes on when a call comes back after its connection was lost', () => {
        const log = logOf(new Script().starts().caller('Hi').ends('connection_lost').starts().caller('Again'));
        expect(told(log)).toEqual(['started', 'caller: Hi', 'ended connection_lost', 'started', 'caller: Again']);
        expect(log.view().row.state).toBe('active');
    });

    it('tells an answered question from an open one', () => {
        const script = new Script().asks('Code?');
        expect(told(logOf(script))).toEqual(['question: Code?']);
        expect(told(logOf(script.stepsIn('clarification', '7305')))).toEqual([
            'question answered: Code?',
            'ada clarification: 7305',
        ]);
    });

    it('tells of a question once, though it is a command, too', () => {
        const script = new Script().tell('command_executed', { command: 'request_user', value: 'Code?' }).asks('Code?');
        expect(told(logOf(script))).toEqual(['question: Code?']);
    });

    it('tells why a command was not carried out', () => {
        const script = new Script().tell('command_rejected', { command: 'press', value: 'x', reason: 'bad_digits' });
        expect(told(logOf(script))).toEqual(['command press:x bad_digits']);
    });

    it('tells keys of one go in one line', () => {
        const script = new Script()
            .tell('dtmf', { digit: '1' })
            .tell('dtmf', { digit: '#' })
            .wait(10_000)
            .tell('dtmf', { digit: '2' });
        expect(told(logOf(script))).toEqual(['keys 1#', 'keys 2']);
    });

    it('gives a turn its latency, and tells of turns without words', () => {
        const { entries, latencies } = logOf(new Script().token(1, 'Hi').latency(1, 700).latency(2)).view();
        expect(entries.map(({ kind }) => kind)).toEqual(['agent', 'turn']);
        expect(entries[0]).toMatchObject({ latency: { first_audio_playback_ms: 700 }, state: 'complete' });
        expect(latencies).toHaveLength(2);
    });

    it('lets nothing stream when the call is over', () => {
        expect(told(logOf(new Script().token(1, 'Goodbye').ends('end_call')))).toEqual([
            'agent complete: Goodbye',
            'ended end_call',
        ]);
    });

    it('tells an end that nobody heard of once', () => {
        const log = logOf(new Script().starts());
        const row = { ...newRow('CA1', begin), state: 'ended' as const, endedAt: begin + 5000, endReason: 'shutdown' };
        log.addEnd(row);
        log.addEnd(row);
        expect(told(log)).toEqual(['started', 'ended shutdown']);
    });

    it('does not tell an end again that it has heard', () => {
        const log = logOf(new Script().starts().ends('shutdown'));
        log.addEnd({ ...newRow('CA1', begin), state: 'ended', endedAt: begin, endReason: 'shutdown' });
        expect(told(log)).toEqual(['started', 'ended shutdown']);
    });

    it('keeps what has not changed the same object', () => {
        const script = new Script().starts().caller('Hi').token(1, 'Hel').token(1, 'lo');
        const log = new CallLog('CA1');
        for (const event of script.events.slice(0, 3)) log.add(event);
        const before = log.view().entries;
        for (const event of script.events.slice(3)) log.add(event);
        const after = log.view().entries;
        expect(after[1]).toBe(before[1]);
        expect(after[2]).not.toBe(before[2]);
    });
});
