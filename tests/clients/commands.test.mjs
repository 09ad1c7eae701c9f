// What the model orders among its words: never spoken, and carried out in their order.
import assert from 'node:assert/strict';
import {describe, it} from 'node:test';

import {says} from './support/fake_openai.mjs';
import {startWithModel} from './support/harness.mjs';
import {now} from './support/wait.mjs';
import {parseTwiml} from './support/twiml.mjs';

/** What a reply comes to: neighbouring tokens joined, commands in between. */
function inShort(frames) {
    const parts = [];
    for (const frame of frames) {
        const isText = frame.type === 'text';
        if (isText && typeof parts.at(-1) === 'string') parts[parts.length - 1] += frame.token;
        else if (!isText || frame.token !== '') parts.push(isText ? frame.token : frame);
    }
    return parts;
}

const press = (digits) => ({type: 'sendDigits', digits});
const ended = (fields = {}) => ({
    CallSid: 'CA200',
    SessionId: 'VX5e',
    SessionStatus: 'ended',
    SessionDuration: '8',
    CallStatus: 'in-progress',
    ...fields,
});

describe('press', {concurrency: true}, () => {
    const text = 'One moment. [[press:1]] There you are.';
    const expected = ['One moment. ', press('1'), ' There you are.'];

    it('is never spoken and pressed once, wherever the stream is cut', async (t) => {
        const {phony} = await startWithModel(t, ({heard}) => {
            const at = Number(heard);
            return says([text.slice(0, at), text.slice(at)].filter(Boolean), {gap: 15});
        });
        await Promise.all(
            Array.from({length: text.length}, async (_, at) => {
                const relay = await phony.call(`CA201-${at}`);
                relay.prompt(String(at));
                const reply = await relay.reply();
                assert.deepEqual(inShort(reply.frames), expected, `cut at ${at}`);
                await relay.staysSilent(50);
                relay.hangUp();
            }),
        );
    });

    it('is never spoken and pressed once when every character comes alone', async (t) => {
        const {phony} = await startWithModel(t, () => says([...text], {gap: 3}));
        const relay = await phony.call('CA202');
        relay.prompt('go');
        assert.deepEqual(inShort((await relay.reply()).frames), expected);
    });

    it('comes between the words before and after it, several times', async (t) => {
        const {phony} = await startWithModel(t, () =>
            says('[[press:1]]First. [[press:2w3#]]Then. [[press:*]]'),
        );
        const relay = await phony.call('CA203');
        relay.prompt('go');
        const {frames} = await relay.reply();
        assert.deepEqual(inShort(frames), [
            press('1'),
            'First. ',
            press('2w3#'),
            'Then. ',
            press('*'),
        ]);
    });

    it('alone is a reply without a word', async (t) => {
        const {model, phony} = await startWithModel(t, ({heard}) =>
            heard === 'menu' ? says('[[press:5]]') : says('Hello.'),
        );
        const relay = await phony.call('CA204');
        relay.prompt('menu');
        assert.deepEqual(await relay.next(), press('5'));
        await relay.staysSilent(100);
        relay.info('tokensPlayed', '5');
        relay.prompt('hello');
        assert.equal((await relay.reply()).text, 'Hello.');
        assert.equal(model.requests.length, 2);
    });
});

describe('what is no command', {concurrency: true}, () => {
    const replies = {
        'with wrong digits': ['Well. [[press:abc]]Yes.', 'Well. Yes.'],
        unknown: ['Well. [[dance:now]]Yes.', 'Well. Yes.'],
        unfinished: ['Well. Yes. [[press:1', 'Well. Yes. '],
        'to no number': ['Well. [[transfer:the boss]]Yes.', 'Well. Yes.'],
    };
    for (const [what, [written, heard]] of Object.entries(replies)) {
        it(`${what}, is neither spoken nor carried out`, async (t) => {
            const {phony} = await startWithModel(t, () => says([...written], {gap: 1}));
            const relay = await phony.call('CA210');
            relay.prompt('go');
            assert.deepEqual(
                inShort((await relay.reply()).frames).map((part) =>
                    typeof part === 'string' ? part.trimEnd() : part,
                ),
                [heard.trimEnd()],
            );
            await relay.staysSilent(50);
        });
    }

    it('single brackets are words', async (t) => {
        const {phony} = await startWithModel(t, () => says('[Yes] [no] a[1]'));
        const relay = await phony.call('CA211');
        relay.prompt('go');
        assert.equal((await relay.reply()).text, '[Yes] [no] a[1]');
    });
});

