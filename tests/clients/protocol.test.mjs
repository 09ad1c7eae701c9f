// The relay's socket itself: which call it is for, and what does not belong there.
import assert from 'node:assert/strict';
import {describe, it} from 'node:test';

import {says} from './support/fake_openai.mjs';
import {startWithModel} from './support/harness.mjs';
import {now} from './support/wait.mjs';

const echo = ({heard}) => says(`You said: ${heard}`);

/** The call answers, and supervisors find it under this name. */
async function assertIsCall(phony, relay, callSid) {
    relay.prompt('hi');
    assert.equal((await relay.reply()).text, 'You said: hi');
    assert.equal((await phony.say(callSid, 'I am a supervisor.')).status, 200, callSid);
    assert.deepEqual((await relay.reply()).frames, [
        {type: 'text', token: 'I am a supervisor.', last: true},
    ]);
}

async function assertRefused(relay) {
    const {code, reason} = await relay.closed;
    assert.equal(code, 1008, reason);
    assert.notEqual(reason, '');
    assert.deepEqual(relay.received, []);
}

describe('a session', {concurrency: true}, () => {
    it('is of the call that its frame, its query or its parameter names', async (t) => {
        const {phony} = await startWithModel(t, echo);
        const sessions = {
            'CA-frame': ['/relay/ws', 'CA-frame', {}],
            'CA-query': ['/relay/ws?tenant=7&callSid=CA-query', undefined, {}],
            'CA-parameter': ['/relay/ws', '', {customParameters: {callSid: 'CA-parameter'}}],
            'CA-all': [
                '/relay/ws?callSid=CA-all',
                'CA-all',
                {customParameters: {callSid: 'CA-all'}},
            ],
            'v3:x_1.=': ['/relay/ws?callSid=v3%3Ax_1.%3D', 'v3:x_1.=', {}],
        };
        for (const [callSid, [target, inFrame, fields]] of Object.entries(sessions)) {
            const relay = await phony.dial({target});
            relay.setup(inFrame, fields);
            await assertIsCall(phony, relay, callSid);
        }
        assert.equal(await phony.activeCalls(), Object.keys(sessions).length);
        assert.equal((await phony.say('CA-other', 'Hello?')).json.error.code, 'CALL_NOT_FOUND');
    });

    it('may begin with any frame when the query names its call', async (t) => {
        const {phony} = await startWithModel(t, echo);
        const relay = await phony.dial({target: '/relay/ws?callSid=CA301'});
        await assertIsCall(phony, relay, 'CA301');
    });

    it('is refused when two names disagree', async (t) => {
        const {phony} = await startWithModel(t, echo);
        const inQuery = await phony.dial({target: '/relay/ws?callSid=CA1'});
        inQuery.setup('CA2');
        await assertRefused(inQuery);
        const inParameter = await phony.dial();
        inParameter.setup('CA1', {customParameters: {callSid: 'CA2'}});
        await assertRefused(inParameter);
    });

    it('is refused without a usable name', async (t) => {
        const {phony} = await startWithModel(t, echo);
        for (const callSid of ['', 'CA 1', 'CA/1', 'C'.repeat(129), 17, null]) {
            const relay = await phony.dial();
            relay.setup(callSid);
            await assertRefused(relay);
        }
    });

    it('is refused when its first frame is of no dialect', async (t) => {
        const {phony} = await startWithModel(t, echo);
        for (const data of [
            'hello',
            '[]',
            '{}',
            '{"hello":1}',
            '"type"',
            '{"type":"setup"',
            '\0',
        ]) {
            const relay = await phony.dial({target: '/relay/ws?callSid=CA1'});
            relay.sendRaw(data);
            await assertRefused(relay);
        }
    });

    it('is refused when nothing comes within 10 s', async (t) => {
        const {phony} = await startWithModel(t, echo);
        const dialled = now();
        const relay = await phony.dial();
        const {code, at} = await relay.closed;
        assert.equal(code, 1008);
        assert.ok(at - dialled > 9800 && at - dialled < 12_000, `after ${at - dialled} ms`);
    });

    it('replaces an older one of the same call', async (t) => {
        const {phony} = await startWithModel(t, echo);
        const older = await phony.call('CA302');
        older.prompt('hi');
        await older.reply();
        const newer = await phony.call('CA302', {sessionId: 'VX2'});
        await assertIsCall(phony, newer, 'CA302');
        assert.equal(await phony.activeCalls(), 1);
        older.hangUp();
        await older.closed;
        await assertIsCall(phony, newer, 'CA302');
    });

    it('of Telnyx is a call like any other', async (t) => {
        const {phony} = await startWithModel(t, echo);
        const relay = await phony.dial();
        relay.send({
            type: 'setup',
            sessionId: '0f9a6b1e-7c2d-4e5f-8a6b-7c8d9e0f1a2b',
            accountSid: '1c9a',
            callSid: 'v3:T02llQ',
            callControlId: 'v3:T02llQ',
            callSessionId: 'ff',
            callLegId: 'ee',
            from: '+15551234567',
            to: '+18578167225',
            direction: 'incoming',
            callStatus: 'active',
        });
        relay.prompt('hi th', false);
        await assertIsCall(phony, relay, 'v3:T02llQ');
    });
});

