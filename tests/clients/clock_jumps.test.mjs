// The wall clock is set while calls are on the line: by a day, by a year, and back. Calls go on by the
// steady clock, and what is told of them, then and later, is as if nothing had happened.
import assert from 'node:assert/strict';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {describe, it} from 'node:test';

import twilio from 'twilio';

import {FakeOpenAi} from './support/fake_openai.mjs';
import {Phony} from './support/phony.mjs';
import {spoken} from './support/relay.mjs';
import {parseTwiml} from './support/twiml.mjs';
import {eventually, now} from './support/wait.mjs';
import {WallClock} from './support/wall_clock.mjs';

const {getExpectedTwilioSignature} = twilio;
const authToken = '4b1d0c2e7a9f48318c65d2ee90ab7713';
const publicUrl = 'https://agent.example.net';
const supervisor = {Authorization: 'Bearer the-token-of-ada'};
const json = {'Content-Type': 'application/json'};

const day = 86_400;
const jumps = [
    ['a day ahead', day],
    ['a year ahead', 365 * day],
    ['a day back', -day],
    ['a year back', -365 * day],
];

// A sanitizer's own interceptors, and its allocator, are not ready when a preloaded library is started.
const sanitized = Object.keys(process.env).some((name) => name.endsWith('SAN_OPTIONS'));
const skip = sanitized && 'libfaketime cannot be preloaded before a sanitizer';

/** The program, whose wall clock can be set, and a model that says what a test tells it to. */
async function begin(t) {
    const directory = mkdtempSync(join(tmpdir(), 'phony-clock-'));
    t.after(() => rmSync(directory, {recursive: true}));
    const clock = WallClock.make(t);
    const model = await FakeOpenAi.start(t, () => async (exchange) => exchange.begin());
    const settings = {
        ...clock.settings,
        OPENAI_BASE_URL: model.baseUrl,
        TWILIO_AUTH_TOKEN: authToken,
        TWILIO_ACCOUNT_SID: 'AC91',
        PHONY_PUBLIC_URL: publicUrl,
        PHONY_SUPERVISOR_TOKENS: 'ada:the-token-of-ada',
        PHONY_HISTORY_DAYS: '30',
        PHONY_DATA_DIR: directory,
    };
    const start = () => Phony.start(t, settings);
    return {clock, model, start, phony: await start(), began: now()};
}

const signed = (target, form = {}) => ({
    'X-Twilio-Signature': getExpectedTwilioSignature(authToken, publicUrl + target, form),
});

/** What Twilio hands back in `setup`. */
async function announce(phony, callSid) {
    const form = {CallSid: callSid, CallStatus: 'ringing'};
    const answer = await phony.form('/receive_call', form, signed('/receive_call', form));
    const [{Connect}] = parseTwiml(answer.text).Response;
    return Object.fromEntries(
        Connect[0].ConversationRelay.map(({attributes: {name, value}}) => [name, value]),
    );
}

async function dial(phony, callSid, customParameters) {
    const url = `${publicUrl.replace('https', 'wss')}/relay/ws`;
    const relay = await phony.dial({
        headers: {'X-Twilio-Signature': getExpectedTwilioSignature(authToken, url, {})},
    });
    relay.setup(callSid, {customParameters});
    return relay;
}

const hears = (relay, text) =>
    eventually(
        () => spoken(relay.unread),
        (heard) => heard.endsWith(text),
        'speech',
    );

/** A whole call with one reply. */
async function converse(phony, model, callSid) {
    const relay = await dial(phony, callSid, await announce(phony, callSid));
    relay.prompt('hello');
    (await model.request(model.requests.length + 1)).end('Hello there.');
    await relay.reply();
    relay.hangUp();
    await relay.closed;
    await inHistory(phony, callSid);
}

async function history(phony) {
    const answer = await phony.request('/history', undefined, supervisor);
    assert.equal(answer.status, 200);
    return answer.json.calls;
}

