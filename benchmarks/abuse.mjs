#!/usr/bin/env node
// Do calls feel abuse? Fifty calls talk at once; the delay of each token is taken from the moment the
// model writes it to the moment Twilio's end has it. Then the same under each of three attacks, from a
// process of its own:
//
//     slowloris   2,000 connections that send their requests a byte at a time, and come back when closed
//     webhooks    1,000 webhooks a second whose signature is wrong
//     viewers     300 viewers of all events, a hundred new ones a second
//
// The 99th percentile must stay within twice that of a quiet run.
//
//     ./dev build && tests/clients/run --test-name-pattern none      # has npm fetch what this needs
//     node benchmarks/abuse.mjs [ROUNDS] [SECONDS]                   # 3 rounds, 8 s each run
//
// The quiet run of each round is made between the attacks, in turns, so that what else the machine does
// falls on all alike. Attackers stand for other machines, so theirs is what Phony and its callers leave of
// this one's cores; how much they get done is printed, in bytes a second that they send and receive.
import {fork} from 'node:child_process';
import {createHmac, randomBytes} from 'node:crypto';
import {once} from 'node:events';
import net from 'node:net';
import os from 'node:os';
import {fileURLToPath} from 'node:url';

import {now, sleep} from '../tests/clients/support/wait.mjs';
import {delaysOfCalls, figures, metric, percentile, withPhony} from './token_delay.mjs';

const token = '4b1d0c2e7a9f48318c65d2ee90ab7713';
const publicUrl = 'https://phone.example.com';

// ── the attacker's process ──────────────────────────────────────────────────────────────────────

const sockets = new Set();
let moved = 0; // bytes, by sockets that are closed

/** Bytes that were sent and received until now. */
const strength = () =>
    [...sockets].reduce((sum, {bytesRead, bytesWritten}) => sum + bytesRead + bytesWritten, moved);

/** Connects for ever; `serve` has the socket until it is closed, by whomever. */
async function insist(port, serve) {
    for (;;) {
        const socket = net.connect(port, '127.0.0.1');
        sockets.add(socket);
        socket.on('error', () => {});
        socket.resume();
        const closed = once(socket, 'close');
        const timer = serve(socket);
        await closed;
        clearInterval(timer);
        sockets.delete(socket);
        moved += socket.bytesRead + socket.bytesWritten;
        await sleep(Math.random() * 100);
    }
}

const attacks = {
    slowloris(port) {
        const request = `GET /healthz HTTP/1.1\r\nHost: x\r\nX: ${'y'.repeat(1000)}`;
        const trickle = (socket) => {
            let sent = 0;
            return setInterval(() => socket.write(request[sent++ % request.length]), 1000);
        };
        for (let i = 0; i < 2000; ++i) insist(port, trickle);
    },

    webhooks(port) {
        const form = 'CallSid=CA00112233445566778899aabbccddeeff&From=%2B15551234567&To=%2B18578167225';
        const request =
            'POST /receive_call HTTP/1.1\r\nHost: phone.example.com\r\n' +
            'Content-Type: application/x-www-form-urlencoded\r\nX-Twilio-Signature: bm90IFR3aWxpbw==\r\n' +
            `Content-Length: ${form.length}\r\n\r\n${form}`;
        for (let i = 0; i < 20; ++i) {
            insist(port, (socket) => setInterval(() => socket.write(request), 20));
        }
    },

    viewers(port) {
        const watch = (socket) => {
            socket.write(
                'GET /events/ws?callSid=* HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\n' +
                    'Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n' +
                    `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\n\r\n`,
            );
            return setInterval(() => socket.destroy(), 3000);
        };
        for (let i = 0; i < 300; ++i) setTimeout(insist, 10 * i, port, watch);
    },
};

// ── the measuring process ───────────────────────────────────────────────────────────────────────

/** What `run` has found, and how many bytes a second the attacker has moved meanwhile. */
async function attacked(name, port, run) {
    if (name === 'quiet') return {found: await run(), rate: 0};
    const attacker = fork(fileURLToPath(import.meta.url), ['attack', name, String(port)]);
    os.setPriority(attacker.pid, os.constants.priority.PRIORITY_LOW);
    const bytes = async () => {
        attacker.send('how much?');
        return (await once(attacker, 'message'))[0];
    };
    try {
        await sleep(3000); // until it is at its full strength
        const [began, before] = [now(), await bytes()];
        const found = await run();
        return {found, rate: ((await bytes()) - before) / ((now() - began) / 1000)};
    } finally {
        const exited = once(attacker, 'exit');
        attacker.kill();
        await exited;
        await sleep(500);
    }
}

async function measure(rounds, seconds) {
    const settings = {
        TWILIO_AUTH_TOKEN: token,
        PHONY_PUBLIC_URL: publicUrl,
        PHONY_TWIML_PROFILE: 'reference',
    };
    const signature = createHmac('sha1', token)
        .update(`${publicUrl.replace('https', 'wss')}/relay/ws`)
        .digest('base64');
    const headers = {'X-Twilio-Signature': signature};

    await withPhony(seconds, settings, async (phony) => {
        await delaysOfCalls(phony, seconds, headers); // warms everybody up
        const names = ['quiet', ...Object.keys(attacks)];
        const p99 = Object.fromEntries(names.map((name) => [name, /** @type {number[]} */ ([])]));
        console.log('token delay, ms      p50      p99    p99.9    tokens   sockets    kB/s');
        for (let round = 0; round < rounds; ++round) {
            const turn = round % names.length;
            for (const name of [...names.slice(turn), ...names.slice(0, turn)]) {
                let open = 0;
                const {found: delays, rate} = await attacked(name, phony.port, async () => {
                    const found = await delaysOfCalls(phony, seconds, headers);
                    for (const core of [0, 1])
                        open += await metric(phony, `phony_open_sockets{core="${core}"}`);
                    return found;
                });
                p99[name].push(percentile(delays, 0.99));
                const counts = [delays.length, open].map((count) => String(count).padStart(9));
                const kilobytes = (rate / 1000).toFixed(0).padStart(7);
                console.log([name.padEnd(12), figures(delays), ...counts, kilobytes].join(' '));
            }
        }
        const median = (values) => percentile(values.toSorted((a, b) => a - b), 0.5);
        for (const name of Object.keys(attacks)) {
            const ratio = median(p99[name]) / median(p99.quiet);
            console.log(`${name}: ${ratio.toFixed(2)} times the p99 of the quiet runs`);
        }
    });
}

const [, , first, second, third] = process.argv;
if (first === 'attack') {
    attacks[second](Number(third));
    process.on('message', () => process.send(strength()));
} else {
    await measure(Number(first ?? 3), Number(second ?? 8));
}
