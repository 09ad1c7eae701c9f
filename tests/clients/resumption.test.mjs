// A call goes on after its process was killed, or told to end at once, in the middle of a reply: Twilio
// asks what to do, or comes back by itself, and finds another process with the same history.
import assert from 'node:assert/strict';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {describe, it} from 'node:test';

import twilio from 'twilio';

import {FakeOpenAi, says, stalls} from './support/fake_openai.mjs';
import {Phony} from './support/phony.mjs';
import {spoken} from './support/relay.mjs';
import {relayToken} from './support/relay_token.mjs';
import {parseTwiml} from './support/twiml.mjs';
import {eventually} from './support/wait.mjs';

const {getExpectedTwilioSignature} = twilio;
const token = '4b1d0c2e7a9f48318c65d2ee90ab7713';
const greeting = 'Welcome.';
const publicUrl = 'https://agent.example.net';
const settings = {
    TWILIO_AUTH_TOKEN: token,
    TWILIO_ACCOUNT_SID: 'AC91',
    PHONY_PUBLIC_URL: publicUrl,
    PHONY_WELCOME_GREETING: greeting,
};
/** No clock takes a word as long as this for spoken. */
const chapter = 'x'.repeat(4000);

/** The attributes of the relay in the TwiML that Twilio gets, and its parameters. */
async function ask(phony, target, form) {
    const answer = await phony.form(target, form, {
        'X-Twilio-Signature': getExpectedTwilioSignature(token, publicUrl + target, form),
    });
    assert.equal(answer.status, 200);
    const [verb] = parseTwiml(answer.text).Response;
    if (!verb.Connect) return {verb};
    const [relay] = verb.Connect;
    const parameters = relay.ConversationRelay.map(({attributes: {name, value}}) => [name, value]);
    return {attributes: relay.attributes, parameters: Object.fromEntries(parameters)};
}

const announce = (phony) => ask(phony, '/receive_call', {CallSid: 'CA1', CallStatus: 'ringing'});
const reportFailure = (phony) =>
    ask(phony, '/relay/action', {
        CallSid: 'CA1',
        CallStatus: 'in-progress',
        SessionId: 'VX5e',
        SessionStatus: 'failed',
        ErrorCode: '64105',
        ErrorMessage: 'Websocket ended',
    });

async function dial(phony, customParameters, fields = {}) {
    const url = `${publicUrl.replace('https', 'wss')}/relay/ws`;
    const relay = await phony.dial({
        headers: {'X-Twilio-Signature': getExpectedTwilioSignature(token, url, {})},
    });
    relay.setup('CA1', {customParameters, ...fields});
    return relay;
}

/** All that has happened in the call so far is on the disk: an attempt to step in was written behind it. */
async function settled(phony) {
    const answer = await phony.request(
        '/override/clarification',
        JSON.stringify({callSid: 'CA1', response: 'No question was asked.'}),
        {'Content-Type': 'application/json'},
    );
    assert.equal(answer.status, 400);
    await eventually(
        async () => (await phony.request('/calls/CA1')).json.overrides,
        (overrides) => overrides.length > 0,
        'overrides',
    );
}

/** A call of which the first sentence of a reply was heard when its process ends. */
async function cutInReply(t, end) {
    const directory = mkdtempSync(join(tmpdir(), 'phony-resumed-'));
    const model = await FakeOpenAi.start(t, ({heard}) =>
        heard === 'go' ? stalls('One two. ', chapter, '.') : says(`I heard: ${heard}`),
    );
    const all = {...settings, OPENAI_BASE_URL: model.baseUrl, PHONY_DATA_DIR: directory};
    const first = await Phony.start(t, all);
    const {parameters} = await announce(first);
    const relay = await dial(first, parameters);
    relay.prompt('go');
    await eventually(
        () => spoken(relay.unread),
        (text) => text.endsWith('x.'),
        'speech',
    );
    relay.info('agentSpeaking', 'on');
    relay.info('tokensPlayed', greeting);
    relay.info('tokensPlayed', 'One two.');
    await settled(first);
    const before = (await first.request('/calls/CA1')).json;
    await end(first);
    await relay.closed;

    const second = await Phony.start(t, all);
    t.after(() => rmSync(directory, {recursive: true}));
    return {model, second, before, parameters};
}

