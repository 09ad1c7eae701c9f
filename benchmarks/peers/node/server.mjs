// A voice agent behind Twilio's ConversationRelay, in the shape that Twilio's tutorials give it:
// Fastify, @fastify/websocket and the official openai SDK; the tokens are sent on as they come.
//
// Where the tutorials and a server in production differ, this is the server in production:
// connections to the model are kept, nothing is logged per token, and what fails ends in a sentence.
import formBody from '@fastify/formbody';
import webSocket from '@fastify/websocket';
import Fastify from 'fastify';
import OpenAI from 'openai';
import {Agent, fetch} from 'undici';

const port = Number(process.env.PORT ?? 0);
const publicHost = process.env.PUBLIC_HOST ?? 'localhost';
const model = process.env.OPENAI_MODEL ?? 'gpt-4o-mini';
const systemPrompt =
    'You are a helpful voice assistant on a phone call. Answer in one to three short sentences, ' +
    'without lists, symbols or emojis.';
const apology = 'Sorry, I did not get that. Could you say it again?';

const openai = new OpenAI({
    baseURL: process.env.OPENAI_BASE_URL,
    // The SDK insists on one; models of one's own need none.
    apiKey: process.env.OPENAI_API_KEY ?? 'none',
    // Node.js's own fetch drops a connection that was idle for four seconds, which in a phone call is
    // between any two turns; each would pay for a new one. Agent and fetch come from one package, as
    // the SDK wants it.
    fetch,
    fetchOptions: {dispatcher: new Agent({keepAliveTimeout: 60_000})},
});

/** One call: its dialogue, and the reply that is being generated. */
class Call {
    #socket;
    #messages = [{role: 'system', content: systemPrompt}];
    /** @type {AbortController | undefined} */
    #reply;

    constructor(socket) {
        this.#socket = socket;
        socket.on('message', (data) => this.#receive(data));
        socket.on('close', () => this.#reply?.abort());
    }

    #receive(data) {
        let frame;
        try {
            frame = JSON.parse(data);
        } catch {
            return; // Twilio sends none that is not JSON
        }
        switch (frame.type) {
            case 'prompt':
                // Partial prompts come only when the TwiML asks for them.
                if (frame.last !== false && frame.voicePrompt.trim()) this.#hear(frame.voicePrompt);
                break;
            case 'dtmf':
                this.#hear(`I pressed ${frame.digit} on my phone.`);
                break;
            case 'interrupt':
                this.#reply?.abort();
                this.#forgetWhatWasNotHeard(frame.utteranceUntilInterrupt);
                break;
            case 'error':
                console.error('Twilio reports:', frame.description);
                break;
        }
    }

    #hear(text) {
        this.#reply?.abort();
        this.#messages.push({role: 'user', content: text});
        this.#reply = new AbortController();
        void this.#answer(this.#reply.signal);
    }

    async #answer(signal) {
        try {
            const stream = await openai.chat.completions.create(
                {model, messages: this.#messages, stream: true},
                {signal},
            );
            let reply;
            for await (const chunk of stream) {
                if (signal.aborted) return;
                const token = chunk.choices[0]?.delta?.content;
                if (!token) continue;
                if (!reply) {
                    reply = {role: 'assistant', content: ''};
                    this.#messages.push(reply);
                }
                reply.content += token;
                this.#say(token, false);
            }
            // The SDK leaves the loop without an exception when the signal was given.
            if (!signal.aborted) this.#say('', true);
        } catch (error) {
            if (signal.aborted) return;
            console.error('The model failed:', error.message);
            this.#say(apology, true);
        }
    }

    #say(token, last) {
        this.#socket.send(JSON.stringify({type: 'text', token, last}));
    }

    /** The reply is generated faster than it is spoken: the caller broke in after these words. */
    #forgetWhatWasNotHeard(heard) {
        const reply = this.#messages.findLast(({role}) => role === 'assistant');
        const at = reply?.content.lastIndexOf(heard) ?? -1;
        if (at >= 0) reply.content = reply.content.slice(0, at + heard.length);
    }
}

const fastify = Fastify({logger: false});
await fastify.register(formBody); // Twilio posts forms, which Fastify refuses otherwise
await fastify.register(webSocket);

fastify.all('/receive_call', (request, reply) => {
    reply.type('text/xml').send(
        `<?xml version="1.0" encoding="UTF-8"?><Response><Connect>` +
            `<ConversationRelay url="wss://${publicHost}/relay/ws" dtmfDetection="true"/>` +
            `</Connect></Response>`,
    );
});

fastify.get('/relay/ws', {websocket: true}, (socket) => {
    new Call(socket);
});

process.on('SIGTERM', () => process.exit(0));

// The backlog is for callers who all dial at once.
await fastify.listen({port, host: '127.0.0.1', backlog: 2048});
console.log(`listening ${fastify.server.address().port}`);
