// npm twilio's own signature code, and ours, over real requests.
import assert from 'node:assert/strict';
import {describe, it} from 'node:test';

import twilio from 'twilio';
import {getExpectedTwilioSignature} from 'twilio/lib/webhooks/webhooks.js';

import {Phony} from './support/phony.mjs';
import {withToken} from './support/relay_token.mjs';
import {UpgradeRefused} from './support/upgrade.mjs';

const token = '4b1d0c2e7a9f48318c65d2ee90ab7713';

const start = (t, publicUrl, settings = {}) =>
    Phony.start(t, {TWILIO_AUTH_TOKEN: token, PHONY_PUBLIC_URL: publicUrl, ...settings});

/** @param {[string, string][]} pairs  as an object, repeated names with an array, like Express */
function asParameters(pairs) {
    const parameters = {};
    for (const [name, value] of pairs) {
        const before = parameters[name];
        parameters[name] = before === undefined ? value : [before, value].flat();
    }
    return parameters;
}

const post = (phony, target, pairs, signature) =>
    phony.request(
        target,
        new URLSearchParams(pairs).toString(),
        signature === undefined ? {} : {'X-Twilio-Signature': signature},
    );

function assertInvalidSignature({status, json}) {
    assert.equal(status, 403);
    assert.equal(json.error.code, 'INVALID_SIGNATURE');
    assert.equal(typeof json.error.message, 'string');
    assert.equal(typeof json.error.details, 'object');
}

/** The voice webhook's form, empty values included, as Twilio sends it. */
const webhook = Object.entries({
    Called: '+18578167225',
    ToState: 'MA',
    CallerCountry: 'US',
    Direction: 'inbound',
    CallerState: 'NY',
    ToZip: '',
    CallSid: 'CA00112233445566778899aabbccddeeff',
    To: '+18578167225',
    CallerZip: '10001',
    ToCountry: 'US',
    StirVerstat: 'TN-Validation-Passed-A',
    CallToken: '{"a":1}',
    CalledZip: '',
    ApiVersion: '2010-04-01',
    CalledCity: '',
    CallStatus: 'ringing',
    From: '+15551234567',
    AccountSid: 'AC91',
    CalledCountry: 'US',
    CallerCity: 'NEW YORK',
    ToCity: '',
    FromCountry: 'US',
    Caller: '+15551234567',
    FromCity: 'NEW YORK',
    CalledState: 'MA',
    FromZip: '10001',
    FromState: 'NY',
});
const call = ['CallSid', 'CA1'];

describe('a form post', {concurrency: true}, () => {
    /** @type {Record<string, [string, string][]>} */
    const forms = {
        'as Twilio sends it': webhook,
        'with nothing but a call': [call],
        'with unicode': [call, ['CallerName', 'Zoë  Ōta 🙂'], ['Ünïcode', '日本語'], ['z', '']],
        'with empty values': [call, ['Digits', ''], ['From', ''], ['To', '']],
        'with a repeated name': [['Tag', 'b'], call, ['Tag', 'a'], ['Tag', 'b'], ['Tag', '']],
        'with white space and separators': [
            call,
            ['a b', ' x '],
            ['c&d', 'e=f+g%20'],
            ['h', '\r\n\t'],
        ],
        'with names that differ in case': [
            ['callsid', 'x'],
            call,
            ['CALLSID', 'y'],
            ['CallSi', 'z'],
        ],
    };
    for (const [how, pairs] of Object.entries(forms)) {
        it(`${how} is signed as npm twilio signs it`, async (t) => {
            const url = 'https://agent.example.net/receive_call?tenant=north-7&x=%C3%A9';
            const phony = await start(t, 'https://agent.example.net');
            const parameters = asParameters(pairs);
            const right = getExpectedTwilioSignature(token, url, parameters);
            assert.ok(twilio.validateRequest(token, right, url, parameters));
            const target = '/receive_call?tenant=north-7&x=%C3%A9';
            assert.equal((await post(phony, target, pairs, right)).status, 200);
            assert.equal((await post(phony, target, pairs.toReversed(), right)).status, 200);

            for (const [forged, changed] of [
                [right, [...pairs, ['More', '']]],
                [right, pairs.map(([name, value]) => [name, `${value}1`])],
                [getExpectedTwilioSignature('another token', url, parameters), pairs],
                [getExpectedTwilioSignature(token, `${url}&`, parameters), pairs],
                [right.toLowerCase(), pairs],
                [`${right} `.replace('=', ''), pairs],
                ['', pairs],
                [undefined, pairs],
            ]) {
                assert.equal(
                    twilio.validateRequest(token, forged ?? '', url, asParameters(changed)),
                    false,
                );
                assertInvalidSignature(await post(phony, target, changed, forged));
            }
        });
    }

    it('is refused when its signature came twice', async (t) => {
        const phony = await start(t, 'https://agent.example.net');
        const right = getExpectedTwilioSignature(
            token,
            'https://agent.example.net/start_call',
            asParameters([call]),
        );
        assert.equal((await post(phony, '/start_call', [call], right)).status, 200);
        for (const both of [
            [right, right],
            [right, 'forged'],
            ['forged', right],
        ]) {
            assertInvalidSignature(
                await phony.request('/start_call', 'CallSid=CA1', {'X-Twilio-Signature': both}),
            );
        }
    });

    const publicUrls = {
        'https://agent.example.net': ['', ':443'],
        'https://agent.example.net:8443': ['', ':8443'],
        'http://agent.example.net:8080/phony': ['', ':8080'],
        'https://agent.example.net/a/prefix/': ['', ':443'],
    };
    for (const [publicUrl, ports] of Object.entries(publicUrls)) {
        it(`to ${publicUrl} is signed with or without the port`, async (t) => {
            const phony = await start(t, publicUrl);
            const {protocol, hostname, pathname} = new URL(publicUrl);
            for (const port of [...ports, ':1234']) {
                const prefix = pathname.replace(/\/$/, '');
                const signed = `${protocol}//${hostname}${port}${prefix}/relay/action`;
                const signature = getExpectedTwilioSignature(token, signed, asParameters([call]));
                const valid = twilio.validateRequest(
                    token,
                    signature,
                    `${publicUrl.replace(/\/$/, '')}/relay/action`,
                    asParameters([call]),
                );
                const {status} = await post(phony, '/relay/action', [call], signature);
                assert.equal(status, valid ? 200 : 403, signed);
                assert.equal(valid, ports.includes(port), signed);
            }
        });
    }

    it('may be signed with the other token while tokens are being rotated', async (t) => {
        const phony = await start(t, 'https://agent.example.net', {
            TWILIO_AUTH_TOKEN_SECONDARY: 'new',
        });
        for (const [key, status] of [
            [token, 200],
            ['new', 200],
            ['old', 403],
        ]) {
            const signature = getExpectedTwilioSignature(
                key,
                'https://agent.example.net/start_call',
                asParameters([call]),
            );
            assert.equal((await post(phony, '/start_call', [call], signature)).status, status);
        }
    });

    it('needs no signature when there is no token', async (t) => {
        const phony = await Phony.start(t);
        assert.equal((await post(phony, '/start_call', [call])).status, 200);
        assert.equal((await post(phony, '/start_call', [call], 'anything')).status, 200);
    });
});