const inHistory = (phony, ...callSids) =>
    eventually(
        () => history(phony),
        (calls) => callSids.every((callSid) => calls.some((call) => call.callSid === callSid)),
        `past calls ${callSids}`,
    );

const seconds = (later, earlier) => (Date.parse(later) - Date.parse(earlier)) / 1000;

/** From nothing to what has passed on this side; milliseconds are rounded on the other. */
function assertWithin(duration, began, what) {
    const passed = (now() - began) / 1000 + 0.01;
    assert.ok(duration >= 0 && duration <= passed, `${what}: ${duration} s of ${passed} s`);
}

/** @param {any} call  of GET /calls or /history */
function assertSane(call, began) {
    assertWithin(call.metrics.call_duration_seconds, began, `duration of ${call.callSid}`);
    if (call.endedAt) assertWithin(seconds(call.endedAt, call.startedAt), began, call.callSid);
    for (const {timestamp} of call.transcript ?? [])
        assertWithin(seconds(timestamp, call.startedAt), began, `a line of ${call.callSid}`);
}

function assertSaneEvents(events, began) {
    for (const [i, {timestamp, seq, type}] of events.entries()) {
        assert.equal(seq, i + 1);
        assertWithin(seconds(timestamp, events[Math.max(i - 1, 0)].timestamp), began, type);
    }
    assertWithin(seconds(events.at(-1).timestamp, events[0].timestamp), began, 'all events');
    const latencies = events.filter(({type}) => type === 'latency');
    assert.ok(latencies.length > 0);
    for (const latency of latencies) {
        for (const [name, value] of Object.entries(latency))
            if (name.endsWith('_ms')) assertWithin(value / 1000, began, name);
    }
}

/** @returns {Promise<Record<string, number>>} */
async function metrics(phony) {
    const {text} = await phony.request('/metrics', undefined, supervisor);
    const lines = text.split('\n').filter((line) => line && !line.startsWith('#'));
    return Object.fromEntries(
        lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]),
    );
}

async function assertSaneMetrics(phony, began) {
    const all = await metrics(phony);
    assert.equal(all.phony_stuck_calls, 0);
    for (const [name, value] of Object.entries(all)) {
        assert.ok(!(value < 0), `${name} ${value}`);
        if (/_seconds_sum/.test(name) && name.startsWith('phony_call'))
            assertWithin(value / 10, began, name); // of no more than so many calls
    }
}

