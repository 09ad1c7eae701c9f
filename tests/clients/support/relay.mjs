import assert from 'node:assert/strict';

import WebSocket from 'ws';

import {assertDocumentedMessage} from './api_documents.mjs';
import {upgraded} from './upgrade.mjs';
import {Changes, now, sleep} from './wait.mjs';

/**
 * @typedef {object} Reply      what was received of one reply, in order
 * @property {string} text      all tokens
 * @property {object[]} frames  text frames, and commands carried out between them
 * @property {number} firstAt   when its first frame came
 * @property {number} lastAt    when its `last:true` came
 */

/**
 * Twilio's side of a ConversationRelay session, played by hand: sends what a test tells it to and
 * collects what Phony sends.
 */
export class Relay {
    /**
     * @param {string} url
     * @param {Record<string, string | string[]>} headers
     * @throws {UpgradeRefused}
     */
    static async connect(url, headers = {}) {
        const socket = new WebSocket(url, {
            perMessageDeflate: false,
            headers,
            rejectUnauthorized: false, // tests make their certificates
        });
        const relay = new Relay(socket);
        await upgraded(socket);
        return relay;
    }

    /** @type {{at: number, frame: any}[]} */
    received = [];
    /** @type {Promise<{code: number, reason: string, at: number}>} */
    closed;
    /** Frames before it were asked for already. */
    #read = 0;
    #changes = new Changes();
    #socket;

    /** @param {WebSocket} socket */
    constructor(socket) {
        this.#socket = socket;
        socket.on('message', (data, isBinary) => {
            assert.ok(!isBinary, 'Twilio takes text frames only');
            const frame = JSON.parse(String(data));
            assertDocumentedMessage(frame.type, frame);
            this.received.push({at: now(), frame});
            this.#changes.happened();
        });
        this.closed = new Promise((resolve) => {
            socket.on('close', (code, reason) =>
                resolve({code, reason: String(reason), at: now()}),
            );
        });
    }

    // ── what Twilio sends

    send(frame) {
        this.#socket.send(JSON.stringify(frame));
    }
    /** What is no JSON, or a binary frame when it is a Buffer. */
    sendRaw(data) {
        this.#socket.send(data);
    }
    /** What the WebSocket library would refuse to send. */
    sendBytes(data) {
        /** @type {any} */ (this.#socket)._socket.write(data);
    }

    setup(callSid, fields = {}) {
        this.send({
            type: 'setup',
            sessionId: 'VX5e0c0a8be17d2c4e5f8a6b7c8d9e0f1a',
            accountSid: 'AC91',
            parentCallSid: '',
            callSid,
            from: '+15551234567',
            to: '+18578167225',
            forwardedFrom: '+18578167225',
            callType: 'PSTN',
            callerName: '',
            direction: 'inbound',
            callStatus: 'RINGING',
            customParameters: {},
            ...fields,
        });
    }

    prompt(voicePrompt, last = true) {
        this.send({type: 'prompt', voicePrompt, lang: 'en-US', last});
    }
    dtmf(digit) {
        this.send({type: 'dtmf', digit});
    }
    info(name, value) {
        this.send({type: 'info', name, value});
    }
    interrupt(utteranceUntilInterrupt, durationUntilInterruptMs = 500) {
        this.send({type: 'interrupt', utteranceUntilInterrupt, durationUntilInterruptMs});
    }

    /** The caller hears these clauses to their end. */
    hears(...clauses) {
        this.info('agentSpeaking', 'on');
        for (const clause of clauses) this.info('tokensPlayed', clause);
        this.info('agentSpeaking', 'off');
    }

    /** The caller hangs up. */
    hangUp() {
        this.#socket.close(1000, 'Closing websocket session');
    }
    /** The connection breaks without a close handshake. */
    terminate() {
        this.#socket.terminate();
    }

    // ── what Phony sends

    /** Frames that no test has asked for yet. */
    get unread() {
        return this.received.slice(this.#read).map(({frame}) => frame);
    }

    /** The next frame. */
    async next(what = 'frame') {
        const found = await this.#changes.until(
            () => this.received[this.#read],
            () => `${what} after ${JSON.stringify(this.received.map(({frame}) => frame))}`,
        );
        ++this.#read;
        return found.frame;
    }

    /** The next reply, up to its `last:true`, with the keys that are pressed on the way.
     *  @returns {Promise<Reply>} */
    async reply() {
        const begin = this.#read;
        const frames = [];
        do {
            frames.push(await this.next('end of the reply'));
        } while (frames.at(-1).last !== true);
        return {
            text: spoken(frames),
            frames,
            firstAt: this.received[begin].at,
            lastAt: this.received[this.#read - 1].at,
        };
    }

    /** At least `count` frames have come that nobody asked for. */
    async some(count) {
        await this.#changes.until(() => this.unread.length >= count, `${count} frames`);
    }

    /** Nothing is sent for so long. */
    async staysSilent(milliseconds) {
        await sleep(milliseconds);
        assert.deepEqual(this.unread, [], 'something was sent that nobody asked for');
    }
}

/** All that is spoken in these frames. */
export function spoken(frames) {
    return frames
        .filter(({type}) => type === 'text')
        .map(({token}) => token)
        .join('');
}
