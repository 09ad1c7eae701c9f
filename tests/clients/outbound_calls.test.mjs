// Calls that are placed: our request and npm twilio's, one fake REST API's answers to both, and a whole
// call from the order to its end, as Twilio leads it.
import assert from 'node:assert/strict';
import {describe, it} from 'node:test';

import twilio from 'twilio';

import {says} from './support/fake_openai.mjs';
import {FakeTwilioApi} from './support/fake_twilio_api.mjs';
import {startWithModel} from './support/harness.mjs';
import {PlacedCall} from './support/placed_call.mjs';
import {parseTwiml} from './support/twiml.mjs';
import {eventually} from './support/wait.mjs';

const token = '4b1d0c2e7a9f48318c65d2ee90ab7713';
const account = 'AC91';
const publicUrl = 'https://agent.example.net';

/** npm twilio's own HTTP, sent to the fake. */
class Diverted extends twilio.RequestClient {
    /** @param {string} url */
    constructor(url) {
        super();
        this.url = url;
    }

    request(options) {
        return super.request({...options, uri: options.uri.replace(/^https:\/\/[^/]+/, this.url)});
    }
}

async function start(t, settings = {}) {
    const api = await FakeTwilioApi.start(t);
    const {model, phony} = await startWithModel(t, () => says('Good to hear you.'), {
        TWILIO_ACCOUNT_SID: account,
        TWILIO_AUTH_TOKEN: token,
        TWILIO_API_BASE_URL: api.url,
        PHONY_PUBLIC_URL: publicUrl,
        PHONY_CALLER_ID: '+18578167225',
        PHONY_CALLS_PER_SECOND: '0',
        ...settings,
    });
    const book = twilio(account, token, {httpClient: new Diverted(api.url)});
    return {api, model, phony, book};
}

const place = (phony, order, headers = {}) =>
    phony.request('/calls', JSON.stringify({to: '+15551234567', consent: true, ...order}), {
        'Content-Type': 'application/json',
        ...headers,
    });

/** As the history has it, once it has. */
const pastCall = (phony, callSid, headers = {}) =>
    eventually(
        async () => (await phony.request(`/calls/${callSid}`, undefined, headers)).json,
        ({state}) => state === 'ended',
        'the call',
    );

const callOf = (phony, form, callSid) =>
    new PlacedCall(phony, publicUrl, token, form, callSid);

const sorted = (form) => [...form].sort(([a, x], [b, y]) => (a + x < b + y ? -1 : 1));

const headersOf = ({headers}) => ({
    authorization: headers.authorization,
    'content-type': headers['content-type'],
});

