// What the peers have in common with Phony on one call, so that a comparison compares the same work.
import assert from 'node:assert/strict';
import diagnostics from 'node:diagnostics_channel';
import {describe, it} from 'node:test';

import {
    breaksOff,
    FakeOpenAi,
    says,
    stalls,
    words,
} from '../../tests/clients/support/fake_openai.mjs';
import {Peer, peers} from './peer.mjs';

const hours = 'We open at nine in the morning and close at six in the evening.';
const forty = Array.from({length: 40}, (_, i) => `word ${i} `);

/** The peer with a model whose answers the test chooses; both end with the test, the peer with 0. */
async function startWithModel(t, name, choose) {
    const model = await FakeOpenAi.start(t, choose);
    const peer = await Peer.start(name, {OPENAI_BASE_URL: model.baseUrl});
    t.after(async () => assert.equal(await peer.stop(), 0, 'its exit status'));
    return {model, peer};
}

/** Connections on which requests reach models of this process from now on. */
function modelConnections(t) {
    const sockets = new Set();
    const note = ({socket}) => sockets.add(socket);
    diagnostics.subscribe('http.server.request.start', note);
    t.after(() => diagnostics.unsubscribe('http.server.request.start', note));
    return sockets;
}

/** Tokens of a reply's frames, of which only the last one says so. */
function tokensOf({frames}) {
    assert.deepEqual(
        frames.map(({last}) => last),
        frames.map((_, i) => i === frames.length - 1),
    );
    return frames.map(({token}) => token).filter((token) => token !== '');
}