describe('a frame', {concurrency: true}, () => {
    it('that is malformed or unknown is skipped, and the call goes on', async (t) => {
        const {model, phony} = await startWithModel(t, echo);
        const relay = await phony.call('CA310');
        for (const data of [
            '',
            'not json',
            '[]',
            'null',
            '17',
            '{}',
            '{"type":17}',
            '{"type":"prompt"',
            '{"type":"prompt"}',
            '{"type":"prompt","voicePrompt":7}',
            '{"type":"prompt","voicePrompt":"a","last":"yes"}',
            '{"type":"dtmf"}',
            '{"type":"dtmf","digit":"12"}',
            '{"type":"dtmf","digit":"x"}',
            '{"type":"info"}',
            '{"type":"info","name":"agentSpeaking","value":"maybe"}',
            '{"type":"info","name":"tokensPlayed","value":{}}',
            '{"type":"dance"}',
            '{"type":"configUpdated","x":[1,2]}',
            '{"type":"interrupt"}',
            '{"type":"info","name":"roundTripDelayMs","value":"143"}',
            '{"type":"error","description":"Invalid message received, code: 64107, x"}',
            '{"type":"prompt","voicePrompt":"\\ud800","last":false}',
            '['.repeat(5000),
        ])
            relay.sendRaw(data);
        relay.sendRaw(Buffer.from([0, 1, 2, 0xff]));
        await assertIsCall(phony, relay, 'CA310');
        assert.equal(model.requests.length, 1);
        const warnings = phony.log.filter(({msg}) => msg === 'skipping malformed relay frames');
        assert.deepEqual(
            warnings.map(({callSid}) => callSid),
            ['CA310'],
            'logged once a call',
        );
    });

    it('may have 64 KiB, and one byte more closes the socket with 1009', async (t) => {
        const {phony} = await startWithModel(t, echo);
        const relay = await phony.call('CA311');
        const frame = (size) => {
            const [head, tail] = ['{"type":"later","x":"', '"}'];
            return head + 'x'.repeat(size - head.length - tail.length) + tail;
        };
        relay.sendRaw(frame(64 * 1024));
        await assertIsCall(phony, relay, 'CA311');
        relay.sendRaw(frame(64 * 1024 + 1));
        assert.equal((await relay.closed).code, 1009);
        await phony.isIdle();
    });

    it('that is not UTF-8 ends only its own call', async (t) => {
        const {phony} = await startWithModel(t, echo);
        const [broken, other] = [await phony.call('CA312'), await phony.call('CA313')];
        // A text frame of one byte, 0xff, masked with zeros.
        broken.sendBytes(Buffer.from([0x81, 0x81, 0, 0, 0, 0, 0xff]));
        assert.equal((await broken.closed).code, 1007);
        await assertIsCall(phony, other, 'CA313');
    });
});

describe('what is refused over HTTP', {concurrency: true}, () => {
    const cases = {
        'the relay without an upgrade': ['/relay/ws', undefined, 426, 'WEBSOCKET_ERROR'],
        'a webhook that is a GET': ['/receive_call', undefined, 405, 'METHOD_NOT_ALLOWED'],
        'an address that is not there': ['/nothing', undefined, 404, 'NOT_FOUND'],
        'a webhook without its call': [
            '/receive_call',
            'From=%2B1',
            400,
            'INVALID_REQUEST',
            'CallSid',
        ],
        'a call that cannot be named': [
            '/start_call',
            'CallSid=%20',
            400,
            'INVALID_REQUEST',
            'CallSid',
        ],
        'a form that is none': ['/start_call', 'CallSid=%zz', 400, 'INVALID_REQUEST'],
        'a body over 64 KiB': ['/start_call', 'x'.repeat(65_537), 413, 'PAYLOAD_TOO_LARGE'],
        'a simulated call that is no JSON': [
            '/test/simulate_call',
            'scenario=',
            400,
            'INVALID_REQUEST',
        ],
    };
    for (const [what, [target, body, status, code, field]] of Object.entries(cases)) {
        it(`${what}, with ${status} ${code}`, async (t) => {
            const {phony} = await startWithModel(t, echo);
            const answer = await phony.request(target, body);
            assert.equal(answer.status, status, answer.text);
            assert.equal(answer.json.error.code, code);
            assert.equal(typeof answer.json.error.message, 'string');
            if (field !== undefined) assert.equal(answer.json.error.details.field, field);
        });
    }
});
