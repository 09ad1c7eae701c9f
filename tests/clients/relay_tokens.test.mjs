// The token that ties a relay session to the webhook that announced it.
import assert from 'node:assert/strict';
import {describe, it} from 'node:test';

import twilio from 'twilio';

import {says} from './support/fake_openai.mjs';
import {startWithModel} from './support/harness.mjs';
import {relayToken} from './support/relay_token.mjs';
import {parseTwiml} from './support/twiml.mjs';

const {getExpectedTwilioSignature} = twilio;
const token = '4b1d0c2e7a9f48318c65d2ee90ab7713';
const account = 'AC91';
const settings = {
    TWILIO_AUTH_TOKEN: token,
    TWILIO_ACCOUNT_SID: account,
    PHONY_PUBLIC_URL: 'https://agent.example.net',
};

const start = async (t, more = {}) =>
    (await startWithModel(t, () => says('Hello there.'), {...settings, ...more})).phony;

/** The parameters of the TwiML that a call is announced to get. */
async function announce(phony, callSid) {
    const form = {CallSid: callSid, AccountSid: account, CallStatus: 'ringing'};
    const url = `${settings.PHONY_PUBLIC_URL}/receive_call`;
    const answer = await phony.form('/receive_call', form, {
        'X-Twilio-Signature': getExpectedTwilioSignature(token, url, form),
    });
    const [connect] = parseTwiml(answer.text).Response;
    const parameters = connect.Connect[0].ConversationRelay.map(({attributes}) => attributes);
    return Object.fromEntries(parameters.map(({name, value}) => [name, value]));
}

async function dial(phony, callSid, customParameters, fields = {}) {
    const url = 'wss://agent.example.net/relay/ws';
    const relay = await phony.dial({
        headers: {'X-Twilio-Signature': getExpectedTwilioSignature(token, url, {})},
    });
    relay.setup(callSid, {customParameters, ...fields});
    return relay;
}

describe('the relay token', {concurrency: true}, () => {
    it('comes with the TwiML and admits its call', async (t) => {
        const phony = await start(t);
        const parameters = await announce(phony, 'CA1');
        const [expires] = parameters.relayToken.split('.');
        assert.equal(parameters.relayToken, relayToken(token, 'CA1', Number(expires)));
        const relay = await dial(phony, 'CA1', parameters);
        relay.prompt('hello');
        assert.equal((await relay.reply()).text, 'Hello there.');
    });

    it('may be made with the secondary auth token', async (t) => {
        const phony = await start(t, {TWILIO_AUTH_TOKEN_SECONDARY: 'the-next-one'});
        const relay = await dial(phony, 'CA1', {relayToken: relayToken('the-next-one', 'CA1')});
        relay.prompt('hello');
        assert.equal((await relay.reply()).text, 'Hello there.');
    });

    it('closes with 1008 whatever is forged, replayed or of another account', async (t) => {
        const phony = await start(t);
        const good = await announce(phony, 'CA1');
        const past = Math.floor(Date.now() / 1000) - 1;
        /** @type {[string, any, RegExp, any?][]} */
        const forged = [
            ['CA1', undefined, /missing/],
            ['CA1', {}, /missing/],
            ['CA2', {...good, callSid: 'CA2'}, /not one of this call/],
            ['CA2', good, /callSids disagree/],
            ['CA1', {relayToken: relayToken('another', 'CA1')}, /not one of this call/],
            ['CA1', {relayToken: `1${good.relayToken}`}, /not one of this call/],
            ['CA3', {relayToken: relayToken(token, 'CA3', past)}, /expired/],
            ['CA1', good, /accountSid/, {accountSid: 'AC92'}],
        ];
        for (const [callSid, parameters, reason, fields] of forged) {
            const relay = await dial(phony, callSid, parameters, fields);
            const closed = await relay.closed;
            assert.equal(closed.code, 1008);
            assert.match(closed.reason, reason);
        }
        const {text} = await phony.request('/metrics');
        assert.match(text, /phony_signature_failures_total\{endpoint="setup"\} 7/);
        assert.deepEqual((await phony.request('/history')).json.calls, []);
        const secrets = [good.relayToken, good.relayToken.split('.')[1], token];
        for (const line of phony.log.map((each) => JSON.stringify(each)))
            assert.ok(!secrets.some((secret) => line.includes(secret)), line);
    });

    it('that has expired still resumes a call that broke', async (t) => {
        const phony = await start(t);
        const first = await dial(phony, 'CA1', {relayToken: relayToken(token, 'CA1')});
        first.prompt('hello');
        await first.reply();
        first.terminate();
        await phony.isIdle();

        const again = await dial(phony, 'CA1', {relayToken: relayToken(token, 'CA1', 1)});
        again.prompt('hello');
        assert.equal((await again.reply()).text, 'Hello there.');
    });

    it('is neither given nor asked for where the TwiML is the reference', async (t) => {
        const phony = await start(t, {PHONY_TWIML_PROFILE: 'reference'});
        assert.deepEqual(await announce(phony, 'CA1'), {callSid: 'CA1'});
        const relay = await dial(phony, 'CA1', {callSid: 'CA1'});
        relay.prompt('hello');
        assert.equal((await relay.reply()).text, 'Hello there.');
    });
});