for (const name of peers) {
    const isWhole = name !== 'floor'; // it has a dialogue and a webhook

    describe(name, () => {
        it('answers two turns of a call on one connection to the model', async (t) => {
            const connections = modelConnections(t);
            const {model, peer} = await startWithModel(t, name, ({heard}) => says(`${heard}? Yes.`));
            const relay = await peer.call('CA1');
            for (const [turn, prompt] of ['Are you open', 'Are you "sure"'].entries()) {
                relay.prompt(prompt);
                assert.equal((await relay.reply()).text, `${prompt}? Yes.`);
                const {body} = await model.request(turn + 1);
                assert.equal(body.stream, true);
                assert.equal(body.messages[0].role, 'system');
            }
            assert.equal(connections.size, 1);
            assert.deepEqual(
                model.requests[1].dialogue,
                isWhole
                    ? [
                          ['user', 'Are you open'],
                          ['assistant', 'Are you open? Yes.'],
                          ['user', 'Are you "sure"'],
                      ]
                    : [['user', 'Are you "sure"']],
            );
            relay.hangUp();
            assert.equal((await relay.closed).code, 1000);
        });

        it('sends a frame for each token that arrives by itself', async (t) => {
            const {peer} = await startWithModel(t, name, () => says(forty, {gap: 15}));
            const relay = await peer.call('CA2');
            relay.prompt('Talk to me.');
            const reply = await relay.reply();
            assert.deepEqual(tokensOf(reply), forty);
            assert.ok(reply.lastAt - reply.firstAt > 300, 'it was not streamed');
        });

        it('sends a frame for each token when all arrive at once', async (t) => {
            const {peer} = await startWithModel(t, name, () => says(forty));
            const relay = await peer.call('CA3');
            for (let turn = 0; turn < 3; ++turn) {
                relay.prompt('Talk to me.');
                assert.deepEqual(tokensOf(await relay.reply()), forty);
            }
        });

        it('keeps every character', async (t) => {
            const tokens = words('Grüße, 你好 — “ça va”? "\\" / \t 🙂 e\u0301 \u2028\n fin.\\');
            const {model, peer} = await startWithModel(t, name, () => says(tokens));
            const relay = await peer.call('CA4');
            relay.prompt(tokens.join(''));
            assert.deepEqual(tokensOf(await relay.reply()), tokens);
            assert.equal((await model.request(1)).heard, tokens.join(''));
        });

        it('takes long prompts and long tokens', async (t) => {
            const long = 'a long word '.repeat(2000);
            const {model, peer} = await startWithModel(t, name, () => says([long, ' .']));
            const relay = await peer.call('CA5');
            relay.prompt(long);
            assert.equal((await relay.reply()).text, `${long} .`);
            assert.equal((await model.request(1)).heard, long);
        });

        it('is silent after an interrupt, and answers what is said next', async (t) => {
            const {model, peer} = await startWithModel(t, name, ({heard}) =>
                heard === 'Wait.' ? says('Yes?') : stalls(...words(hours)),
            );
            const relay = await peer.call('CA6');
            relay.prompt('When are you open?');
            await relay.some(words(hours).length);
            while (relay.unread.length > 0) await relay.next();
            relay.interrupt('We open at nine');
            await model.requests[0].abandoned;
            await relay.staysSilent(100);
            relay.prompt('Wait.');
            assert.equal((await relay.reply()).text, 'Yes?');
            if (isWhole) {
                assert.deepEqual(model.requests[1].dialogue.slice(1), [
                    ['assistant', 'We open at nine'],
                    ['user', 'Wait.'],
                ]);
            }
        });

        it('gives a reply up for a newer prompt', async (t) => {
            const {model, peer} = await startWithModel(t, name, ({heard}) =>
                heard === 'Wait.' ? says('Yes?') : stalls('Well'),
            );
            const relay = await peer.call('CA7');
            relay.prompt('When are you open?');
            assert.equal((await relay.next()).token, 'Well');
            relay.prompt('Wait.');
            assert.equal((await relay.reply()).text, 'Yes?');
            await model.requests[0].abandoned;
        });

        it('waits for the end of a prompt', async (t) => {
            const {model, peer} = await startWithModel(t, name, () => says('Yes.'));
            const relay = await peer.call('CA8');
            relay.prompt('Are', false);
            relay.prompt('Are you', false);
            relay.prompt('Are you open?');
            assert.equal((await relay.reply()).text, 'Yes.');
            assert.deepEqual(
                model.requests.map(({heard}) => heard),
                ['Are you open?'],
            );
        });

        it('leaves the model when the caller hangs up in mid-reply', async (t) => {
            const {model, peer} = await startWithModel(t, name, () => stalls('Well'));
            for (const leave of ['hangUp', 'terminate']) {
                const relay = await peer.call('CA9');
                relay.prompt('When are you open?');
                await relay.next();
                relay[leave]();
                await model.requests.at(-1).abandoned;
            }
        });

        it('keeps calls apart', async (t) => {
            const {peer} = await startWithModel(t, name, ({heard}) =>
                says(`${heard} is ${heard}.`, {gap: 5}),
            );
            const calls = Array.from({length: 20}, async (_, i) => {
                const relay = await peer.call(`CA1${i}`);
                for (let turn = 0; turn < 3; ++turn) {
                    relay.prompt(`call ${i}`);
                    assert.equal((await relay.reply()).text, `call ${i} is call ${i}.`);
                }
                relay.hangUp();
            });
            await Promise.all(calls);
        });

        it('ends its reply although the model breaks off, and answers the next prompt', async (t) => {
            const {peer} = await startWithModel(t, name, ({heard}) =>
                heard === 'Wait.' ? says('Yes?') : breaksOff('Well'),
            );
            const relay = await peer.call('CA10');
            relay.prompt('When are you open?');
            assert.match((await relay.reply()).text, /^Well/);
            relay.prompt('Wait.');
            assert.equal((await relay.reply()).text, 'Yes?');
        });

        it('ends with 0 when it is told to, in the midst of a reply', async (t) => {
            const {peer} = await startWithModel(t, name, () => stalls('Well'));
            const relay = await peer.call('CA11');
            relay.prompt('When are you open?');
            await relay.next();
            assert.equal(await peer.stop(), 0);
            await relay.closed;
        });

        if (isWhole) {
            it('answers the webhook with TwiML that names the socket', async (t) => {
                const {peer} = await startWithModel(t, name, () => says('Yes.'));
                const answer = await fetch(`http://127.0.0.1:${peer.port}/receive_call`, {
                    method: 'POST',
                    body: new URLSearchParams({CallSid: 'CA12', From: '+15551234567'}),
                });
                assert.equal(answer.status, 200);
                assert.match(answer.headers.get('content-type'), /^text\/xml/);
                assert.match(await answer.text(), /<ConversationRelay url="wss:.*\/relay\/ws"/);
            });
        }
    });
}
