// The API reference's own relay dialect: frames as they are documented there, audio that is heard.
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {mkdtempSync, readdirSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {describe, it} from 'node:test';

import twilio from 'twilio';
import WebSocket from 'ws';

import {assertDocumentedMessage} from './support/api_documents.mjs';
import {convertedBySox, decode, signalToNoise} from './support/audio.mjs';
import {FakeOpenAi, says, sine} from './support/fake_openai.mjs';
import {FakeTwilioApi} from './support/fake_twilio_api.mjs';
import {Phony} from './support/phony.mjs';
import {ReferenceCaller} from './support/reference_caller.mjs';
import {upgraded} from './support/upgrade.mjs';
import {eventually, now, sleep} from './support/wait.mjs';

const noGreeting = ['--welcome-greeting', ''];

/** A model, a server and a call, about which a viewer learns all. */
async function call(t, choose, settings = {}, {voice = undefined, callSid = 'CA123'} = {}) {
    const model = await FakeOpenAi.start(t, choose);
    if (voice) model.voice = voice;
    const phony = await Phony.start(
        t,
        {OPENAI_BASE_URL: model.baseUrl, ...settings},
        noGreeting,
    );
    const viewer = await phony.view(`?callSid=${callSid}`);
    const caller = await ReferenceCaller.dial(phony, callSid);
    return {model, phony, viewer, caller};
}

async function happened(viewer, fits, what) {
    return eventually(
        () => viewer.received.find(fits),
        (event) => event !== undefined,
        what,
    );
}

const order = (phony, action, fields) =>
    phony.request(`/override/${action}`, JSON.stringify({callSid: 'CA123', ...fields}), {
        'Content-Type': 'application/json',
    });

describe("the reference's dialect", {concurrency: 4}, () => {
    it('answers a caller with speech that is as long as it should be', async (t) => {
        const reply = 'Sure! We open at nine in the morning.';
        const {model, viewer, caller} = await call(t, () => says(reply));
        caller.says('Hello, how are you?');
        const clauses = ['Sure!', 'We open at nine in the morning.'];
        const milliseconds = clauses.join('').length * 65;
        await caller.hears(milliseconds * 0.99);
        await happened(viewer, ({type}) => type === 'latency', 'the latency of the turn');

        // They are asked for at the same time, on connections of their own.
        const asked = model.spoken.toSorted((one, other) => one.input.length - other.input.length);
        assert.deepEqual(
            asked,
            clauses.map((input) => ({
                model: 'gpt-4o-mini-tts',
                voice: 'alloy',
                response_format: 'pcm',
                input,
            })),
        );
        const heard = caller.audio.length / 8;
        assert.ok(Math.abs(heard / milliseconds - 1) < 0.02, `${heard} of ${milliseconds} ms`);
        assert.ok(caller.media.every(({audio}) => audio.length <= 160));
        const {at} = caller.media[0];
        const took = caller.media.at(-1).at - at;
        assert.ok(took > milliseconds - 400, 'at the pace of the clock, a lead ahead');
        assert.deepEqual(caller.received, []);
    });

    it('sends µ-law at 8 kHz without a click, as good as what sox makes of it', async (t) => {
        const samples = sine(997, 2, 16_000);
        const {caller} = await call(t, () => says('Listen.'), {}, {voice: () => samples});
        caller.says('Please');
        await caller.hears(2000);
        const ours = decode(caller.audio);
        assert.equal(ours.length, 16_000);
        const pure = Float64Array.from({length: 16_000}, (_, at) =>
            (16_000 / 32_768) * Math.sin((2 * Math.PI * 997 * at) / 8000),
        );
        const sox = decode(convertedBySox(samples));
        const middle = (wave) => wave.subarray(400, 15_600);
        const [of, theirs] = [ours, sox].map((wave) => signalToNoise(middle(pure), middle(wave)));
        t.diagnostic(`SNR: ours ${of.toFixed(1)} dB, sox ${theirs.toFixed(1)} dB`);
        assert.ok(of > 33 && of > theirs - 1, `${of} dB, sox ${theirs} dB`);
        const between = signalToNoise(middle(sox), middle(ours));
        t.diagnostic(`ours against sox: ${between.toFixed(1)} dB`);
        assert.ok(between > 33, `${between} dB`);
    });

    for (const [kind, final] of [
        ['final', true],
        ['interim', false],
    ]) {
        it(`falls silent when a ${kind} transcript comes, and remembers what was heard`, async (t) => {
            let turn = 0;
            const long = 'One two three four five six seven eight nine ten eleven twelve thirteen.';
            const {model, viewer, caller} = await call(t, () => says(++turn === 1 ? long : 'Well.'));
            caller.says('Count, please.');
            await caller.hears(1500);
            caller.says('Stop!', final);
            const clear = await caller.frame(({event}) => event === 'clear');
            await sleep(500);
            const {heard} = await happened(viewer, ({type}) => type === 'interrupted', 'interrupted');
            assert.ok(long.startsWith(heard) && heard.length > 5 && heard !== long, heard);
            if (final) {
                const {dialogue} = await model.request(2);
                assert.deepEqual(dialogue, [
                    ['user', 'Count, please.'],
                    ['assistant', heard],
                    ['user', 'Stop!'],
                ]);
                await caller.hears(clear.afterBytes / 8 + 5 * 65);
                assert.equal(caller.audio.length - clear.afterBytes, 5 * 65 * 8, 'of "Well." only');
            } else {
                assert.equal(caller.audio.length, clear.afterBytes, 'nothing after the clear');
            }
        });
    }

    it('presses keys one by one, when the speech before them was played', async (t) => {
        const {caller} = await call(t, () => says('I press one two.[[press:12]]'));
        const asked = now();
        caller.says('Go on');
        const first = await caller.frame(({dtmf}) => dtmf?.digit === '1');
        const second = await caller.frame(({dtmf}) => dtmf?.digit === '2');
        assert.ok(second.at >= first.at);
        assert.equal(first.afterBytes, 16 * 65 * 8);
        assert.ok(first.at - asked >= 16 * 65, 'not before it was heard');
    });

    it('speaks the greeting, which nobody else does', async (t) => {
        const model = await FakeOpenAi.start(t, () => says('Bye.'));
        const phony = await Phony.start(t, {
            OPENAI_BASE_URL: model.baseUrl,
            PHONY_WELCOME_GREETING: 'Hello!',
        });
        const caller = await ReferenceCaller.dial(phony, 'CA123');
        await caller.hears(6 * 65);
        await sleep(500); // what was sent has been played, too
        caller.says('Hi');
        assert.deepEqual((await model.request(1)).dialogue[0], ['assistant', 'Hello!']);
    });

    it('closes the socket when the farewell was heard, without an account', async (t) => {
        const {viewer, caller} = await call(t, () => says('Goodbye.[[end_call]]'));
        caller.says('Bye');
        const {code} = await caller.closed;
        assert.equal(code, 1000);
        assert.equal(caller.audio.length, 8 * 65 * 8);
        const {reason} = await happened(viewer, ({type}) => type === 'call_ended', 'the end');
        assert.equal(reason, 'end_call');
    });

    it('tries a clause once more, and goes on without it when that fails, too', async (t) => {
        const {model, viewer, caller} = await call(
            t,
            () => says('Sure! We open at nine in the morning.'),
            {},
            {voice: (text) => (text === 'Sure!' ? 500 : sine(440, 0.5))},
        );
        caller.says('When?');
        const error = await happened(viewer, ({type}) => type === 'error', 'an error');
        assert.equal(error.code, 'OPENAI_ERROR');
        assert.match(error.message, /not spoken: Sure!/);
        await caller.hears(500);
        assert.equal(model.spoken.filter(({input}) => input === 'Sure!').length, 2);
    });

    it('counts audio that comes in, and skips what is no base64', async (t) => {
        const {phony, caller} = await call(t, () => says('Hm.'));
        caller.send({event: 'media', media: {chunk: '//9+fg==', timestamp: 1234567890}});
        caller.send({event: 'media', media: {chunk: Buffer.alloc(796, 0xff).toString('base64')}});
        caller.send({event: 'media', media: {chunk: '?'}});
        await eventually(
            async () => (await phony.request('/metrics')).text,
            (text) =>
                /phony_relay_audio_seconds_total\{direction="received"\} 0\.1\b/.test(text) &&
                /phony_relay_frames_skipped_total\{reason="malformed"\} 1\b/.test(text),
            'the audio that came in',
        );
    });
});

describe('listening to a call', {concurrency: 4}, () => {
    const tone = Buffer.alloc(800, 0x35);

    /** The audio of each track, from the moment of the upgrade on. */
    async function listen(phony, query) {
        const socket = new WebSocket(`ws://127.0.0.1:${phony.port}/listen/ws${query}`);
        const heard = {caller: [], agent: [], mixed: []};
        socket.on('message', (data) => {
            const frame = JSON.parse(String(data));
            assertDocumentedMessage('heard', frame);
            heard[frame.media.track].push(Buffer.from(frame.media.chunk, 'base64'));
        });
        const closed = new Promise((resolve) => {
            socket.on('close', (code, reason) => resolve({code, reason: String(reason)}));
        });
        await upgraded(socket);
        return {heard: (track) => Buffer.concat(heard[track]), closed};
    }
    const loud = (muLaw) => muLaw.filter((code) => code !== 0xff).length;

    it('hears both directions, each by itself, as time goes by', async (t) => {
        const {phony, caller} = await call(t, () => says('We open at nine.'));
        caller.says('Hi'); // the call is there once it is answered
        await caller.hears(100);
        const {heard, closed} = await listen(phony, '?callSid=CA123');
        caller.send({event: 'media', media: {chunk: tone.toString('base64'), timestamp: 1}});
        await eventually(
            () => [loud(heard('caller')), loud(heard('agent'))],
            ([ofCaller, ofAgent]) => ofCaller === tone.length && ofAgent > 2000,
            'both voices',
        );
        assert.ok(Math.abs(heard('caller').length - heard('agent').length) <= 1600);
        caller.hangUp();
        assert.deepEqual(await closed, {code: 1000, reason: 'the call has ended'});
    });

    it('hears both at once when it wants to', async (t) => {
        const {phony, caller} = await call(t, () => says('We open at nine.'));
        caller.says('Hi');
        await caller.hears(100);
        const {heard} = await listen(phony, '?callSid=CA123&tracks=mixed');
        caller.send({event: 'media', media: {chunk: tone.toString('base64')}});
        await eventually(
            () => loud(heard('mixed')),
            (bytes) => bytes > 2000,
            'a voice',
        );
        assert.equal(heard('caller').length, 0);
    });

    it('is refused where there is nothing to be heard', async (t) => {
        const {phony} = await call(t, () => says('Hm.'));
        for (const [query, status] of [
            ['?callSid=CA999', 404],
            ['', 400],
            ['?callSid=CA123&tracks=both', 400],
        ]) {
            await assert.rejects(listen(phony, query), (error) => error.status === status, query);
        }
    });

    it('records a call, when it is told where', async (t) => {
        const directory = mkdtempSync(join(tmpdir(), 'phony-recordings-'));
        t.after(() => rmSync(directory, {recursive: true}));
        const {phony, caller} = await call(t, () => says('We open at nine.'), {
            PHONY_RECORDINGS_DIR: join(directory, 'made'),
        });
        caller.says('Hi');
        await caller.hears(1000);
        caller.hangUp();
        await phony.isIdle();
        const [file] = readdirSync(join(directory, 'made'));
        assert.match(file, /^\d{4}-.*-CA123\.wav$/);
        const about = (flag) =>
            Number(spawnSync('soxi', [flag, join(directory, 'made', file)]).stdout);
        assert.equal(about('-c'), 2);
        assert.equal(about('-r'), 8000);
        assert.ok(about('-D') >= 0.7, `${about('-D')} s`);
    });
});

describe('the simulated caller', () => {
    it("speaks the reference's dialect on request", {timeout: 120_000}, async (t) => {
        const phony = await Phony.start(t);
        const viewer = await phony.view('?callSid=CA55');
        const {status} = await phony.request(
            '/test/simulate_call',
            JSON.stringify({
                from: '+15551234567',
                to: '+18578167225',
                scenario: 'interruption',
                callSid: 'CA55',
                dialect: 'reference',
                speed: 4,
            }),
            {'Content-Type': 'application/json'},
        );
        assert.equal(status, 200);
        await viewer.closed;
        const types = new Set(viewer.received.map(({type}) => type));
        for (const type of ['call_started', 'transcript', 'assistant_reply', 'interrupted'])
            assert.ok(types.has(type), type);
        const ended = viewer.received.find(({type}) => type === 'call_ended');
        assert.ok(ended.transcript_count >= 2);
        const {text} = await phony.request('/metrics');
        for (const direction of ['sent', 'received']) {
            const name = `phony_relay_audio_seconds_total{direction="${direction}"}`;
            const line = text.split('\n').find((each) => each.startsWith(name));
            assert.ok(Number(line?.split(' ')[1]) > 1, line);
        }
    });
});

describe("Twilio's REST API, for the reference's dialect", {concurrency: 4}, () => {
    const account = {TWILIO_ACCOUNT_SID: 'AC91', TWILIO_AUTH_TOKEN: 'secret'};

    /** What npm twilio sends for the same. */
    async function byTheBook(update) {
        let sent;
        const client = twilio('AC91', 'secret', {
            httpClient: {
                request: async (request) => {
                    sent = request;
                    return {statusCode: 200, body: {sid: 'CA123'}};
                },
            },
        });
        await client.calls('CA123').update(update);
        return sent;
    }
    function assertSame(request, book) {
        assert.equal(request.method, book.method.toUpperCase());
        assert.equal(request.path, new URL(book.uri).pathname);
        const basic = Buffer.from(`${book.username ?? 'AC91'}:${book.password ?? 'secret'}`);
        assert.equal(request.headers.authorization, `Basic ${basic.toString('base64')}`);
        assert.equal(request.headers['content-type'], book.headers['Content-Type']);
        assert.deepEqual(Object.fromEntries(request.form), book.data);
    }
    async function withAccount(t, reply) {
        const api = await FakeTwilioApi.start(t);
        const model = await FakeOpenAi.start(t, () => says(reply));
        const phony = await Phony.start(
            t,
            {
                OPENAI_BASE_URL: model.baseUrl,
                TWILIO_ACCOUNT_SID: account.TWILIO_ACCOUNT_SID,
                TWILIO_AUTH_TOKEN: account.TWILIO_AUTH_TOKEN,
                TWILIO_API_BASE_URL: api.url,
                PHONY_PUBLIC_URL: 'https://phony.example.com',
            },
            noGreeting,
        );
        const signature = twilio.getExpectedTwilioSignature(
            'secret',
            'wss://phony.example.com/relay/ws',
            {},
        );
        const viewer = await phony.view('?callSid=CA123');
        const caller = await ReferenceCaller.dial(phony, 'CA123', '/relay/ws', {
            'X-Twilio-Signature': signature,
        });
        return {api, model, phony, viewer, caller};
    }

    it('ends a call as npm twilio does', async (t) => {
        const {api, caller} = await withAccount(t, 'Goodbye.[[end_call]]');
        caller.says('Bye');
        assertSame(await api.request(1), await byTheBook({status: 'completed'}));
        caller.hangUp();
    });

    it('transfers a call as npm twilio does', async (t) => {
        const {api, phony, caller} = await withAccount(t, 'Hm.');
        const transferred = order(phony, 'transfer', {target: '+15559999999'});
        const request = await api.request(1);
        assert.match(request.form.get('Twiml') ?? '', /<Number>\+15559999999<\/Number>/);
        assertSame(request, await byTheBook({twiml: request.form.get('Twiml')}));
        assert.equal((await transferred).status, 200);
        caller.hangUp();
    });

    it('takes a call that is over for ended', async (t) => {
        const {api, phony, caller} = await withAccount(t, 'Hm.');
        api.answer = () => [400, {code: 21220, message: 'not in-progress', status: 400}];
        assert.equal((await order(phony, 'end', {})).status, 200);
        caller.hangUp();
    });

    it('tells what Twilio refuses, and the call goes on', async (t) => {
        const {api, phony, viewer, caller} = await withAccount(t, 'I am sorry.');
        api.answer = () => [404, {code: 20404, message: 'The resource was not found', status: 404}];
        const {status, json} = await order(phony, 'transfer', {target: '+15559999999'});
        assert.equal(status, 502);
        assert.equal(json.error.code, 'TWILIO_ERROR');
        assert.equal(json.error.details.code, 20404);
        await happened(viewer, ({code}) => code === 'TWILIO_ERROR', 'an error');
        await caller.hears(11 * 65);
    });

    it('cannot transfer without an account', async (t) => {
        const {phony, caller, viewer} = await call(t, ({heard}) =>
            says(heard.startsWith('[no answer]') ? 'I am sorry.' : 'One moment.[[transfer:+15551]]'),
        );
        const {status, json} = await order(phony, 'transfer', {target: '+15559999999'});
        assert.equal(status, 502);
        assert.equal(json.error.code, 'TWILIO_ERROR');
        await caller.hears(11 * 65);
        await happened(viewer, ({code}) => code === 'TWILIO_ERROR', 'an error');
    });
});
