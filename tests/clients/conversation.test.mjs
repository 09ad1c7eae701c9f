// Turns, barge-in and the history, as a relay played by hand sees them.
import assert from 'node:assert/strict';
import {describe, it} from 'node:test';

import {
    answersHtml,
    breaksOff,
    failsMidStream,
    never,
    refuses,
    says,
    stalls,
    words,
} from './support/fake_openai.mjs';
import {startWithModel} from './support/harness.mjs';
import {spoken} from './support/relay.mjs';
import {now, sleep} from './support/wait.mjs';

const hours = 'We open at nine in the morning and close at six in the evening.';

describe('a reply', {concurrency: true}, () => {
    it('is spoken as it is generated, with last:true exactly once, at its end', async (t) => {
        const {phony} = await startWithModel(t, () => says(hours, {gap: 20}));
        const relay = await phony.call('CA100');
        for (let turn = 1; turn <= 3; ++turn) {
            relay.prompt('When are you open?');
            const reply = await relay.reply();
            assert.equal(reply.text, hours);
            assert.ok(reply.frames.length > 5, `only ${reply.frames.length} frames`);
            assert.ok(reply.lastAt - reply.firstAt > 150, 'it was not streamed');
            assert.deepEqual(
                reply.frames.slice(0, -1).map(({last}) => last),
                reply.frames.slice(0, -1).map(() => false),
            );
            await relay.staysSilent(100);
        }
    });

    it('is one frame when it arrives in one piece', async (t) => {
        const {phony} = await startWithModel(t, () => says(hours));
        const relay = await phony.call('CA101');
        relay.prompt('When are you open?');
        assert.deepEqual((await relay.reply()).frames, [
            {type: 'text', token: hours, last: true, preemptible: true},
        ]);
    });

    it('may be replaced by newer speech, every frame of it', async (t) => {
        const {phony} = await startWithModel(t, () => says(hours, {gap: 10}));
        const relay = await phony.call('CA102');
        relay.prompt('When are you open?');
        const {frames} = await relay.reply();
        assert.deepEqual(
            frames.filter(({preemptible}) => preemptible !== true),
            [],
        );
    });

    it('keeps every character, in any script', async (t) => {
        const text = 'Grüße, 你好 — “ça va”? \\ / \t 🙂 e\u0301 \u2028 fin.';
        const {phony} = await startWithModel(t, () => says([...text], {gap: 2}));
        const relay = await phony.call('CA103');
        relay.prompt('Bonjour');
        assert.equal((await relay.reply()).text, text);
    });
});

describe('what the caller says', {concurrency: true}, () => {
    it('is answered when it is final, not before, and not when it is blank', async (t) => {
        const {model, phony} = await startWithModel(t, ({heard}) => says(`You said: ${heard}`));
        const relay = await phony.call('CA110');
        for (const partial of ['When', 'When are', 'Then are you']) relay.prompt(partial, false);
        relay.prompt('');
        relay.prompt(' \t');
        await relay.staysSilent(300);
        assert.equal(model.requests.length, 0);

        relay.prompt('When are you open?');
        assert.equal((await relay.reply()).text, 'You said: When are you open?');
        assert.deepEqual(model.requests[0].dialogue, [['user', 'When are you open?']]);
    });

    it('twice within 50 ms is answered once, to the newer', async (t) => {
        const {model, phony} = await startWithModel(t, ({heard}) =>
            says(`You said: ${heard}`, {before: 800}),
        );
        const relay = await phony.call('CA111');
        relay.prompt('When are you');
        const first = await model.request(1);
        await sleep(50);
        const newer = now();
        relay.prompt('open on Sunday?');

        assert.ok(
            (await first.abandoned) - newer < 400,
            'the first request was not closed at once',
        );
        const {text, frames} = await relay.reply();
        assert.equal(text, 'You said: open on Sunday?');
        assert.equal(frames.filter(({last}) => last).length, 1);
        assert.deepEqual(model.requests[1].dialogue, [
            ['user', 'When are you'],
            ['user', 'open on Sunday?'],
        ]);
        await relay.staysSilent(500);
        assert.equal(model.requests.length, 2);
    });

    it('during a reply ends it with an empty last:true before the next one begins', async (t) => {
        const {model, phony} = await startWithModel(t, ({heard}) =>
            heard === 'first' ? says(hours, {gap: 60}) : says('Yes.'),
        );
        const relay = await phony.call('CA112');
        relay.prompt('first');
        await relay.some(3);
        relay.prompt('second');
        const [cut, next] = [await relay.reply(), await relay.reply()];
        assert.ok(hours.startsWith(cut.text) && cut.text !== hours, cut.text);
        assert.equal(cut.frames.at(-1).token, '');
        assert.equal(next.text, 'Yes.');
        await model.requests[0].abandoned;
    });
});

