// The documents that webhooks are answered with.
import assert from 'node:assert/strict';
import {describe, it} from 'node:test';

import twilio from 'twilio';
import {getExpectedTwilioSignature} from 'twilio/lib/webhooks/webhooks.js';

import {Phony} from './support/phony.mjs';
import {parseTwiml} from './support/twiml.mjs';

// The API reference's own document, character for character.
const reference = `<?xml version="1.0" encoding="UTF-8"?>
<Response>
  <Connect>
    <ConversationRelay url="wss://phony.pushbuild.com/relay/ws" 
                       dtmfDetection="inband" 
                       interruptible="true" 
                       voice="alloy">
      <Parameter name="callSid" value="CA123456789"/>
    </ConversationRelay>
  </Connect>
</Response>
`;

const inbound = {
    CallSid: 'CA987654321',
    From: '+15551234567',
    To: '+18578167225',
    CallStatus: 'ringing',
};

async function answer(t, settings, target = '/receive_call', fields = inbound) {
    const phony = await Phony.start(t, settings);
    const {status, headers, text} = await phony.form(target, fields);
    assert.equal(status, 200);
    assert.match(headers['content-type'] ?? '', /^text\/xml\b/);
    return text;
}

describe('the reference profile', {concurrency: true}, () => {
    const settings = {PHONY_PUBLIC_URL: 'https://phony.pushbuild.com'};

    it('answers the document of the API reference', async (t) => {
        const outbound = {
            CallSid: 'CA123456789',
            From: '+15551234567',
            To: '+15559876543',
            CallStatus: 'in-progress',
        };
        assert.equal(await answer(t, settings, '/start_call', outbound), reference);
        assert.equal(
            await answer(t, settings, '/receive_call'),
            reference.replace('CA123456789', 'CA987654321'),
        );
    });

    it('is the one without a token, and can be asked for with one', async (t) => {
        const token = '4b1d0c2e7a9f48318c65d2ee90ab7713';
        const phony = await Phony.start(t, {
            ...settings,
            TWILIO_AUTH_TOKEN: token,
            PHONY_TWIML_PROFILE: 'reference',
        });
        const signature = getExpectedTwilioSignature(
            token,
            'https://phony.pushbuild.com/receive_call',
            inbound,
        );
        const {text} = await phony.form('/receive_call', inbound, {
            'X-Twilio-Signature': signature,
        });
        assert.equal(text, reference.replace('CA123456789', 'CA987654321'));
    });

    it('names this machine when there is no public URL', async (t) => {
        const phony = await Phony.start(t);
        const {text} = await phony.form('/receive_call', inbound);
        const [
            {
                Connect: [relay],
            },
        ] = parseTwiml(text).Response;
        assert.equal(relay.attributes.url, `wss://localhost:${phony.port}/relay/ws`);
    });
});

describe('the twilio profile', {concurrency: true}, () => {
    const twilioProfile = {
        PHONY_TWIML_PROFILE: 'twilio',
        PHONY_PUBLIC_URL: 'https://agent.example.net:8443/phony/',
    };

    it("is what npm twilio's VoiceResponse makes of the same attributes", async (t) => {
        const welcomeGreeting = 'Hi & "hello" <you>, it\'s Zoë 🙂';
        const ours = await answer(t, {...twilioProfile, PHONY_WELCOME_GREETING: welcomeGreeting});

        const theirs = new twilio.twiml.VoiceResponse();
        theirs
            .connect({action: 'https://agent.example.net:8443/phony/relay/action', method: 'POST'})
            .conversationRelay(
                /** @type {any} */ ({
                    url: 'wss://agent.example.net:8443/phony/relay/ws',
                    welcomeGreeting,
                    dtmfDetection: true,
                    interruptible: 'any',
                    events: 'speaker-events tokens-played',
                }),
            )
            .parameter({name: 'callSid', value: 'CA987654321'});
        assert.deepEqual(parseTwiml(ours), parseTwiml(theirs.toString()));
    });

    it('holds nothing that Twilio refuses', async (t) => {
        const phony = await Phony.start(t, twilioProfile, ['--welcome-greeting', '']);
        const {text} = await phony.form('/receive_call', inbound);
        const [
            {
                Connect: [relay],
            },
        ] = parseTwiml(text).Response;
        assert.deepEqual(Object.keys(relay.attributes).sort(), [
            'dtmfDetection',
            'events',
            'interruptible',
            'url',
        ]);
    });

    it('hangs up, dials and apologises in the words of VoiceResponse', async (t) => {
        const phony = await Phony.start(t, twilioProfile);
        const action = async (fields) =>
            parseTwiml(
                (
                    await phony.form('/relay/action', {
                        CallSid: 'CA1',
                        CallStatus: 'in-progress',
                        SessionStatus: 'ended',
                        ...fields,
                    })
                ).text,
            );

        const hangup = new twilio.twiml.VoiceResponse();
        hangup.hangup();
        assert.deepEqual(await action({}), parseTwiml(hangup.toString()));

        const dial = new twilio.twiml.VoiceResponse();
        dial.dial({
            action: 'https://agent.example.net:8443/phony/relay/action',
            method: 'POST',
        }).number('+15551234567');
        assert.deepEqual(
            await action({HandoffData: '{"reason":"transfer","target":"+15551234567"}'}),
            parseTwiml(dial.toString()),
        );

        const nothing = new twilio.twiml.VoiceResponse();
        assert.deepEqual(await action({CallStatus: 'completed'}), parseTwiml(nothing.toString()));
    });
});

describe('a busy line', {concurrency: true}, () => {
    const busy = {PHONY_MAX_CALLS: '1', PHONY_OVERFLOW_SENTENCE: 'We are <busy>.'};

    it('says so and hangs up', async (t) => {
        const phony = await Phony.start(t, busy);
        const relay = await phony.call('CA1');
        relay.prompt('hello');
        await relay.reply();
        const {text} = await phony.form('/receive_call', inbound);
        const [say, hangup] = parseTwiml(text).Response;
        assert.deepEqual(hangup, {Hangup: []});
        assert.match(text, /We are &lt;busy&gt;\./);
        assert.equal(say.Say.length, 1);

        relay.hangUp();
        await phony.isIdle();
        assert.match((await phony.form('/receive_call', inbound)).text, /<ConversationRelay/);
    });
});
