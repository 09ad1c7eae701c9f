// What supervisors see of calls, over npm ws.
import assert from 'node:assert/strict';
import {describe, it} from 'node:test';

import {says} from './support/fake_openai.mjs';
import {startWithModel} from './support/harness.mjs';
import {UpgradeRefused} from './support/upgrade.mjs';
import {eventually} from './support/wait.mjs';

const echo = ({heard}) => says(`You said: ${heard}`);
const isReply = ({type}) => type === 'assistant_reply';
const isEnd = ({type}) => type === 'call_ended';

const counting = (length) => Array.from({length}, (_, i) => i + 1);

/** A call that has said something, and heard the answer. */
async function talk(phony, callSid, what = 'hi') {
    const relay = await phony.call(callSid);
    relay.prompt(what);
    await relay.reply();
    return relay;
}

describe('a viewer', {concurrency: true}, () => {
    it('sees the past of a call, then what happens, and its end', async (t) => {
        const {phony} = await startWithModel(t, echo);
        const relay = await talk(phony, 'CA400');
        const viewer = await phony.view('?callSid=CA400');
        const past = await viewer.until(isReply);
        assert.deepEqual(
            past.filter(({type}) => type !== 'assistant_token').map(({type}) => type),
            ['call_started', 'transcript', 'assistant_reply'],
        );
        const {timestamp, seq, ...transcript} = past[1];
        assert.deepEqual(transcript, {
            type: 'transcript',
            callSid: 'CA400',
            speaker: 'caller',
            text: 'hi',
        });
        assert.match(timestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
        assert.equal(seq, 2);

        relay.prompt('more');
        assert.equal((await viewer.until(isReply)).at(-1).text, 'You said: more');
        await phony.say('CA400', 'A supervisor here.');
        const override = (await viewer.until(({type}) => type === 'supervisor_override')).at(-1);
        assert.equal(override.action, 'text');
        assert.equal(override.value, 'A supervisor here.');

        relay.hangUp();
        assert.deepEqual(await viewer.closed, {code: 1000, reason: 'the call has ended'});
        assert.ok(isEnd(viewer.received.at(-1)));
        assert.equal(viewer.received.at(-1).override_count, 1);
        assert.deepEqual(viewer.seqs, counting(viewer.seqs.length));
    });

    it('may come before the call, and name it in its first message', async (t) => {
        const {phony} = await startWithModel(t, echo);
        const viewer = await phony.view();
        viewer.send({callSid: 'CA401'});
        viewer.send({type: 'pong'});
        const relay = await talk(phony, 'CA401');
        relay.hangUp();
        assert.equal((await viewer.closed).code, 1000);
        assert.deepEqual(viewer.seqs, counting(viewer.seqs.length));
        assert.ok(isEnd(viewer.received.at(-1)));
    });

    it('who reconnects again and again with since sees each event once', async (t) => {
        const {phony} = await startWithModel(t, echo);
        const everything = await phony.view('?callSid=CA402');
        const relay = await phony.call('CA402');
        const seen = [];
        for (let i = 0; i < 20; ++i) {
            const viewer = await phony.view(`?callSid=CA402&since=${seen.length}`);
            relay.prompt(`turn ${i}`);
            await viewer.until(isReply);
            viewer.terminate();
            await viewer.closed;
            seen.push(...viewer.received);
        }
        relay.hangUp();
        await everything.closed;
        const last = await phony.view(`?callSid=CA402&since=${seen.length}`);
        await last.closed;
        seen.push(...last.received);
        assert.deepEqual(seen, everything.received);
    });

    it('of all calls sees those that are active first', async (t) => {
        const {phony} = await startWithModel(t, echo);
        const first = await talk(phony, 'CA403');
        await eventually(
            async () => (await phony.request('/calls')).json.calls[0]?.lastAssistantText,
            (text) => text === 'You said: hi',
            'the reply in the state',
        );
        const viewer = await phony.view('?callSid=*');
        const [started, state] = await viewer.until(({type}) => type === 'call_state');
        assert.equal(started.type, 'call_started');
        assert.equal(state.callSid, 'CA403');
        assert.equal(state.lastCallerText, 'hi');

        const second = await talk(phony, 'CA404');
        first.hangUp();
        second.hangUp();
        await viewer.until(isEnd);
        await viewer.until(isEnd);
        assert.ok(!viewer.received.some(({type}) => type === 'assistant_token'));
        assert.deepEqual((await phony.request('/calls')).json, {calls: []});
    });

    it('who asks for nothing that there could be is refused before the upgrade', async (t) => {
        const {phony} = await startWithModel(t, echo);
        for (const query of ['?callSid=', '?callSid=CA%201', '?callSid=CA1&since=x', '?callSid=*&since=1']) {
            await assert.rejects(phony.view(query), (error) => {
                assert.ok(error instanceof UpgradeRefused);
                assert.equal(error.status, 400);
                assert.equal(JSON.parse(error.body).error.code, 'WEBSOCKET_ERROR');
                return true;
            });
        }
        const plain = await phony.request('/events/ws?callSid=CA1');
        assert.equal(plain.status, 426);
        assert.equal(plain.json.error.code, 'WEBSOCKET_ERROR');

        const viewer = await phony.view();
        viewer.send('hello');
        assert.equal((await viewer.closed).code, 1008);
    });

    it('who says too much is sent away', async (t) => {
        const {phony} = await startWithModel(t, echo, {PHONY_EVENT_RATE: '5'});
        const viewer = await phony.view('?callSid=CA405');
        for (let i = 0; i < 6; ++i) viewer.send({type: 'pong'});
        assert.deepEqual(await viewer.closed, {code: 1008, reason: 'too many messages'});
    });
});