describe('an interrupt', {concurrency: true}, () => {
    const counting = 'One two three. Four five six. Seven eight nine. Ten eleven twelve.';

    it('stops the reply at once, and the history ends where the caller stopped hearing', async (t) => {
        const {model, phony} = await startWithModel(t, ({heard}) =>
            heard === 'count' ? says(counting, {gap: 40}) : says('Of course.'),
        );
        const relay = await phony.call('CA120');
        relay.prompt('count');
        await relay.some(8);
        relay.info('agentSpeaking', 'on');
        relay.info('tokensPlayed', 'One two three.');
        relay.info('clientSpeaking', 'on');
        relay.info('tokensPlayed', ' Four five');
        const interrupted = now();
        relay.interrupt('Four five');
        relay.info('agentSpeaking', 'off');

        const cut = await relay.reply();
        assert.ok((await model.requests[0].abandoned) - interrupted < 400, 'the model went on');
        assert.equal(cut.frames.at(-1).token, '');
        assert.ok(counting.startsWith(cut.text) && cut.text.length < counting.length);
        await relay.staysSilent(400);

        relay.prompt('Stop, please.');
        assert.equal((await relay.reply()).text, 'Of course.');
        assert.deepEqual(model.requests[1].dialogue, [
            ['user', 'count'],
            ['assistant', 'One two three. Four five'],
            ['user', 'Stop, please.'],
        ]);
    });

    it('after the reply was sent whole shortens what was heard of it', async (t) => {
        const {model, phony} = await startWithModel(t, () => says(counting));
        const relay = await phony.call('CA121');
        relay.prompt('count');
        await relay.reply();
        relay.info('agentSpeaking', 'on');
        relay.info('tokensPlayed', 'One two three.');
        relay.interrupt('Four', '412'); // older documents give the duration as text
        await relay.staysSilent(100);
        relay.prompt('Stop.');
        await relay.reply();
        assert.deepEqual(model.requests[1].dialogue[1], ['assistant', 'One two three. Four']);
    });

    it('looks for the fragment behind what was played, not where it stands first', async (t) => {
        const {model, phony} = await startWithModel(t, () =>
            says('Press one. Press two. Press three.'),
        );
        const relay = await phony.call('CA122');
        relay.prompt('menu');
        await relay.reply();
        relay.info('agentSpeaking', 'on');
        relay.info('tokensPlayed', 'Press one.');
        relay.info('tokensPlayed', ' Press two.');
        relay.interrupt('Press');
        relay.prompt('Two.');
        await relay.reply();
        assert.deepEqual(model.requests[1].dialogue[1], [
            'assistant',
            'Press one. Press two. Press',
        ]);
    });

    it('cuts the reply at its fragment when the relay reports nothing else, like Telnyx', async (t) => {
        const {model, phony} = await startWithModel(t, () => says(counting));
        const relay = await phony.call('v3:abc-1', {accountSid: 'f00f', callStatus: 'active'});
        relay.prompt('count');
        await relay.reply();
        relay.interrupt('four, five');
        relay.prompt('Stop.');
        await relay.reply();
        assert.deepEqual(model.requests[1].dialogue[1], ['assistant', 'One two three. Four five']);
    });

    it('before anything was heard leaves nothing of the reply', async (t) => {
        const {model, phony} = await startWithModel(t, ({heard}) =>
            heard === 'count' ? never() : says('Yes?'),
        );
        const relay = await phony.call('CA124');
        relay.prompt('count');
        await model.request(1);
        relay.prompt('Wait.');
        await relay.reply();
        assert.deepEqual(model.requests[1].dialogue, [
            ['user', 'count'],
            ['user', 'Wait.'],
        ]);
    });
});

