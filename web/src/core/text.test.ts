import { describe, expect, it } from 'vitest';

import { ServerClock } from './clock';
import { formatDuration, formatMilliseconds } from './format';
import { splitHeard } from './heard';
import { isCallEvent, parseMessage } from './messages';
import { formatPhone, isDtmf, normalizePhone } from './phone';
import { parseRoute, routeQuery } from './route';

describe('phone numbers', () => {
    it.each([
        ['+15559999999', '+15559999999'],
        [' +1 (555) 999-99.99 ', '+15559999999'],
        ['+442071838750', '+442071838750'],
        ['5559999999', null],
        ['+1555', null],
        ['+05559999999', null],
        ['+1555abc', null],
        ['+1234567890123456', null],
        ['++15559999999', null],
        ['', null],
    ])('reads %j as %j', (written, number) => {
        expect(normalizePhone(written)).toBe(number);
    });

    it('groups digits for reading, and leaves alone what is no number', () => {
        expect(formatPhone('+15551234567')).toBe('+1 555 123 4567');
        expect(formatPhone('+442071838750')).toBe('+44 207 183 8750');
        expect(formatPhone('anonymous')).toBe('anonymous');
        expect(formatPhone('<b>')).toBe('<b>');
    });

    it('knows the keys of a telephone', () => {
        expect(['0', '9', '*', '#'].every(isDtmf)).toBe(true);
        expect(['', 'a', '12', 'Enter'].some(isDtmf)).toBe(false);
    });
});

describe('what was heard', () => {
    it.each([
        ['One two three.', 'One two', { heard: 'One two', unheard: ' three.' }],
        ['One  two\nthree.', 'one two three', { heard: 'One  two\nthree', unheard: '.' }],
        ['One two', 'One two', { heard: 'One two', unheard: '' }],
        ['One two', '', { heard: '', unheard: 'One two' }],
        ['One two', 'Two', { heard: 'Two', unheard: '' }],
        ['One', 'One two', { heard: 'One two', unheard: '' }],
        ['👋🏽 Hello there', '👋🏽 Hello', { heard: '👋🏽 Hello', unheard: ' there' }],
    ])('of %j after %j', (reply, heard, split) => {
        expect(splitHeard(reply, heard)).toEqual(split);
    });
});

describe('times', () => {
    it.each([
        [0, '0:00'],
        [-5000, '0:00'],
        [59_999, '0:59'],
        [61_000, '1:01'],
        [3_723_000, '1:02:03'],
    ])('%d ms last %s', (milliseconds, words) => {
        expect(formatDuration(milliseconds)).toBe(words);
    });

    it.each([
        [0.213, '0.2 ms'],
        [38.4, '38 ms'],
        [1240, '1.24 s'],
        [123_456, '123 s'],
    ])('%d ms are %s', (milliseconds, words) => {
        expect(formatMilliseconds(milliseconds)).toBe(words);
    });

    it('tells the server’s time by the quickest message', () => {
        const clock = new ServerClock();
        expect(clock.now(5000)).toBe(5000);
        clock.heard(100_000, 40_500); // ours is a minute behind
        clock.heard(101_000, 42_900); // slower on its way
        expect(clock.now(50_000)).toBe(109_500);
    });

    it('does not take the way of a message for another time', () => {
        const clock = new ServerClock();
        clock.heard(1000, 1080);
        expect(clock.now(2000)).toBe(2000);
    });
});

describe('messages', () => {
    it('are skipped when they are unknown or no JSON', () => {
        for (const text of ['', 'x', '[]', 'null', '{"type":"news","callSid":"CA1","seq":1}', '{"type":"dtmf","seq":1}'])
            expect(parseMessage(text)).toBeNull();
    });

    it('are known by their type', () => {
        expect(parseMessage('{"type":"ping"}')).toEqual({ type: 'ping' });
        const event = parseMessage('{"type":"dtmf","callSid":"CA1","digit":"1","timestamp":"","seq":3,"new":true}');
        expect(event && isCallEvent(event)).toBe(true);
        const state = parseMessage('{"type":"truncated","callSid":"CA1","firstSeq":5,"missed":4}');
        expect(state && isCallEvent(state)).toBe(false);
    });
});

describe('the address', () => {
    it('says what is shown, there and back', () => {
        const route = { view: 'history', callSid: 'v3:abc=', turn: 7 } as const;
        expect(parseRoute(routeQuery(route))).toEqual(route);
        expect(routeQuery({ view: 'calls' })).toBe('');
    });

    it('is not believed', () => {
        expect(parseRoute('?view=%3Cscript%3E&callSid=%3Cb%3E&turn=-1')).toEqual({
            view: 'calls',
            callSid: null,
            turn: null,
        });
    });
});
