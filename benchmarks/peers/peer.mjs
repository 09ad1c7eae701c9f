import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {createInterface} from 'node:readline';
import {fileURLToPath} from 'node:url';

import {Relay} from '../../tests/clients/support/relay.mjs';

/** In the order in which reports name them. */
export const peers = ['node', 'python', 'floor'];

/**
 * One of the servers that Phony is compared with, in a process of its own:
 *
 *     const peer = await Peer.start('node', {OPENAI_BASE_URL: model.baseUrl});
 *     const relay = await peer.call('CA1');
 *     …
 *     await peer.stop();
 */
export class Peer {
    /**
     * @param {string} name  one of `peers`
     * @param {Record<string, string>} settings  environment variables; see README.md
     * @param {string[]} prefix  what the server is started by, such as `taskset --cpu-list 0`
     */
    static async start(name, settings, prefix = []) {
        const [program, ...rest] = [
            ...prefix,
            fileURLToPath(new URL('start', import.meta.url)),
            name,
        ];
        const child = spawn(program, rest, {
            env: {PATH: process.env.PATH, PORT: '0', ...settings},
            stdio: ['ignore', 'pipe', 'inherit'],
        });
        const lines = createInterface({input: child.stdout});
        const ended = once(child, 'exit').then(([code]) => {
            throw new Error(`${name} ended at once, with ${code}`);
        });
        const [line] = await Promise.race([once(lines, 'line'), ended]);
        ended.catch(() => {});
        const port = /^listening (\d+)$/.exec(line)?.[1];
        if (!port) {
            child.kill('SIGKILL');
            throw new Error(`${name} does not say where it listens: ${line}`);
        }
        return new Peer(child, Number(port));
    }

    #child;

    constructor(child, port) {
        this.#child = child;
        this.port = port;
    }

    get pid() {
        return this.#child.pid;
    }

    /** A relay socket whose first frame is sent. */
    async call(callSid) {
        const relay = await Relay.connect(`ws://127.0.0.1:${this.port}/relay/ws`);
        relay.setup(callSid);
        return relay;
    }

    /** @returns {Promise<number | null>} its exit status */
    async stop() {
        if (this.#child.exitCode !== null) return this.#child.exitCode;
        const exit = once(this.#child, 'exit');
        this.#child.kill('SIGTERM');
        const [code] = await exit;
        return code;
    }
}
