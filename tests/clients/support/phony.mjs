import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtempSync, rmSync} from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {createInterface} from 'node:readline';
import {fileURLToPath} from 'node:url';

import {assertDocumented} from './api_documents.mjs';
import {Relay} from './relay.mjs';
import {Viewer} from './viewer.mjs';
import {eventually, patience} from './wait.mjs';

export const binary =
    process.env.PHONY_BINARY ??
    fileURLToPath(new URL('../../../build/release/phony', import.meta.url));

/** Nothing of the developer's own settings may decide a test. */
export const inherited = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => name === 'PATH' || name.endsWith('SAN_OPTIONS')),
);

/**
 * The program itself, in a process of its own that ends with its test:
 *
 *     const phony = await Phony.start(t, {OPENAI_BASE_URL: model.baseUrl});
 *     const relay = await phony.call('CA123');
 *
 * When the test is over it hangs up what is left, and asserts that no call stays behind, that nothing
 * was logged as an error, and that the process ends by itself with 0.
 */
export class Phony {
    /**
     * @param {import('node:test').TestContext} t
     * @param {Record<string, string>} settings  environment variables; see phony --help
     * @param {string[]} flags
     */
    static async start(t, settings = {}, flags = []) {
        const directory = mkdtempSync(join(tmpdir(), 'phony-'));
        const child = spawn(binary, flags, {
            env: {
                ...inherited,
                PORT: '0',
                PHONY_DATA_DIR: directory,
                PHONY_LOG_FORMAT: 'json',
                PHONY_DRAIN_TIMEOUT: '0s',
                ...settings,
            },
            stdio: ['ignore', 'pipe', 'pipe'],
        });
        const phony = new Phony(child);
        t.after(async () => {
            try {
                await phony.#stop();
            } finally {
                rmSync(directory, {recursive: true});
            }
        });
        await phony.#listening();
        return phony;
    }

    /** @type {Record<string, unknown>[]} */
    log = [];
    /** The line that says where it listens, and with what. @type {Record<string, any>} */
    started = {};
    #child;
    #stderr = '';
    #killed = false; // or terminated: there is nothing left to stop
    /** @type {Relay[]} */
    #relays = [];
    /** @type {Viewer[]} */
    #viewers = [];

    /** @param {import('node:child_process').ChildProcessByStdio<null, any, any>} child */
    constructor(child) {
        this.#child = child;
        child.stderr.on('data', (text) => {
            this.#stderr += text;
        });
    }

    async #listening() {
        const lines = createInterface({input: this.#child.stdout});
        const failed = once(this.#child, 'exit').then(() => {
            throw new Error(`${binary} ended at once: ${this.#stderr}${JSON.stringify(this.log)}`);
        });
        failed.catch(() => {});
        const listening = new Promise((resolve) => {
            lines.on('line', (line) => {
                this.log.push(JSON.parse(line));
                if (this.log.at(-1).msg === 'listening') resolve(this.log.at(-1));
            });
        });
        this.started = await Promise.race([listening, failed]);
    }

