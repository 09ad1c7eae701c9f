// What the log says of calls in which everything happens that must not be written down.
import assert from 'node:assert/strict';
import {describe, it} from 'node:test';

import {getExpectedTwilioSignature} from 'twilio/lib/webhooks/webhooks.js';

import {refuses, says} from './support/fake_openai.mjs';
import {startWithModel} from './support/harness.mjs';
import {withToken} from './support/relay_token.mjs';
import {UpgradeRefused} from './support/upgrade.mjs';
import {eventually} from './support/wait.mjs';

const secrets = {
    auth: 'auth-4b1d0c2e7a9f48318c65d2ee90ab7713',
    key: 'sk-live-51f0c9c7d2aa4e6b',
    supervisor: 'ada-9b7c1e5d3f2a',
    metrics: 'metrics-77aa21c09d',
};
const wrong = 'wrong-token-ff3e9d';
const from = '+15551234567';
const to = '+18578167225';
const target = '+15557654321';
const pressed = '73*519';
const typed = '90*817';
/** What is said, by whom. */
const spoken = {caller: 'pineapple', agent: 'marzipan', supervisor: 'rhubarb'};

const publicUrl = 'https://agent.example.net';
const settings = {
    TWILIO_AUTH_TOKEN: secrets.auth,
    PHONY_PUBLIC_URL: publicUrl,
    OPENAI_API_KEY: secrets.key,
    PHONY_SUPERVISOR_TOKENS: `ada:${secrets.supervisor}`,
    PHONY_METRICS_TOKEN: secrets.metrics,
    TRANSFER_NUMBER: target,
    PHONY_TRANSFER_ALLOW: 'none',
    PHONY_OVERFLOW_NUMBER: to,
};

/** The model's answers, by what was said last. */
const answers = {
    hello: says(`Hello, ${spoken.agent}.`),
    keys: says(`One moment. [[press:${pressed}#]] Done, ${spoken.agent}.`),
    odd: says(
        `Well. [[press ${pressed}]] [[press:${target}x]] [[dance:${target}]] ` +
            `[[transfer:+15550009999]] [[transfer:${target} now]] I see.`,
    ),
    ask: says(`[[request_user:Is there ${spoken.caller}? Call 555-765-4321]] I see.`),
    fail: refuses(401, 'invalid_api_key'),
    go: says(`Goodbye, ${spoken.agent}. [[transfer:${target}]]`),
};

const sign = (url, fields = {}) => getExpectedTwilioSignature(secrets.auth, url, fields);

async function webhook(phony, path, fields, signature = sign(publicUrl + path, fields)) {
    return phony.form(path, fields, {'X-Twilio-Signature': signature});
}

async function order(phony, action, body, token = secrets.supervisor) {
    const {status} = await phony.request(`/override/${action}`, JSON.stringify(body), {
        'Content-Type': 'application/json',
        Authorization: `Bearer ${token}`,
    });
    return status;
}

async function dial(phony, callSid) {
    const announced = {CallSid: callSid, From: from, To: to, CallStatus: 'ringing'};
    assert.equal((await webhook(phony, '/receive_call', announced)).status, 200);
    const target = `/relay/ws?callSid=${callSid}`;
    const signature = sign(`wss://agent.example.net${target}`);
    const relay = await phony.dial({target, headers: {'X-Twilio-Signature': signature}});
    relay.setup(callSid, {from, to, ...withToken(secrets.auth, callSid)});
    return relay;
}

/** A call in which all of it happens, and a second one that a supervisor transfers. */
async function converse(phony) {
    const relay = await dial(phony, 'CA-first');
    const ask = async (what) => {
        relay.prompt(`${what}, ${spoken.caller}, my number is 555 765 4321`);
        await relay.reply();
    };
    for (const what of ['hello', 'keys', 'odd', 'fail']) await ask(what);
    for (const digit of `${typed}#`) relay.dtmf(digit);
    await relay.reply();

    assert.equal(await order(phony, 'dtmf', {callSid: 'CA-first', digit: '7'}), 200);
    const text = `${spoken.supervisor} ${target}`;
    assert.equal(await order(phony, 'text', {callSid: 'CA-first', text}), 200);
    assert.equal(await order(phony, 'text', {callSid: 'CA-first', text}, wrong), 401);
    assert.equal(await order(phony, 'transfer', {callSid: 'CA-nobody', target}), 404);
    await relay.reply();

    await ask('ask');
    assert.equal(
        await order(phony, 'clarification', {callSid: 'CA-first', response: `hello, ${text}`}),
        200,
    );
    await relay.reply();

    relay.send({
        type: 'error',
        description: `Cannot call ${target}: {"type":"sendDigits","digits":"${pressed}#"}`,
    });
    relay.sendRaw(`no frame, ${target} ${spoken.caller}`);
    await ask('go');
    relay.hears(`Goodbye, ${spoken.agent}.`);
    assert.equal((await relay.next()).type, 'end');
    relay.hangUp();
    await relay.closed;
    const handoff = {
        CallSid: 'CA-first',
        SessionStatus: 'ended',
        CallStatus: 'in-progress',
        HandoffData: JSON.stringify({reason: 'transfer', target}),
    };
    assert.equal((await webhook(phony, '/relay/action', handoff)).status, 200);

    const second = await dial(phony, 'CA-second');
    await eventually(
        () => order(phony, 'transfer', {callSid: 'CA-second', target}),
        (status) => status === 200,
        'a transfer',
    );
    assert.equal((await second.next()).type, 'end');
    second.hangUp();
    await second.closed;
}

