import WebSocket from 'ws';

import {assertDocumentedMessage} from './api_documents.mjs';
import {upgraded} from './upgrade.mjs';
import {Changes} from './wait.mjs';

/**
 * A supervisor's view of calls, over npm ws:
 *
 *     const viewer = await phony.view('?callSid=CA123');
 *     await viewer.until(({type}) => type === 'assistant_reply');      // all up to it
 *     const {code, reason} = await viewer.closed;
 */
export class Viewer {
    /**
     * @param {string} url
     * @param {Record<string, string | string[]>} headers
     * @throws {UpgradeRefused}
     */
    static async connect(url, headers = {}) {
        const socket = new WebSocket(url, {
            headers,
            rejectUnauthorized: false, // tests make their certificates
        });
        const viewer = new Viewer(socket);
        await upgraded(socket);
        return viewer;
    }

    /** Every message, in the order they came. @type {any[]} */
    received = [];
    /** @type {Promise<{code: number, reason: string}>} */
    closed;
    #isClosed = false;
    #read = 0;
    #changes = new Changes();
    #socket;

    /** @param {WebSocket} socket */
    constructor(socket) {
        this.#socket = socket;
        socket.on('message', (data) => {
            const message = JSON.parse(String(data));
            assertDocumentedMessage(message.type, message);
            this.received.push(message);
            this.#changes.happened();
        });
        this.closed = new Promise((resolve) => {
            socket.on('close', (code, reason) => {
                this.#isClosed = true;
                this.#changes.happened();
                resolve({code, reason: String(reason)});
            });
        });
    }

    get seqs() {
        return this.received.filter(({seq}) => seq !== undefined).map(({seq}) => seq);
    }

    /** The messages since the last that was asked for, up to one that will do. */
    async until(willDo) {
        const begin = this.#read;
        const at = await this.#changes.until(
            () => {
                const found = this.received.findIndex((event, i) => i >= begin && willDo(event));
                if (found < 0 && this.#isClosed) throw new Error('the viewer was closed');
                return found < 0 ? undefined : {found};
            },
            () => `event after ${JSON.stringify(this.received.slice(begin))}`,
        );
        this.#read = at.found + 1;
        return this.received.slice(begin, this.#read);
    }

    send(message) {
        this.#socket.send(typeof message === 'string' ? message : JSON.stringify(message));
    }
    close() {
        this.#socket.close(1000);
    }
    /** The connection breaks without a close handshake. */
    terminate() {
        this.#socket.terminate();
    }
}