    get pid() {
        return this.#child.pid;
    }
    get port() {
        return this.started.port;
    }
    get url() {
        return `http${this.started.tls ? 's' : ''}://127.0.0.1:${this.port}`;
    }
    get #socketUrl() {
        return this.url.replace('http', 'ws');
    }

    /** As `kill -HUP` does: it reads its certificate again. */
    hangUp() {
        process.kill(this.#child.pid, 'SIGHUP');
    }

    /** The first line of the log with this message, which may still be to come.
     *  @param {string} msg
     *  @param {number} [after]  how many lines to skip */
    async logged(msg, after = 0) {
        return eventually(
            () => this.log.slice(after).find((line) => line.msg === msg),
            (line) => line !== undefined,
            msg,
        );
    }

    /** A relay socket, without its first frame; see Relay.connect for what can go wrong. */
    async dial({target = '/relay/ws', headers = {}} = {}) {
        const relay = await Relay.connect(this.#socketUrl + target, headers);
        this.#relays.push(relay);
        return relay;
    }

    /** A relay of another kind, which hangs up with this test, too. */
    adopt(relay) {
        this.#relays.push(relay);
    }

    /** A supervisor who watches; see Viewer.connect for what can go wrong. */
    async view(query = '', headers = {}) {
        const viewer = await Viewer.connect(`${this.#socketUrl}/events/ws${query}`, headers);
        this.#viewers.push(viewer);
        return viewer;
    }

    /** A call whose setup frame was sent. */
    async call(callSid, fields = {}) {
        const relay = await this.dial();
        relay.setup(callSid, fields);
        return relay;
    }

    /**
     * @param {string} target
     * @param {string} [body]  without one it is a GET
     * @param {Record<string, string | string[]>} [headers]
     * @returns {Promise<{status: number, headers: http.IncomingHttpHeaders, text: string, json: any}>}
     */
    async request(target, body, headers = {}) {
        return this.send(body === undefined ? 'GET' : 'POST', target, body, headers);
    }

    /** With any method. Every answer must be one that the API's own description allows. */
    async send(method, target, body, headers = {}) {
        const request = (this.started.tls ? https : http).request(this.url + target, {
            method,
            rejectUnauthorized: false, // tests make their certificates
            headers: {'Content-Type': 'application/x-www-form-urlencoded', ...headers},
        });
        request.end(body);
        const [response] = await once(request, 'response');
        let text = '';
        for await (const chunk of response.setEncoding('utf8')) text += chunk;
        const isJson = response.headers['content-type']?.startsWith('application/json');
        const answer = {
            status: response.statusCode,
            headers: response.headers,
            text,
            json: isJson ? JSON.parse(text) : undefined,
        };
        assertDocumented(method, target, answer);
        return answer;
    }

    /** @param {Record<string, string>} fields */
    async form(target, fields, headers = {}) {
        return this.request(target, new URLSearchParams(fields).toString(), headers);
    }

    async activeCalls() {
        return (await this.request('/healthz')).json.activeCalls;
    }

    /** Every call has left; it may take a moment after its socket was closed. */
    async isIdle() {
        await eventually(
            () => this.activeCalls(),
            (calls) => calls === 0,
            'active calls',
        );
    }

    /** A supervisor's text reaches the call, if it is there. Tells under which callSid it is known. */
    async say(callSid, text) {
        return this.request('/override/text', JSON.stringify({callSid, text}), {
            'Content-Type': 'application/json',
        });
    }

    /** As a power cut does: nothing is said, nothing is written any more. */
    async kill() {
        const exited = once(this.#child, 'exit');
        process.kill(this.#child.pid, 'SIGKILL');
        await exited;
        this.#killed = true;
    }

    /** It ends by itself, and not well. Call this before what makes it end. */
    async breaksDown() {
        await once(this.#child, 'close');
        this.#killed = true;
        return {code: this.#child.exitCode, signal: this.#child.signalCode, stderr: this.#stderr};
    }

    /** As a restart begins: whoever asked for it waits until the process has ended. */
    async terminate() {
        const exited = once(this.#child, 'exit');
        process.kill(this.#child.pid, 'SIGTERM');
        await exited;
        this.#killed = true;
        assert.equal(this.#child.exitCode, 0, this.#stderr);
    }

    get hasEnded() {
        return this.#killed;
    }

    async #stop() {
        if (this.#killed) return;
        if (this.#child.exitCode !== null) assert.fail(`it has crashed: ${this.#stderr}`);
        const exited = once(this.#child, 'exit');
        try {
            for (const relay of this.#relays) relay.hangUp();
            for (const viewer of this.#viewers) viewer.close();
            await Promise.all(this.#relays.map((relay) => relay.closed));
            await this.isIdle();
        } finally {
            process.kill(this.#child.pid, 'SIGTERM');
            const timer = setTimeout(() => process.kill(this.#child.pid, 'SIGKILL'), 2 * patience);
            await exited;
            clearTimeout(timer);
        }
        assert.equal(
            this.#child.exitCode,
            0,
            `ended with ${this.#child.signalCode}: ${this.#stderr}`,
        );
        assert.deepEqual(
            this.log.filter(({level}) => level === 'error'),
            [],
        );
    }
}