/** In the history it is one call, which the caller has ended. */
async function endsAsOneCall(phony, relay, before) {
    relay.hangUp();
    const {calls} = await eventually(
        async () => (await phony.request('/history')).json,
        ({calls: found}) => found.some(({endReason}) => endReason === 'hung_up'),
        'past calls',
    );
    assert.equal(calls.length, 1);
    const past = (await phony.request('/calls/CA1')).json;
    assert.equal(past.startedAt, before.startedAt);
    assert.ok(past.seq > before.seq, `${past.seq} after ${before.seq}`);
    assert.deepEqual(
        past.transcript.filter(({speaker}) => speaker === 'caller').map(({text}) => text),
        ['go', 'Are you there?'],
    );
}

describe('a call', {concurrency: true}, () => {
    for (const [signal, end] of /** @type {[string, (phony: Phony) => Promise<void>][]} */ ([
        ['SIGKILL', (phony) => phony.kill()],
        ['SIGTERM', (phony) => phony.terminate()],
    ])) {
        it(`goes on after ${signal} in the middle of a reply, with what was heard`, async (t) => {
            const {model, second, before} = await cutInReply(t, end);
            const {attributes, parameters} = await reportFailure(second);
            assert.ok(attributes, 'it was not connected again');
            assert.equal(attributes.welcomeGreeting, undefined);

            const relay = await dial(second, parameters, {callStatus: 'IN_PROGRESS'});
            relay.prompt('Are you there?');
            assert.equal((await relay.reply()).text, 'I heard: Are you there?');
            assert.deepEqual((await model.request(2)).dialogue, [
                ['assistant', greeting],
                ['user', 'go'],
                ['assistant', 'One two'],
                ['user', 'Are you there?'],
            ]);
            assert.equal((await second.request('/calls/CA1')).json.state, 'active');
            assert.equal(await second.activeCalls(), 1);
            await endsAsOneCall(second, relay, before);
        });
    }

    it('goes on when Twilio comes back by itself, and tells what was heard meanwhile', async (t) => {
        const {model, second, before} = await cutInReply(t, (phony) => phony.kill());
        // Its token is as old as the call; what is on its way is told all at once.
        const relay = await dial(second, {relayToken: relayToken(token, 'CA1', 1)});
        relay.interrupt(chapter);
        relay.prompt('Are you', false);
        relay.prompt('Are you there?');
        assert.equal((await relay.reply()).text, 'I heard: Are you there?');
        assert.deepEqual((await model.request(2)).dialogue, [
            ['assistant', greeting],
            ['user', 'go'],
            ['assistant', `One two. ${chapter}`],
            ['user', 'Are you there?'],
        ]);
        await endsAsOneCall(second, relay, before);
    });

    it('is not resumed more than three times, nor by whoever has no token of it', async (t) => {
        const {second, parameters} = await cutInReply(t, (phony) => phony.kill());
        const stranger = await dial(second, {relayToken: relayToken('another', 'CA1')});
        assert.equal((await stranger.closed).code, 1008);
        for (let resumed = 0; resumed < 3; ++resumed) {
            assert.ok((await reportFailure(second)).attributes);
            const relay = await dial(second, parameters);
            relay.prompt('Are you there?');
            await relay.reply();
            relay.terminate();
            await second.isIdle();
        }
        assert.ok((await reportFailure(second)).verb.Say);
        const relay = await dial(second, parameters);
        const closed = await relay.closed;
        assert.equal(closed.code, 1008);
        assert.match(closed.reason, /too often/);
    });
});
