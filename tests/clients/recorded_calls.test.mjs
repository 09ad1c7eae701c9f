// Live calls, played again: Twilio's frames at their own times, and what must come of them.
import assert from 'node:assert/strict';
import {describe, it} from 'node:test';

import {never, says, words} from './support/fake_openai.mjs';
import {startWithModel} from './support/harness.mjs';
import {asks, greeting, hangingUpAt, play, readTimeline, speed} from './support/timeline.mjs';
import {parseTwiml} from './support/twiml.mjs';
import {sleep} from './support/wait.mjs';

const settings = {
    PHONY_TWIML_PROFILE: 'twilio',
    PHONY_WELCOME_GREETING: greeting,
    PHONY_DTMF_GAP: '0s',
};
const sentence = (n) =>
    `Sentence ${n} of twelve: the quick brown fox jumps over the lazy dog ` +
    'while the spike keeps talking so you can interrupt it.';
const twelveSentences = Array.from({length: 12}, (_, n) => sentence(n + 1)).join(' ');
const greeted = ['assistant', greeting];

const ended = (callSid, fields) => ({
    CallSid: callSid,
    SessionId: 'VX5e',
    SessionDuration: '9',
    CallStatus: 'in-progress',
    ...fields,
});

describe('recorded call', {concurrency: true}, () => {
    it('A: the caller talks over a long reply', async (t) => {
        const {model, phony} = await startWithModel(
            t,
            ({heard}) => says(heard === '[keys] 1' ? twelveSentences : `I heard: ${heard}`),
            settings,
        );
        const relay = await phony.dial();
        await play(relay, hangingUpAt(19_500, await readTimeline('a_barge_in')), {callSid: 'CAa'});

        assert.equal(model.requests.length, 2, 'a partial prompt was answered');
        const caller = 'Stop. Stop. Stop. I am interrupting you now.';
        assert.deepEqual(model.requests[0].dialogue, [greeted, ['user', '[keys] 1']]);
        assert.deepEqual(model.requests[1].dialogue, [
            greeted,
            ['user', '[keys] 1'],
            ['assistant', `${sentence(1)} Sentence 2 of`],
            ['user', caller],
        ]);
        assert.equal((await relay.closed).code, 1000);
        const action = await phony.form(
            '/relay/action',
            ended('CAa', {SessionStatus: 'completed', CallStatus: 'completed'}),
        );
        assert.deepEqual(parseTwiml(action.text), {Response: []});
    });

    it('B: a key pressed during the greeting', async (t) => {
        const {model, phony} = await startWithModel(
            t,
            ({heard}) => says(`Key ${heard.slice(-1)}.`),
            settings,
        );
        const relay = await phony.dial();
        await play(relay, await readTimeline('b_key_during_greeting'), {callSid: 'CAb'});
        assert.deepEqual(model.requests[1].dialogue, [
            ['assistant', 'This'],
            ['user', '[keys] 9'],
            ['assistant', 'Key 9.'],
            ['user', '[keys] 8'],
        ]);
    });

    it('B, with a slower model: the interrupt of the greeting leaves the reply alone', async (t) => {
        const {model, phony} = await startWithModel(
            t,
            ({heard}) => says(`Key ${heard.slice(-1)}.`, {before: 200}),
            settings,
        );
        const relay = await phony.call('CAb2');
        relay.info('agentSpeaking', 'on');
        relay.dtmf('9');
        await model.request(1);
        relay.info('tokensPlayed', 'This');
        relay.interrupt('This', 15);
        relay.info('agentSpeaking', 'off');
        assert.equal((await relay.reply()).text, 'Key 9.');
        relay.hears('Key 9.');
        relay.dtmf('8');
        await relay.reply();
        assert.deepEqual(model.requests[1].dialogue.slice(0, 3), [
            ['assistant', 'This'],
            ['user', '[keys] 9'],
            ['assistant', 'Key 9.'],
        ]);
    });

    it('C: the application ends the session, and the call comes back', async (t) => {
        const {model, phony} = await startWithModel(
            t,
            ({heard}) =>
                says(
                    {
                        'Holding.': 'I heard: Holding. [[transfer:+15551234567]]',
                        'Who is it?':
                            'This is the second relay session on the same call. [[end_call]]',
                    }[heard],
                ),
            settings,
        );

        const first = await phony.dial();
        const handoffData = '{"reason":"transfer","target":"+15551234567"}';
        await play(
            first,
            (await readTimeline('c_end')).map((line) =>
                line.what.type === 'end' ? {...line, what: {type: 'end', handoffData}} : line,
            ),
            {callSid: 'CAc'},
        );
        await first.closed;
        await sleep(976 / speed);
        const dial = await phony.form(
            '/relay/action',
            ended('CAc', {SessionStatus: 'ended', HandoffData: handoffData}),
        );
        assert.deepEqual(parseTwiml(dial.text).Response[0].Dial, [{Number: ['+15551234567']}]);
        assert.equal(await phony.activeCalls(), 0);

        const second = await phony.dial();
        // The farewell is over with the report of its last words, before speech is said to be off.
        const lines = (await readTimeline('c_second_session')).map((line) =>
            line.what.type === 'end'
                ? {at: 17_694, who: line.who, what: {type: 'end'}}
                : 'close' in line.what
                  ? {...line, at: 17_784}
                  : line,
        );
        await play(second, [...lines, asks(14_681, 'Who is it?')], {
            callSid: 'CAc',
            sessionId: 'VX2',
        });
        assert.equal((await second.closed).code, 1000);
        assert.deepEqual(model.requests[1].dialogue, [greeted, ['user', 'Who is it?']]);
        const hangup = await phony.form('/relay/action', ended('CAc', {SessionStatus: 'ended'}));
        assert.deepEqual(parseTwiml(hangup.text), {Response: [{Hangup: []}]});
    });

    it('D: our socket drops, and the call is resumed', async (t) => {
        const {model, phony} = await startWithModel(
            t,
            ({heard}) => says(`I heard: ${heard}`),
            settings,
        );
        const relay = await phony.dial();
        await play(relay, await readTimeline('d_socket_drops'), {callSid: 'CAd'});
        await sleep(1191 / speed);
        assert.equal(await phony.activeCalls(), 0, 'a held call is not active');

        const action = await phony.form(
            '/relay/action',
            ended('CAd', {
                SessionStatus: 'failed',
                ErrorCode: '64105',
                ErrorMessage: 'Websocket ended',
            }),
        );
        const [connect] = parseTwiml(action.text).Response;
        assert.ok(connect.Connect, action.text);
        assert.equal(connect.Connect[0].attributes.welcomeGreeting, undefined);

        const again = await phony.call('CAd', {sessionId: 'VX2', callStatus: 'IN_PROGRESS'});
        again.prompt('Are you there?');
        assert.equal((await again.reply()).text, 'I heard: Are you there?');
        assert.deepEqual(model.requests[1].dialogue, [
            greeted,
            ['user', 'Holding.'],
            ['assistant', 'I heard: Holding.'],
            ['user', 'Are you there?'],
        ]);
        assert.equal(await phony.activeCalls(), 1);
    });

    it('D, within a reply: the history goes on where it broke off', async (t) => {
        const {model, phony} = await startWithModel(
            t,
            ({heard}) => (heard === 'go' ? says(twelveSentences, {gap: 20}) : says('Yes.')),
            settings,
        );
        const relay = await phony.call('CAd2');
        relay.prompt('go');
        await relay.some(5);
        relay.terminate();
        await model.requests[0].abandoned;
        const again = await phony.call('CAd2', {sessionId: 'VX2', callStatus: 'IN_PROGRESS'});
        again.prompt('Hello?');
        assert.equal((await again.reply()).text, 'Yes.');
        const {dialogue} = model.requests[1];
        assert.deepEqual(
            [dialogue[0], dialogue[1], dialogue.at(-1)],
            [greeted, ['user', 'go'], ['user', 'Hello?']],
        );
        assert.equal(await phony.activeCalls(), 1);
    });

    it('E: digits behind speech, and an end behind the digits', async (t) => {
        const text =
            'This is a short reply of about eight seconds, so that digits queued behind it ' +
            'can still be heard by the gather on the caller leg before it times out.';
        let commandsAreDue;
        const due = new Promise((resolve) => (commandsAreDue = resolve));
        const {phony} = await startWithModel(
            t,
            () => async (exchange) => {
                exchange.begin();
                exchange.write(...words(text), ' ');
                await due;
                exchange.end('[[press:1234#]]', '[[end_call]]');
            },
            settings,
        );
        const relay = await phony.dial();

        // Our reply is complete with its last command, so its last:true comes behind the digits.
        const lines = (await readTimeline('e_digits_behind_speech')).map((line) =>
            line.what.words ? {...line, what: {begins: `${text} `}} : line,
        );
        await play(
            relay,
            [
                ...hangingUpAt(17_500, lines),
                asks(8015, 'The key, please.'),
                {at: 9037, who: '!', what: {meanwhile: commandsAreDue}},
                {at: 9039, who: '>', what: {words: ''}},
                {at: 17_413, who: '>', what: {type: 'end'}},
            ],
            {callSid: 'CAe'},
        );
    });

    it('F: a reply is replaced by the next one', async (t) => {
        const {model, phony} = await startWithModel(
            t,
            ({heard}) =>
                says(heard === '[keys] 0' ? twelveSentences : 'Replacing the marked message.'),
            settings,
        );
        const relay = await phony.dial();
        const lines = (await readTimeline('f_preempted')).filter(({at}) => at < 11_000);
        await play(
            relay,
            [...lines, asks(8197, 'Something else.'), asks(10_300, 'And?')].concat({
                at: 10_301,
                who: '>',
                what: {words: 'Replacing the marked message.'},
            }),
            {callSid: 'CAf'},
        );

        const heardOf = ({dialogue}) => dialogue[2][1];
        assert.deepEqual(model.requests[1].dialogue[1], ['user', '[keys] 0']);
        const byTheClock = heardOf(model.requests[1]);
        // What was reported, and what a voice says in the second and a half after it. The voice does
        // not hurry when the recording does.
        const reported = 'Sentence 1 of twelve';
        assert.ok(twelveSentences.startsWith(byTheClock), byTheClock);
        assert.ok(byTheClock.startsWith(reported) && byTheClock.length < 100, byTheClock);
        if (speed === 1) assert.ok(byTheClock.length > reported.length, byTheClock);
        assert.deepEqual(model.requests[2].dialogue, [
            greeted,
            ['user', '[keys] 0'],
            ['assistant', 'Sentence 1 of twelve: the quick brown fox jumps over the'],
            ['user', 'Something else.'],
            ['assistant', 'Replacing the marked message.'],
            ['user', 'And?'],
        ]);
    });

    it('F, with a model that says nothing: the caller hears the old reply to its end', async (t) => {
        const {model, phony} = await startWithModel(
            t,
            ({heard}) => (heard === 'go' ? says('One two three. Four five six.') : never()),
            settings,
        );
        const relay = await phony.call('CAf2');
        relay.hears(greeting);
        relay.prompt('go');
        await relay.reply();
        relay.info('agentSpeaking', 'on');
        relay.info('tokensPlayed', 'One two three.');
        relay.prompt('Hm.');
        await model.request(2);
        relay.info('tokensPlayed', ' Four five six.');
        relay.info('agentSpeaking', 'off');
        relay.prompt('Hello?');
        const third = await model.request(3);
        assert.deepEqual(third.dialogue[2], ['assistant', 'One two three. Four five six.']);
    });
});
