import WebSocket from 'ws';

import {assertDocumentedMessage} from './api_documents.mjs';
import {upgraded} from './upgrade.mjs';
import {Changes, eventually, now} from './wait.mjs';

const documentedAs = {media: 'media', clear: 'clear', dtmf: 'key'};

/**
 * A relay that speaks the API reference's own dialect, with a test's hands on it: sends the frames as
 * they are documented there, and plays what it receives.
 */
export class ReferenceCaller {
    /**
     * @param {import('./phony.mjs').Phony} phony
     * @param {string} callSid
     */
    static async dial(phony, callSid, target = '/relay/ws', headers = {}) {
        const socket = new WebSocket(`ws://127.0.0.1:${phony.port}${target}`, {
            perMessageDeflate: false,
            headers,
        });
        const caller = new ReferenceCaller(socket);
        await upgraded(socket);
        phony.adopt(caller);
        caller.send({event: 'start', callSid, from: '+15551234567', to: '+15559876543'});
        await eventually(
            () => phony.request(`/calls/${callSid}`),
            ({status}) => status === 200,
            'the call',
        );
        return caller;
    }

    /** All frames but media, in order. @type {{at: number, frame: any, afterBytes: number}[]} */
    received = [];
    /** @type {{at: number, audio: Buffer}[]} */
    media = [];
    /** @type {Promise<{code: number, reason: string}>} */
    closed;
    #changes = new Changes();
    #socket;

    /** @param {WebSocket} socket */
    constructor(socket) {
        this.#socket = socket;
        socket.on('message', (data) => {
            const frame = JSON.parse(String(data));
            assertDocumentedMessage(frame.type ?? documentedAs[frame.event], frame);
            if (frame.event === 'media') {
                this.media.push({at: now(), audio: Buffer.from(frame.media.chunk, 'base64')});
            } else {
                this.received.push({at: now(), frame, afterBytes: this.audio.length});
            }
            if (frame.type === 'ping') this.send({type: 'pong'});
            this.#changes.happened();
        });
        this.closed = new Promise((resolve) => {
            socket.on('close', (code, reason) => {
                resolve({code, reason: String(reason)});
                this.#changes.happened();
            });
        });
    }

    send(frame) {
        this.#socket.send(JSON.stringify(frame));
    }
    says(text, final = true) {
        this.send({event: 'transcript', transcript: {text, confidence: 0.98, final}});
    }
    hangUp() {
        this.#socket.close(1000);
    }

    /** All audio so far, µ-law. */
    get audio() {
        return Buffer.concat(this.media.map(({audio}) => audio));
    }
    /** So many milliseconds of audio have come. */
    async hears(milliseconds) {
        return this.#changes.until(
            () => this.audio.length >= milliseconds * 8,
            `${milliseconds} ms of audio`,
        );
    }
    /** The first frame that is not media and that fits, and how much audio came before it. */
    async frame(fits) {
        return this.#changes.until(
            () => this.received.find(({frame}) => fits(frame)),
            `a frame; there are ${JSON.stringify(this.received)}`,
        );
    }
}
