import http from 'node:http';

import {Changes, now, sleep} from './wait.mjs';

/**
 * A model server with OpenAI's wire format, whose every answer a test decides:
 *
 *     const model = await FakeOpenAi.start(t, ({heard}) => says(`You said ${heard}.`));
 *     const phony = await Phony.start(t, {OPENAI_BASE_URL: model.baseUrl});
 *     …
 *     (await model.request(2)).dialogue          // what it was shown the second time
 */
export class FakeOpenAi {
    /**
     * @param {import('node:test').TestContext} t
     * @param {(exchange: Exchange) => Answer} choose
     */
    static async start(t, choose) {
        const model = new FakeOpenAi(choose);
        await new Promise((resolve) => {
            model.#server.listen(0, '127.0.0.1', () => resolve(null));
        });
        t.after(() => model.#stop());
        return model;
    }

    /** In the order in which they came. @type {Exchange[]} */
    requests = [];
    /** What was asked to be spoken. @type {any[]} */
    spoken = [];
    /**
     * The samples of a clause, 24,000 a second; or a status that refuses it.
     * @type {(text: string, number: number) => Int16Array | number}
     */
    voice = (text) => sine(440, text.length * 0.065);
    #changes = new Changes();
    #choose;
    #server = http.createServer((request, response) => this.#serve(request, response));

    constructor(choose) {
        this.#choose = choose;
        this.#server.keepAliveTimeout = 60_000;
    }

    get baseUrl() {
        const {port} = /** @type {import('node:net').AddressInfo} */ (this.#server.address());
        return `http://127.0.0.1:${port}/v1`;
    }

    /** The number-th request, counted from 1, as soon as it has come. @returns {Promise<Exchange>} */
    async request(number) {
        return this.#changes.until(() => this.requests[number - 1], `request ${number}`);
    }

    async #serve(request, response) {
        let text = '';
        for await (const chunk of request.setEncoding('utf8')) text += chunk;
        if (request.url === '/v1/audio/speech' && request.method === 'POST') {
            await this.#speak(JSON.parse(text), response);
            return;
        }
        if (request.url !== '/v1/chat/completions' || request.method !== 'POST') {
            response.writeHead(404).end();
            return;
        }
        const exchange = new Exchange(JSON.parse(text), request.headers, response);
        this.requests.push(exchange);
        this.#changes.happened();
        await this.#choose(exchange)(exchange);
    }

    /** In pieces of odd sizes, as networks do. */
    async #speak(body, response) {
        this.spoken.push(body);
        this.#changes.happened();
        const samples = this.voice(body.input, this.spoken.length);
        if (typeof samples === 'number') {
            response.writeHead(samples, {'Content-Type': 'application/json'});
            response.end('{"error":{"message":"no","type":"server_error","code":"unwell"}}');
            return;
        }
        response.writeHead(200, {'Content-Type': 'audio/pcm'});
        const pcm = Buffer.from(samples.buffer);
        for (let at = 0; at < pcm.length; at += 4001) {
            response.write(pcm.subarray(at, at + 4001));
            await sleep(1);
        }
        response.end();
    }

    #stop() {
        this.#server.close();
        this.#server.closeAllConnections();
    }
}

/** One request and its answer. @typedef {(exchange: Exchange) => Promise<void>} Answer */
export class Exchange {
    at = now();
    /** When the client closed the connection before the answer was complete. @type {Promise<number>} */
    abandoned;
    isAbandoned = false;
    #response;

    /** @param {http.ServerResponse} response */
    constructor(body, headers, response) {
        this.body = body;
        this.headers = headers;
        this.#response = response;
        this.abandoned = new Promise((resolve) => {
            response.on('close', () => {
                if (response.writableFinished) return;
                this.isAbandoned = true;
                resolve(now());
            });
        });
    }

    /** What was said, without the system prompt: [['user', 'hi'], ['assistant', 'Hello!'], …] */
    get dialogue() {
        return this.body.messages
            .filter(({role}) => role !== 'system')
            .map(({role, content}) => [role, content]);
    }

    /** The newest thing said. */
    get heard() {
        return this.body.messages.at(-1).content;
    }