/** Those who have no business here. */
async function intrude(phony) {
    const fields = {CallSid: 'CA-first', From: from, To: to, Digits: `${typed}#`};
    assert.equal((await webhook(phony, '/receive_call', fields, wrong)).status, 403);
    await assert.rejects(
        phony.dial({
            target: '/relay/ws?callSid=CA-first',
            headers: {'X-Twilio-Signature': wrong},
        }),
        UpgradeRefused,
    );
    const bearer = (token) => ({Authorization: `Bearer ${token}`});
    assert.equal((await phony.request('/metrics', undefined, bearer(wrong))).status, 401);
    assert.equal((await phony.request('/metrics', undefined, bearer(secrets.metrics))).status, 200);
    const signIn = (token) =>
        phony.request('/session', JSON.stringify({token}), {'Content-Type': 'application/json'});
    assert.equal((await signIn(wrong)).status, 401);
    assert.equal((await signIn(secrets.supervisor)).status, 200);
}

/** The log of all that, when it is over. */
async function logOf(t, level) {
    const choose = ({heard}) =>
        Object.entries(answers).find(([what]) => heard.includes(what))?.[1] ?? answers.hello;
    const {phony} = await startWithModel(t, (exchange) => choose(exchange), {
        ...settings,
        PHONY_LOG_LEVEL: level,
    });
    await converse(phony);
    await intrude(phony);
    await phony.isIdle();
    await eventually(
        () => phony.log.filter(({msg}) => msg === 'call ended').length,
        (ended) => ended === 2,
        'ends of calls',
    );
    return phony.log;
}

/** Without what is random and may hold any digits. */
const texts = (log) =>
    log.map(({time, port, modelUrl, traceId, ...line}) => JSON.stringify(line));

function assertNowhere(log, needle) {
    for (const text of texts(log)) assert.ok(!text.includes(needle), `${needle} in ${text}`);
}

/** However it is spelt. */
function assertNoNumber(log, number) {
    for (const text of texts(log)) {
        const bare = text.replaceAll(/[ .()+-]/g, '');
        assert.ok(!bare.includes(number.slice(2)), `${number} in ${text}`);
    }
}

function assertDiscreet(log) {
    for (const line of log) {
        assert.match(line.time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
        assert.match(line.level, /^(debug|info|warn|error)$/);
        assert.equal(typeof line.msg, 'string');
    }
    for (const secret of [...Object.values(secrets), wrong]) assertNowhere(log, secret);
    for (const digits of [pressed, typed]) assertNowhere(log, digits);
    for (const number of [from, to, target, '+15550009999']) assertNoNumber(log, number);
}

describe('the log', {concurrency: true}, () => {
    it('holds no secret, no number, no key that was pressed and no word that was spoken', async (t) => {
        const log = await logOf(t, 'info');
        assertDiscreet(log);
        for (const word of Object.values(spoken)) assertNowhere(log, word);
    });

    it('holds words, and only words, when they are asked for', async (t) => {
        const log = await logOf(t, 'debug');
        assertDiscreet(log);
        const said = log.filter(({msg}) => msg === 'caller').map(({text}) => text);
        assert.ok(said.includes(`hello, ${spoken.caller}, my number is ***4321`), said.join('\n'));
        for (const {level, ...line} of log) {
            if (level === 'debug') continue;
            for (const word of Object.values(spoken)) assertNowhere([line], word);
        }
    });

    it('says of each line of a call which call, which turn and which trace', async (t) => {
        const log = await logOf(t, 'debug');
        for (const callSid of ['CA-first', 'CA-second', 'CA-nobody']) {
            for (const line of log)
                if (JSON.stringify(line).includes(callSid)) assert.equal(line.callSid, callSid);
        }
        const ofCalls = {
            'call announced': ['from', 'to'],
            'call started': ['from', 'to', 'direction', 'traceId'],
            caller: ['text'],
            agent: ['turn', 'text'],
            'command executed': ['turn', 'command'],
            'command rejected': ['turn', 'command', 'reason'],
            'call error': ['turn', 'code', 'why'],
            latency: ['turn', 'total_ms', 'traceId'],
            'supervisor override': ['action', 'supervisor', 'outcome'],
            'skipping malformed relay frames': ['why'],
            'relay session ended': ['status'],
            'call ended': ['reason'],
            "refused a webhook without Twilio's signature": ['peer'],
            "refused a relay socket without Twilio's signature": ['peer'],
        };
        for (const [msg, fields] of Object.entries(ofCalls)) {
            const lines = log.filter((line) => line.msg === msg);
            assert.notEqual(lines.length, 0, msg);
            for (const line of lines) {
                for (const field of ['callSid', ...fields])
                    assert.ok(field in line, `${field} of ${JSON.stringify(line)}`);
                assert.match(line.callSid, /^CA-/, JSON.stringify(line));
            }
        }
        const turns = log.filter(({msg}) => msg === 'latency');
        for (const line of turns) {
            const stages = Object.entries(line).filter(([name]) => name.startsWith('stage_'));
            const sum = stages.reduce((total, [, milliseconds]) => total + Number(milliseconds), 0);
            assert.ok(Math.abs(sum - line.total_ms) < 0.0005, JSON.stringify(line));
        }
        assert.ok(turns.some(({requestId}) => requestId === 'req_123'));
        const traces = log.filter(({msg}) => msg === 'call started').map(({traceId}) => traceId);
        assert.equal(new Set(traces).size, 2);
        for (const {traceId} of turns) assert.ok(traces.includes(traceId));
    });
});