describe('end_call', {concurrency: true}, () => {
    it('ends the session only when its farewell was played', async (t) => {
        const {phony} = await startWithModel(t, () => says('Thank you. Goodbye! [[end_call]]'));
        const relay = await phony.call('CA220');
        relay.prompt('bye');
        assert.equal((await relay.reply()).text.trimEnd(), 'Thank you. Goodbye!');
        relay.info('agentSpeaking', 'on');
        relay.info('tokensPlayed', 'Thank you.');
        await relay.staysSilent(600);
        const heard = now();
        relay.info('tokensPlayed', ' Goodbye!');
        assert.deepEqual(await relay.next(), {type: 'end'});
        assert.ok(relay.received.at(-1).at - heard < 400, 'the end was late');
        relay.hangUp();

        const action = await phony.form('/relay/action', ended({CallSid: 'CA220'}));
        assert.equal(action.status, 200);
        assert.deepEqual(parseTwiml(action.text), {Response: [{Hangup: []}]});
    });

    it('ends the session when the agent falls silent, should the words be reported otherwise', async (t) => {
        const {phony} = await startWithModel(t, () => says('Goodbye! [[end_call]]'));
        const relay = await phony.call('CA221');
        relay.prompt('bye');
        await relay.reply();
        relay.info('agentSpeaking', 'on');
        await relay.staysSilent(300);
        relay.info('agentSpeaking', 'off');
        assert.deepEqual(await relay.next(), {type: 'end'});
    });

    it('is called off by a caller who goes on talking', async (t) => {
        const {phony} = await startWithModel(t, ({heard}) =>
            heard === 'bye' ? says('Goodbye for now! [[end_call]]') : says('Yes?'),
        );
        const relay = await phony.call('CA222');
        relay.prompt('bye');
        await relay.reply();
        relay.info('agentSpeaking', 'on');
        relay.interrupt('Goodbye');
        relay.info('agentSpeaking', 'off');
        relay.prompt('One more thing!');
        assert.equal((await relay.reply()).text, 'Yes?');
        relay.hears('Yes?');
        await relay.staysSilent(300);
    });

    it('closes the socket itself when Twilio does not', async (t) => {
        const {phony} = await startWithModel(t, () => says('Goodbye! [[end_call]]'));
        const relay = await phony.call('CA223');
        relay.prompt('bye');
        await relay.reply();
        relay.hears('Goodbye!');
        assert.deepEqual(await relay.next(), {type: 'end'});
        const at = now();
        const closed = await relay.closed;
        assert.equal(closed.code, 1000);
        assert.ok(closed.at - at > 2000 && closed.at - at < 5000, `after ${closed.at - at} ms`);
    });
});

describe('transfer', {concurrency: true}, () => {
    it('hands the call over when its sentence was played', async (t) => {
        const {phony} = await startWithModel(t, () =>
            says('Connecting you. [[transfer:+15551234567]] This is never said.'),
        );
        const relay = await phony.call('CA230');
        relay.prompt('a person, please');
        assert.equal((await relay.reply()).text.trimEnd(), 'Connecting you.');
        await relay.staysSilent(200);
        relay.hears('Connecting you.');
        const end = await relay.next();
        assert.equal(end.type, 'end');
        assert.deepEqual(JSON.parse(end.handoffData), {reason: 'transfer', target: '+15551234567'});
        relay.hangUp();

        const fields = ended({CallSid: 'CA230', HandoffData: end.handoffData});
        const [dial, ...more] = parseTwiml(
            (await phony.form('/relay/action', fields)).text,
        ).Response;
        assert.deepEqual(more, []);
        assert.deepEqual(dial.Dial, [{Number: ['+15551234567']}]);
        const {pathname} = new URL(dial.attributes.action);
        assert.equal(pathname, '/relay/action');

        // Twilio asks there when the conversation with the other side is over, or never began.
        const after = async (status) =>
            parseTwiml(
                (
                    await phony.form(pathname, {
                        CallSid: 'CA230',
                        CallStatus: 'in-progress',
                        DialCallStatus: status,
                    })
                ).text,
            ).Response;
        assert.deepEqual(await after('completed'), [{Hangup: []}]);
        const [apology, hangup] = await after('no-answer');
        assert.match(apology.Say[0], /could not connect you/);
        assert.deepEqual(hangup, {Hangup: []});
    });

    it('happens at once when the caller talks over its sentence', async (t) => {
        const {phony} = await startWithModel(t, () =>
            says('Connecting you to billing. [[transfer:+15551234567]]'),
        );
        const relay = await phony.call('CA231');
        relay.prompt('a person, please');
        await relay.reply();
        relay.info('agentSpeaking', 'on');
        relay.interrupt('Connecting');
        assert.equal((await relay.next()).type, 'end');
    });

    it('to a number that is not allowed is not made', async (t) => {
        const {phony} = await startWithModel(t, () => says('Well. [[transfer:+19005551234]]'), {
            PHONY_TRANSFER_ALLOW: '+1555',
        });
        const relay = await phony.call('CA232');
        relay.prompt('a person, please');
        await relay.reply();
        relay.hears('Well.');
        await relay.staysSilent(300);
    });
});