    begin() {
        this.#response.writeHead(200, {
            'Content-Type': 'text/event-stream; charset=utf-8',
            'Cache-Control': 'no-cache',
            'x-request-id': 'req_123',
        });
        this.#response.write(this.#chunk({role: 'assistant', content: '', refusal: null}));
    }

    /** Several tokens arrive in one piece. */
    write(...tokens) {
        this.#response.write(tokens.map((content) => this.#chunk({content})).join(''));
    }

    /** An event as it is given. */
    event(data) {
        this.#response.write(`data: ${JSON.stringify(data)}\n\n`);
    }

    end(...tokens) {
        this.#response.end(
            tokens.map((content) => this.#chunk({content})).join('') +
                this.#chunk({}, 'stop') +
                this.#usage() +
                'data: [DONE]\n\n',
        );
    }

    /** The answer is over, without the end that it should have. */
    endEarly() {
        this.#response.end();
    }

    /** The answer breaks off. */
    cut() {
        this.#response.destroy();
    }

    answer(status, contentType, body, headers = {}) {
        this.#response.writeHead(status, {'Content-Type': contentType, ...headers}).end(body);
    }

    #head(choices, rest) {
        return `data: ${JSON.stringify({
            id: 'chatcmpl-CsV8eZmTq0tH3',
            object: 'chat.completion.chunk',
            created: 1764000000,
            model: this.body.model,
            service_tier: 'default',
            system_fingerprint: null,
            choices,
            ...rest,
        })}\n\n`;
    }

    #chunk(delta, finishReason = null) {
        return this.#head([{index: 0, delta, logprobs: null, finish_reason: finishReason}], {
            usage: null,
        });
    }

    #usage() {
        return this.#head([], {usage: {prompt_tokens: 90, completion_tokens: 9, total_tokens: 99}});
    }
}

// ── answers

/** A token for each word, as most models cut them. */
export function words(text) {
    return text.match(/\s*\S+(\s+$)?/g) ?? [];
}

/**
 * The model says this, at once unless told otherwise.
 *
 * @param {string | string[]} text  tokens, or what is cut into words
 * @param {{before?: number, gap?: number}} pace  milliseconds before the first token and between two
 * @returns {Answer}
 */
export function says(text, {before = 0, gap = 0} = {}) {
    const tokens = typeof text === 'string' ? words(text) : text;
    return async (exchange) => {
        if (before > 0) await sleep(before);
        if (exchange.isAbandoned) return;
        exchange.begin();
        if (gap === 0) return exchange.end(...tokens);
        for (const token of tokens) {
            exchange.write(token);
            await sleep(gap);
            if (exchange.isAbandoned) return;
        }
        exchange.end();
    };
}

/** @returns {Answer} */
export function never() {
    return async () => {};
}

/** @returns {Answer} */
export function refuses(status, code = 'server_error') {
    const error = {message: 'No.', type: code, param: null, code};
    return async (exchange) => exchange.answer(status, 'application/json', JSON.stringify({error}));
}

/** A gateway in between. @returns {Answer} */
export function answersHtml(status) {
    return async (exchange) => exchange.answer(status, 'text/html', '<h1>Bad <b>gateway</b></h1>');
}

/** The connection breaks after these tokens. @returns {Answer} */
export function breaksOff(...tokens) {
    return async (exchange) => {
        exchange.begin();
        exchange.write(...tokens);
        await sleep(50);
        exchange.cut();
    };
}

/** An error instead of the rest. @returns {Answer} */
export function failsMidStream(...tokens) {
    return async (exchange) => {
        exchange.begin();
        exchange.write(...tokens);
        exchange.event({
            error: {message: 'overloaded', type: 'server_error', param: null, code: null},
        });
        exchange.endEarly();
    };
}

/** Nothing more after these tokens. @returns {Answer} */
export function stalls(...tokens) {
    return async (exchange) => {
        exchange.begin();
        exchange.write(...tokens);
    };
}

/** @returns {Int16Array} of a sine, 24,000 samples a second */
export function sine(hertz, seconds, amplitude = 12_000) {
    return Int16Array.from({length: Math.round(seconds * 24_000)}, (_, at) =>
        Math.round(amplitude * Math.sin((2 * Math.PI * hertz * at) / 24_000)),
    );
}