describe('POST /calls', {concurrency: 4}, () => {
    it('sends what npm twilio sends, and understands the answer as it does', async (t) => {
        const {api, phony, book} = await start(t);
        const webhooks = {
            method: 'POST',
            statusCallback: `${publicUrl}/call_status`,
            statusCallbackMethod: 'POST',
            statusCallbackEvent: ['initiated', 'ringing', 'answered', 'completed'],
        };
        const numbers = {to: '+15551234567', from: '+18578167225'};
        /** @type {[any, any][]} */
        const orders = [
            [{}, {...numbers, ...webhooks, url: `${publicUrl}/start_call`, timeout: 60}],
            [
                {from: '+1 (555) 000-1111', timeout: 25, machineDetection: 'Enable'},
                {
                    ...numbers,
                    ...webhooks,
                    from: '+15550001111',
                    url: `${publicUrl}/start_call?onMachine=hang_up`,
                    timeout: 25,
                    machineDetection: 'Enable',
                    machineDetectionTimeout: 30,
                },
            ],
            [
                {machineDetection: 'DetectMessageEnd', machineDetectionTimeout: 45},
                {
                    ...numbers,
                    ...webhooks,
                    url: `${publicUrl}/start_call`,
                    timeout: 60,
                    machineDetection: 'DetectMessageEnd',
                    machineDetectionTimeout: 45,
                },
            ],
        ];
        for (const [order, options] of orders) {
            api.requests.length = 0;
            const ours = await place(phony, order);
            const theirs = await book.calls.create(options);
            const [request, expected] = api.requests;
            assert.equal(request.method, expected.method);
            assert.equal(request.path, expected.path);
            assert.deepEqual(headersOf(request), headersOf(expected));
            assert.deepEqual(sorted(request.form), sorted(expected.form));

            assert.equal(ours.status, 201);
            assert.match(ours.json.callSid, /^CA\d{32}$/);
            assert.match(theirs.sid, /^CA\d{32}$/);
            await callOf(phony, request.form, ours.json.callSid).tells('canceled');
        }
    });

    it('understands a refusal as npm twilio does', async (t) => {
        const {api, phony, book} = await start(t);
        for (const [status, code] of [
            [400, 21211],
            [401, 20003],
            [403, 20005],
        ]) {
            api.answer = () => [status, {code, message: 'No.', more_info: '…', status}];
            const ours = await place(phony, {});
            const theirs = await book.calls
                .create({to: '+15551234567', from: '+18578167225', url: publicUrl})
                .then(assert.fail, (error) => error);
            assert.equal(ours.status, 502);
            assert.equal(ours.json.error.code, 'TWILIO_ERROR');
            assert.equal(ours.json.error.details.code, theirs.code);
            assert.match(ours.json.error.details.reason, new RegExp(`answered ${theirs.status},`));
        }
        assert.deepEqual((await phony.request('/calls')).json.calls, []);
    });

    it('leads to a call, from the order to its end', async (t) => {
        const {api, model, phony} = await start(t, {PHONY_SUPERVISOR_TOKENS: 'ada:secret'});
        const ada = {Authorization: 'Bearer secret'};
        const viewer = await phony.view('?callSid=*', ada);
        const placed = await place(
            phony,
            {consentedBy: 'Jane Doe, form of 3 May'},
            {...ada, 'Idempotency-Key': 'order 7'},
        );
        const {callSid} = placed.json;
        assert.equal(placed.headers.location, `/calls/${callSid}`);
        await viewer.until(({type, state}) => type === 'call_started' && state === 'dialing');
        const again = await place(
            phony,
            {consentedBy: 'Jane Doe, form of 3 May'},
            {...ada, 'Idempotency-Key': 'order 7'},
        );
        assert.deepEqual(again.json, placed.json);
        assert.equal(api.requests.length, 1);

        const network = callOf(phony, api.requests[0].form, callSid);
        await network.tells('initiated');
        await network.tells('ringing');
        await viewer.until(({type, state}) => type === 'call_started' && state === 'ringing');
        const answered = await network.isAnswered();
        await network.tells('in-progress');
        const [connect] = parseTwiml(answered.text).Response;
        const [relayed] = connect.Connect;
        assert.equal(relayed.attributes.url, 'wss://agent.example.net/relay/ws');
        const customParameters = Object.fromEntries(
            relayed.ConversationRelay.map(({attributes}) => [attributes.name, attributes.value]),
        );
        assert.equal(customParameters.callSid, callSid);

        const relay = await phony.dial({
            headers: {
                'X-Twilio-Signature': twilio.getExpectedTwilioSignature(
                    token,
                    relayed.attributes.url,
                    {},
                ),
            },
        });
        relay.setup(callSid, {
            customParameters,
            from: '+18578167225',
            to: '+15551234567',
            direction: 'outbound-api',
        });
        await viewer.until(({type, state}) => type === 'call_started' && state === undefined);
        relay.prompt('Who is this?');
        assert.equal((await relay.reply()).text, 'Good to hear you.');
        assert.equal(model.requests.length, 1);
        relay.hangUp();
        await network.tells('completed', {CallDuration: '12', Duration: '1'});
        await viewer.until(({type}) => type === 'call_ended');

        const past = await pastCall(phony, callSid, ada);
        assert.equal(past.endReason, 'hung_up');
        assert.equal(past.direction, 'outbound-api');
        const [audit] = past.overrides;
        assert.equal(audit.action, 'place_call');
        assert.equal(audit.supervisor, 'ada');
        assert.match(audit.value, /^\+15551234567 .*Jane Doe, form of 3 May$/);
        assert.deepEqual(
            viewer.received.filter(({type}) => /^call_/.test(type)).map(({type}) => type),
            ['call_started', 'call_started', 'call_started', 'call_ended'],
        );
        const {text} = await phony.request('/metrics');
        assert.match(text, /^phony_outbound_calls_total\{outcome="connected"\} 1$/m);
        assert.match(text, /^phony_outbound_calls_dialing 0$/m);
        viewer.close();
    });

    it('closes what never connected', async (t) => {
        const {api, phony} = await start(t);
        const viewer = await phony.view('?callSid=*');
        const {callSid} = (await place(phony, {})).json;
        const network = callOf(phony, api.requests[0].form, callSid);
        await network.tells('initiated');
        await network.tells('no-answer', {SipResponseCode: '487'});
        const {reason} = (await viewer.until(({type}) => type === 'call_ended')).at(-1);
        assert.equal(reason, 'no_answer');
        assert.deepEqual((await phony.request('/calls')).json.calls, []);
        const {sipResponseCode} = /** @type {any} */ (
            phony.log.findLast(({msg}) => msg === 'call status')
        );
        assert.equal(sipResponseCode, '487');
    });

    it('hangs up on a machine', async (t) => {
        const {api, phony} = await start(t);
        const {callSid} = (await place(phony, {machineDetection: 'Enable'})).json;
        const network = callOf(phony, api.requests[0].form, callSid);
        const answered = await network.isAnswered({AnsweredBy: 'machine_start'});
        assert.deepEqual(parseTwiml(answered.text), {Response: [{Hangup: []}]});
        await network.tells('completed', {AnsweredBy: 'machine_start'});
        assert.equal((await pastCall(phony, callSid)).endReason, 'machine');
    });

    it('calls nobody in production who is not allowed', async (t) => {
        const {api, phony} = await start(t, {
            PHONY_ENV: 'production',
            PHONY_SUPERVISOR_TOKENS: 'none',
        });
        const {status, json} = await place(phony, {});
        assert.equal(status, 400);
        assert.match(json.error.details.reason, /PHONY_OUTBOUND_ALLOW/);
        assert.equal(api.requests.length, 0);
    });
});