describe('keys', {concurrency: true}, () => {
    it('are gathered until the pound key', async (t) => {
        const {model, phony} = await startWithModel(t, () => says('Thank you.'));
        const relay = await phony.call('CA130');
        for (const key of '12#') relay.dtmf(key);
        await relay.reply();
        assert.deepEqual(model.requests[0].dialogue, [['user', '[keys] 12#']]);
        assert.equal(model.requests.length, 1);
    });

    it('are gathered until a pause', async (t) => {
        const {model, phony} = await startWithModel(t, () => says('Thank you.'), {
            PHONY_DTMF_GAP: '400ms',
        });
        const relay = await phony.call('CA131');
        relay.dtmf('4');
        await sleep(150);
        const newest = now();
        relay.dtmf('*');
        const request = await model.request(1);
        assert.ok(request.at - newest >= 390, `after ${request.at - newest} ms`);
        assert.deepEqual(request.dialogue, [['user', '[keys] 4*']]);
        await relay.reply();
    });

    it('count one by one when there is no gap', async (t) => {
        const {model, phony} = await startWithModel(t, ({heard}) => says(`I got ${heard}.`), {
            PHONY_DTMF_GAP: '0s',
        });
        const relay = await phony.call('CA132');
        relay.dtmf('7');
        assert.equal((await relay.reply()).text, 'I got [keys] 7.');
        assert.equal(model.requests.length, 1);
    });
});

describe('when the model fails', {concurrency: true}, () => {
    const sorry = 'Sorry, say that again?';
    const settings = {PHONY_FALLBACK_SENTENCE: sorry, PHONY_REPLY_TIMEOUT: '1500ms'};
    const failures = {
        'with 500': {answer: refuses(500), attempts: 2},
        'with 429, out of money': {answer: refuses(429, 'insufficient_quota'), attempts: 1},
        'with 401': {answer: refuses(401, 'invalid_api_key'), attempts: 1},
        'with HTML instead of JSON': {answer: answersHtml(502), attempts: 2},
        'with HTML and 200': {answer: answersHtml(200)},
        'by saying nothing': {answer: never(), attempts: 2},
        'by breaking off at once': {answer: breaksOff(), attempts: 2},
        'by breaking off within the reply': {answer: breaksOff('We ', 'open'), said: 'We open '},
        'with an error within the reply': {answer: failsMidStream('We ', 'open'), said: 'We open '},
        'by stalling within the reply': {
            answer: stalls('We ', 'open'),
            said: 'We open ',
            limit: 7000,
        },
        'by saying nothing but white space': {answer: says(' \n')},
    };
    for (const [how, {answer, attempts, said = '', limit = 2200}] of Object.entries(failures)) {
        it(`${how}, the caller hears so and the call goes on`, async (t) => {
            const {model, phony} = await startWithModel(
                t,
                ({heard}) => (heard === 'hello' ? answer : says('Fine.')),
                settings,
            );
            const relay = await phony.call('CA140');
            const asked = now();
            relay.prompt('hello');
            const reply = await relay.reply();
            assert.equal(reply.text, said + sorry);
            assert.equal(reply.frames.filter(({last}) => last).length, 1);
            assert.ok(reply.lastAt - asked < limit, `after ${reply.lastAt - asked} ms`);
            if (attempts !== undefined) assert.equal(model.requests.length, attempts);

            relay.prompt('how are you?');
            assert.equal((await relay.reply()).text, 'Fine.');
            await relay.staysSilent(100);
        });
    }

    it('for one call, ten others never notice', async (t) => {
        const {phony} = await startWithModel(
            t,
            ({heard}) => (heard === 'fail' ? never() : says(hours, {gap: 5})),
            settings,
        );
        const unlucky = await phony.call('CA150');
        unlucky.prompt('fail');
        const talk = async (n) => {
            const relay = await phony.call(`CA16${n}`);
            for (let turn = 0; turn < 5; ++turn) {
                relay.prompt('hi');
                assert.equal((await relay.reply()).text, hours);
            }
        };
        await Promise.all(Array.from({length: 10}, (_, n) => talk(n)));
        assert.equal((await unlucky.reply()).text, sorry);
        assert.equal(await phony.activeCalls(), 11);
    });
});

describe('a hang-up', {concurrency: true}, () => {
    it('stops the model at once, and the call is over', async (t) => {
        const {model, phony} = await startWithModel(t, () => says(words(hours), {gap: 50}));
        const relay = await phony.call('CA170');
        relay.prompt('When are you open?');
        await relay.some(2);
        const hungUp = now();
        relay.hangUp();
        assert.ok((await model.requests[0].abandoned) - hungUp < 400, 'the model went on');
        assert.equal((await relay.closed).code, 1000);
        assert.ok(hours.startsWith(spoken(relay.unread)));
        await phony.isIdle();
    });
});