describe('a wall clock that is set', {concurrency: true, skip}, () => {
    for (const [name, jump] of /** @type {[string, number][]} */ (jumps)) {
        it(`${name} disturbs no call, and loses none that is over`, async (t) => {
            const {clock, model, start, phony, began} = await begin(t);
            await converse(phony, model, 'CA-before');
            const viewer = await phony.view('?callSid=CA1', supervisor);
            const relay = await dial(phony, 'CA1', await announce(phony, 'CA1'));
            relay.prompt('go');
            const reply = await model.request(2);
            reply.write('One ');
            await hears(relay, 'One ');
            const announced = await announce(phony, 'CA2');

            clock.set(jump);
            const {seconds: noticed} = await phony.logged(
                'the wall clock was set; calls go on by the steady one',
            );
            assert.ok(Math.abs(Number(noticed) - jump) < 60, `${noticed} s`);
            reply.write('two ');
            await hears(relay, 'One two ');
            const [live] = (await phony.request('/calls', undefined, supervisor)).json.calls;
            assert.equal(live.callSid, 'CA1');
            assertSane(live, began);
            await assertSaneMetrics(phony, began);

            // Who was announced before is still let in.
            const next = await dial(phony, 'CA2', announced);
            next.prompt('hello');
            (await model.request(3)).end('Hello.');
            assert.equal((await next.reply()).text, 'Hello.');
            next.hangUp();

            reply.end('three.');
            assert.equal((await relay.reply()).text, 'One two three.');
            relay.hears('One two three.');
            const order = JSON.stringify({callSid: 'CA1', text: 'I am here.'});
            const said = await phony.request('/override/text', order, {...json, ...supervisor});
            assert.equal(said.status, 200);
            assert.equal((await relay.reply()).text, 'I am here.');
            relay.hangUp();
            await viewer.closed;
            assertSaneEvents(viewer.received, began);

            const past = await inHistory(phony, 'CA-before', 'CA1', 'CA2');
            for (const call of past) assertSane(call, began);
            const details = await phony.request('/calls/CA1', undefined, supervisor);
            assertSane(details.json, began);
            const [override] = details.json.overrides;
            assertWithin(seconds(override.timestamp, details.json.startedAt), began, 'override');
            await assertSaneMetrics(phony, began);

            // Neither by the wrong clock nor by the right one is anything lost.
            await phony.terminate();
            const second = await start();
            assert.equal((await inHistory(second, 'CA-before', 'CA1', 'CA2')).length, 3);
            await converse(second, model, 'CA-wrong');
            await second.terminate();
            clock.set(0);
            const third = await start();
            await converse(third, model, 'CA-right');
            const calls = await inHistory(third, 'CA-before', 'CA1', 'CA2', 'CA-wrong');
            assert.equal(calls.length, 5);
            for (const call of calls) assertSane(call, began);
        });
    }

    it('does not keep a call from going on in another process', async (t) => {
        for (const [name, jump] of /** @type {[string, number][]} */ (jumps)) {
            await t.test(name, async (t) => {
                const {clock, model, start, phony, began} = await begin(t);
                const parameters = await announce(phony, 'CA1');
                const relay = await dial(phony, 'CA1', parameters);
                relay.prompt('go');
                (await model.request(1)).write('One two. ');
                await hears(relay, 'One two. ');
                const before = (await phony.request('/calls/CA1', undefined, supervisor)).json;
                clock.set(jump);
                relay.prompt('wait');
                await model.request(2);
                // It is on the disk, and its process has lived by the new time.
                await phony.logged('the wall clock was set; calls go on by the steady one');
                await eventually(
                    async () => (await phony.request('/calls/CA1', undefined, supervisor)).json,
                    ({transcript}) => transcript.some(({text}) => text === 'wait'),
                    'what was said',
                );
                await phony.request(
                    '/override/text',
                    JSON.stringify({callSid: 'CA1', text: 'So it is written.'}),
                    {...json, ...supervisor},
                );
                await phony.kill();
                await relay.closed;

                const second = await start();
                const again = await dial(second, 'CA1', parameters);
                again.prompt('Are you there?');
                (await model.request(3)).end('Yes.');
                await hears(again, 'Yes.');
                again.hangUp();
                const [call] = await eventually(
                    () => history(second),
                    (calls) => calls.some(({endReason}) => endReason === 'hung_up'),
                    'the end of the call',
                );
                assert.equal(call.startedAt, before.startedAt);
                assertSane(call, began);
            });
        }
    });

    it('signs supervisors out at most, and its own time is what counts', async (t) => {
        const {clock, phony} = await begin(t);
        const signIn = async () => {
            const body = JSON.stringify({token: 'the-token-of-ada'});
            const answer = await phony.request('/session', body, json);
            return {Cookie: answer.headers['set-cookie']?.[0].split(';')[0] ?? ''};
        };
        const status = async (headers) => (await phony.request('/history', undefined, headers)).status;
        const cookie = await signIn();
        assert.equal(await status(cookie), 200);
        for (const [, jump] of /** @type {[string, number][]} */ (jumps)) {
            clock.set(jump);
            assert.equal(await status(cookie), 401);
            assert.equal(await status(supervisor), 200);
            const another = await signIn();
            assert.equal(await status(another), 200);
            clock.set(0);
            assert.equal(await status(another), 401, 'nor does it last for a year');
            assert.equal(await status(cookie), 200);
        }
        clock.set(-3600);
        assert.equal(await status(cookie), 200);
    });
});