describe("the relay's upgrade", {concurrency: true}, () => {
    const base = 'wss://agent.example.net/phony/relay/ws';
    const query = 'tenant=north-7&b=%C3%A9+x&a=';
    const parameters = {tenant: 'north-7', b: 'é x', a: ''};
    const sign = (url, fields = {}) => getExpectedTwilioSignature(token, url, fields);

    const right = {
        'its wss URL': ['', sign(base)],
        'its URL with the query': [`?${query}`, sign(`${base}?${query}`)],
        'its URL, and the query like a form': [`?${query}`, sign(base, parameters)],
        'its URL with a slash': ['', sign(`${base}/`)],
    };
    for (const [how, [search, signature]] of Object.entries(right)) {
        it(`signed over ${how} is accepted`, async (t) => {
            const phony = await start(t, 'https://agent.example.net/phony');
            if (how === 'its wss URL')
                assert.ok(twilio.validateRequest(token, signature, base, {}));
            const relay = await phony.dial({
                target: `/relay/ws${search}`,
                headers: {
                    'X-Twilio-Signature': signature,
                    'x-amzn-bedrock-agentcore-runtime-custom-twilio-signature': signature,
                },
            });
            relay.setup('CA1', withToken(token, 'CA1'));
            relay.prompt('hello');
            assert.notEqual((await relay.reply()).text, '');
        });
    }

    const wrong = {
        nothing: ['', undefined],
        'its https URL': ['', sign('https://agent.example.net/phony/relay/ws')],
        'its ws URL': ['', sign('ws://agent.example.net/phony/relay/ws')],
        'another host': ['', sign('wss://127.0.0.1/phony/relay/ws')],
        'another path': ['', sign('wss://agent.example.net/relay/ws')],
        'another query': [`?${query}&c=1`, sign(`${base}?${query}`)],
        'another token': ['', getExpectedTwilioSignature('another', base, {})],
        'the right thing, twice': ['', [sign(base), sign(base)]],
    };
    for (const [how, [search, signature]] of Object.entries(wrong)) {
        it(`signed over ${how} gets 403 before it is opened`, async (t) => {
            const phony = await start(t, 'https://agent.example.net/phony');
            await assert.rejects(
                phony.dial({
                    target: `/relay/ws${search}`,
                    headers: signature === undefined ? {} : {'X-Twilio-Signature': signature},
                }),
                (error) => {
                    assert.ok(error instanceof UpgradeRefused);
                    assertInvalidSignature({status: error.status, json: JSON.parse(error.body)});
                    return true;
                },
            );
        });
    }

    it('to a port of its own is signed with or without it', async (t) => {
        const phony = await start(t, 'https://agent.example.net:8443');
        for (const host of ['agent.example.net:8443', 'agent.example.net']) {
            await phony.dial({headers: {'X-Twilio-Signature': sign(`wss://${host}/relay/ws`)}});
        }
    });
});
