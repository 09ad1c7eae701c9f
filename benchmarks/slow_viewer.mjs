#!/usr/bin/env node
// Do calls feel a viewer that does not keep up? Fifty calls talk at once; the delay of each token is
// taken from the moment the model writes it to the moment Twilio's end has it. Then the same with
// viewers of all events beside them, one that never reads and one that reads a byte a second. Both
// must be dropped, and the 99th percentile must stay within 1.2 times.
//
//     ./dev build && tests/clients/run --test-name-pattern none      # has npm fetch what this needs
//     node benchmarks/slow_viewer.mjs [PAIRS] [SECONDS]              # 5 pairs of 8 s each
//
// The pairs are interleaved and take turns in beginning, so that what else the machine does falls on
// both alike. Model, callers and viewers share one process beside Phony's.
import {randomBytes} from 'node:crypto';
import net from 'node:net';

import {eventually} from '../tests/clients/support/wait.mjs';
import {delaysOfCalls, figures, metric, percentile, withPhony} from './token_delay.mjs';

const pairs = Number(process.argv[2] ?? 5);
const seconds = Number(process.argv[3] ?? 8);

/** A viewer as no library is: it reads as many bytes a second as it is told to. */
class StuckViewer {
    constructor(port, bytesPerSecond) {
        this.socket = net.connect({
            port,
            host: '127.0.0.1',
            onread: {buffer: Buffer.alloc(1), callback: () => false},
        });
        this.socket.on('error', () => {});
        this.socket.write(
            'GET /events/ws?callSid=*&tokens=1 HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\n' +
                'Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n' +
                `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\n\r\n`,
        );
        if (bytesPerSecond > 0) {
            this.timer = setInterval(() => this.socket.resume(), 1000 / bytesPerSecond);
        } else {
            this.socket.pause();
        }
    }
    close() {
        clearInterval(this.timer);
        this.socket.destroy();
    }
}

const tooSlow = 'phony_viewers_dropped_total{reason="too_slow"}';

/** The delays of a run's tokens, in ms. */
async function run(phony, withViewers) {
    const before = await metric(phony, tooSlow);
    const viewers = withViewers
        ? [new StuckViewer(phony.port, 0), new StuckViewer(phony.port, 1)]
        : [];
    const delays = await delaysOfCalls(phony, seconds);
    if (withViewers) {
        await eventually(
            async () => (await metric(phony, tooSlow)) - before,
            (dropped) => dropped === viewers.length,
            'viewers dropped',
        );
    }
    for (const viewer of viewers) viewer.close();
    await phony.isIdle();
    return delays;
}

await withPhony(seconds, {}, async (phony) => {
    await run(phony, false); // warms everybody up
    const ratios = [];
    console.log('token delay, ms         p50      p99    p99.9    tokens');
    for (let pair = 0; pair < pairs; ++pair) {
        const p99 = {};
        for (const withViewers of pair % 2 === 0 ? [false, true] : [true, false]) {
            const delays = await run(phony, withViewers);
            p99[String(withViewers)] = percentile(delays, 0.99);
            console.log(
                `${withViewers ? 'with stuck viewers' : 'alone             '} ${figures(delays)} ${String(delays.length).padStart(9)}`,
            );
        }
        ratios.push(p99.true / p99.false);
        console.log(`pair ${pair + 1}: p99 ratio ${ratios.at(-1).toFixed(3)}`);
    }
    ratios.sort((a, b) => a - b);
    console.log(`median ratio of ${pairs} pairs: ${percentile(ratios, 0.5).toFixed(3)}`);
});
