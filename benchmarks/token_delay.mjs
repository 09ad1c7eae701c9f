// What the benchmarks of delays share: calls that talk at once, and how long each token took from the
// model's hand to Twilio's. Model and callers share one process beside Phony's.
import {FakeOpenAi} from '../tests/clients/support/fake_openai.mjs';
import {Phony} from '../tests/clients/support/phony.mjs';
import {now, sleep} from '../tests/clients/support/wait.mjs';

const calls = 50;
const gap = 25; // ms between two tokens of a call

/** Tokens say when they were written, to the microsecond. */
const speak = (seconds) => async (exchange) => {
    exchange.begin();
    const until = now() + seconds * 1000;
    await sleep(Math.random() * gap);
    while (now() < until && !exchange.isAbandoned) {
        exchange.write(`${Math.round(now() * 1000)} `);
        await sleep(gap);
    }
    exchange.end();
};

/**
 * A Phony whose model talks for so long at a time. What was started ends when `measure` has.
 *
 * @param {number} seconds
 * @param {Record<string, string>} settings
 * @param {(phony: Phony) => Promise<void>} measure
 */
export async function withPhony(seconds, settings, measure) {
    const cleanUps = [];
    const t = /** @type {any} */ ({after: (cleanUp) => cleanUps.unshift(cleanUp)});
    try {
        const model = await FakeOpenAi.start(t, () => speak(seconds));
        await measure(await Phony.start(t, {OPENAI_BASE_URL: model.baseUrl, ...settings}));
    } finally {
        for (const cleanUp of cleanUps) await cleanUp();
    }
}

/** Fifty calls talk; the delays of their tokens, in ms, sorted.
 *  @param {Record<string, string>} [headers]  of each relay's upgrade */
export async function delaysOfCalls(phony, seconds, headers = {}) {
    const relays = await Promise.all(
        Array.from({length: calls}, async (_, i) => {
            const relay = await phony.dial({headers});
            relay.setup(`CA${Math.round(now())}${i}`);
            return relay;
        }),
    );
    for (const relay of relays) relay.prompt('Talk to me.');
    await sleep(seconds * 1000 + 500);
    await Promise.all(relays.map((relay) => relay.reply()));
    for (const relay of relays) relay.hangUp();
    await Promise.all(relays.map((relay) => relay.closed));

    const delays = [];
    for (const relay of relays)
        for (const {at, frame} of relay.received)
            for (const token of (frame.token ?? '').split(' '))
                if (token !== '') delays.push(at - Number(token) / 1000);
    return delays.sort((a, b) => a - b);
}

export const percentile = (sorted, p) => sorted[Math.floor((sorted.length - 1) * p)];

export const figures = (delays) =>
    [0.5, 0.99, 0.999].map((p) => percentile(delays, p).toFixed(3).padStart(8)).join(' ');

export async function metric(phony, name) {
    const {text} = await phony.request('/metrics');
    return Number(text.split('\n').find((line) => line.startsWith(name + ' '))?.split(' ')[1] ?? 0);
}
