// The built-in model, read by OpenAI's own client.
import assert from 'node:assert/strict';
import {describe, it} from 'node:test';

import OpenAI from 'openai';

import {Phony} from './support/phony.mjs';

const question = {
    model: 'gpt-5.4-mini',
    messages: [{role: 'user', content: 'Hello, when are you open?'}],
};

/** @returns {Promise<OpenAI>} */
async function connect(t) {
    const phony = await Phony.start(t);
    assert.equal(phony.started.model, 'simulated');
    return new OpenAI({baseURL: phony.started.modelUrl, apiKey: 'none', maxRetries: 0});
}

describe("OpenAI's SDK", {concurrency: true}, () => {
    it('reads a streamed reply from the built-in model', async (t) => {
        const client = await connect(t);
        const stream = await client.chat.completions.create({...question, stream: true});
        const chunks = [];
        for await (const chunk of stream) chunks.push(chunk);

        const choices = chunks.map((chunk) => chunk.choices[0]);
        assert.equal(choices[0].delta.role, 'assistant');
        const said = choices.map(({delta}) => delta.content ?? '');
        assert.match(said.join(''), /nine to six/);
        assert.ok(said.filter(Boolean).length > 10, 'token by token');
        assert.deepEqual(
            choices.slice(0, -1).map((choice) => choice.finish_reason),
            choices.slice(0, -1).map(() => null),
        );
        assert.equal(choices.at(-1)?.finish_reason, 'stop');
        assert.equal(new Set(chunks.map(({id}) => id)).size, 1);
        assert.deepEqual([...new Set(chunks.map(({object}) => object))], ['chat.completion.chunk']);
        assert.deepEqual([...new Set(chunks.map((chunk) => chunk.model))], [question.model]);
        assert.deepEqual(
            chunks.filter(({usage}) => usage),
            [],
        );
    });

    it('gets the usage in a chunk of its own, when asked for', async (t) => {
        const client = await connect(t);
        const stream = await client.chat.completions.create({
            ...question,
            stream: true,
            stream_options: {include_usage: true},
        });
        const chunks = [];
        for await (const chunk of stream) chunks.push(chunk);
        const {choices, usage} = chunks.pop();
        assert.deepEqual(choices, []);
        assert.ok(usage.completion_tokens > 10);
        assert.equal(usage.total_tokens, usage.prompt_tokens + usage.completion_tokens);
        assert.deepEqual(
            chunks.filter((chunk) => chunk.usage !== null),
            [],
        );
    });

    it('gathers a stream with its own helper', async (t) => {
        const client = await connect(t);
        const deltas = [];
        const runner = client.chat.completions
            .stream(question)
            .on('content', (delta) => deltas.push(delta));
        const {
            choices: [{message, finish_reason: reason}],
        } = await runner.finalChatCompletion();
        assert.equal(message.role, 'assistant');
        assert.equal(message.content, deltas.join(''));
        assert.match(message.content, /nine to six/);
        assert.equal(reason, 'stop');
    });

    it('reads the same reply in one piece', async (t) => {
        const client = await connect(t);
        const completion = await client.chat.completions.create(question);
        assert.equal(completion.object, 'chat.completion');
        assert.equal(completion.model, question.model);
        const [{message, finish_reason: reason}] = completion.choices;
        assert.equal(message.role, 'assistant');
        assert.match(message.content, /nine to six/);
        assert.equal(reason, 'stop');
        assert.ok(completion.usage.total_tokens > 0);
    });

    it('may close a stream at any time, and ask again', async (t) => {
        const client = await connect(t);
        for (let count = 1; count <= 3; ++count) {
            const stream = await client.chat.completions.create({...question, stream: true});
            for await (const chunk of stream) {
                if (chunk.choices[0].delta.content) break;
            }
            assert.ok(stream.controller.signal.aborted);
        }
        assert.ok((await client.chat.completions.create(question)).id);
    });

    it('lists the models', async (t) => {
        const client = await connect(t);
        const models = [];
        for await (const model of client.models.list()) models.push(model);
        assert.equal(models.length, 1);
        assert.equal(models[0].object, 'model');
        assert.equal(typeof models[0].id, 'string');
    });

    it('raises its own errors for what is refused', async (t) => {
        const client = await connect(t);
        const create = (body) => client.chat.completions.create(body);
        await assert.rejects(create({...question, messages: undefined}), (error) => {
            assert.ok(error instanceof OpenAI.BadRequestError);
            assert.equal(error.type, 'invalid_request_error');
            assert.equal(error.param, 'messages');
            assert.equal(error.code, 'missing_required_parameter');
            return true;
        });
        await assert.rejects(create({...question, messages: []}), OpenAI.BadRequestError);
        await assert.rejects(create({messages: question.messages}), OpenAI.BadRequestError);
        await assert.rejects(
            create({...question, stream: true, messages: [{}]}),
            OpenAI.BadRequestError,
        );
        await assert.rejects(client.embeddings.create({model: 'm', input: 'x'}), (error) => {
            assert.ok(error instanceof OpenAI.NotFoundError);
            assert.equal(error.code, 'unknown_url');
            return true;
        });
        await assert.rejects(client.chat.completions.list(), (error) => {
            assert.ok(error instanceof OpenAI.APIError);
            assert.equal(error.status, 405);
            assert.equal(error.code, 'method_not_supported');
            return true;
        });
    });

    it('reads speech from the built-in model while it is being made', async (t) => {
        const client = await connect(t);
        const input = 'We open at nine. Shall I put you through?';
        const speech = await client.audio.speech.create({
            model: 'gpt-4o-mini-tts',
            voice: 'alloy',
            input,
            response_format: 'pcm',
        });
        assert.equal(speech.headers.get('content-type'), 'audio/pcm');
        assert.equal(speech.headers.get('transfer-encoding'), 'chunked');
        let bytes = 0;
        for await (const chunk of speech.body) bytes += chunk.length;
        const seconds = bytes / 2 / 24_000;
        assert.ok(Math.abs(seconds - input.length * 0.065) < 0.001, `${seconds} s`);
    });

    it('is told which format the built-in model speaks', async (t) => {
        const client = await connect(t);
        await assert.rejects(
            client.audio.speech.create({model: 'gpt-4o-mini-tts', voice: 'alloy', input: 'Hi'}),
            (error) => error.status === 400 && error.param === 'response_format',
        );
    });
});