describe('request_user', {concurrency: true}, () => {
    it('has the caller hold on, and speaks the answer as soon as it comes', async (t) => {
        const {model, phony} = await startWithModel(
            t,
            ({heard}) =>
                heard.startsWith('[supervisor]')
                    ? says('The code is four two.')
                    : says('[[request_user:What is the code?]]'),
            {PHONY_HOLDING_PHRASE: 'One moment.'},
        );
        const relay = await phony.call('CA240');
        relay.prompt('The code, please.');
        assert.equal((await relay.reply()).text, 'One moment.');
        relay.hears('One moment.');
        const answer = JSON.stringify({callSid: 'CA240', response: 'It is 42'});
        const send = () =>
            phony.request('/override/clarification', answer, {'Content-Type': 'application/json'});
        assert.deepEqual((await send()).json, {
            status: 'success',
            message: 'Clarification sent to AI',
        });
        assert.equal((await relay.reply()).text, 'The code is four two.');
        assert.deepEqual(model.requests[1].dialogue.at(-1), ['user', '[supervisor] It is 42']);
        assert.equal((await send()).status, 400);
    });

    it('tells the model when nobody answers', async (t) => {
        const {model, phony} = await startWithModel(
            t,
            ({heard}) =>
                heard.startsWith('[no answer]')
                    ? says('Nobody knows.')
                    : says('[[request_user:What is the code?]]'),
            {PHONY_CLARIFICATION_TIMEOUT: '1s'},
        );
        const relay = await phony.call('CA241');
        relay.prompt('The code, please.');
        await relay.reply();
        assert.equal((await relay.reply()).text, 'Nobody knows.');
        assert.match(model.requests[1].heard, /^\[no answer\] .*What is the code\?/);
    });
});

describe('after the session', {concurrency: true}, () => {
    const action = async (t, fields) => {
        const {phony} = await startWithModel(t, () => says('Hello.'));
        return parseTwiml((await phony.form('/relay/action', ended(fields))).text).Response;
    };

    it('a call that is over gets nothing to do', async (t) => {
        const {phony} = await startWithModel(t, () => says('Hello.'));
        const {text} = await phony.form(
            '/relay/action',
            ended({SessionStatus: 'completed', CallStatus: 'completed'}),
        );
        assert.deepEqual(parseTwiml(text), {Response: []});
    });

    it('handoff data that is not ours hangs up', async (t) => {
        for (const HandoffData of [
            '{"reason":"other"}',
            '<Dial>',
            '{"reason":"transfer","target":"911"}',
        ]) {
            assert.deepEqual(await action(t, {HandoffData}), [{Hangup: []}]);
        }
    });

    it('a failed session of a call that nobody holds is let go with a sentence', async (t) => {
        const [say, hangup] = await action(t, {
            SessionStatus: 'failed',
            ErrorCode: '64105',
            ErrorMessage: 'Websocket ended',
        });
        assert.ok(say.Say);
        assert.deepEqual(hangup, {Hangup: []});
    });
});
