#!/usr/bin/env node
// What metrics and the log cost: their share of the instructions that a turn takes. Ten calls, turns of
// forty tokens, 15 ms apart, counted by callgrind, so that nothing else the machine does matters. The
// share must stay below 3 %.
//
//     ./dev build && tests/clients/run --test-name-pattern none      # has npm fetch what this needs
//     node benchmarks/observability_price.mjs                        # needs Debian's valgrind
//
// Each is run with few turns a call and with more: what the further ones took is what turns take, without
// start, setup and end. Events, their viewers' JSON and the history are the product, not its observation,
// and count as the turn.
import {execFileSync, spawnSync} from 'node:child_process';
import {chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';

const calls = 10;
const few = 2; // turns of a call
const more = 7;
const tokens = 40;
const gap = 15; // ms between two tokens of a call
const limit = 0.03;

if (spawnSync('valgrind', ['--version']).error) {
    console.error('this needs valgrind:  apt-get install valgrind');
    process.exit(2);
}

const directory = mkdtempSync(join(tmpdir(), 'phony-price-'));
const built =
    process.env.PHONY_BINARY ?? fileURLToPath(new URL('../build/release/phony', import.meta.url));
const real = join(directory, 'stripped'); // Debian 12's valgrind does not read DWARF 5
execFileSync('strip', ['--strip-debug', '-o', real, built]);
const wrapper = join(directory, 'phony');
writeFileSync(
    wrapper,
    `#!/bin/sh
exec valgrind --quiet --tool=callgrind --callgrind-out-file='${directory}/%p.out' \\
    '${real}' "$@"
`,
);
chmodSync(wrapper, 0o755);
process.env.PHONY_BINARY = wrapper; // before what starts it is loaded

const {FakeOpenAi} = await import('../tests/clients/support/fake_openai.mjs');
const {Phony} = await import('../tests/clients/support/phony.mjs');
const {sleep} = await import('../tests/clients/support/wait.mjs');

/** Forty words, one at a time. */
async function speak(exchange) {
    exchange.begin();
    for (let i = 0; i < tokens; ++i) {
        exchange.write('word ');
        await sleep(gap);
    }
    exchange.end();
}

async function talk(relay, turns) {
    for (let turn = 0; turn < turns; ++turn) {
        relay.prompt('Talk to me.');
        await relay.reply();
    }
}

/** Instructions in all, and of what observes: what it calls included. */
function readProfile() {
    const file = readdirSync(directory).find((name) => name.endsWith('.out'));
    const text = execFileSync(
        'callgrind_annotate',
        ['--inclusive=yes', '--threshold=100', join(directory, file)],
        {encoding: 'utf8', maxBuffer: 1 << 28},
    );
    rmSync(join(directory, file));
    const inclusive = (pattern) =>
        text
            .split('\n')
            .filter((line) => pattern.test(line))
            .reduce((sum, line) => sum + Number(line.trim().split(' ')[0].replaceAll(',', '')), 0);
    return {
        all: inclusive(/PROGRAM TOTALS/),
        metrics: inclusive(/:phony::metrics::Metrics::(?!Metrics|~|serialise|Impl)\w+\(/),
        log: inclusive(/:phony::app::log_event\(/),
    };
}

async function profile(turns) {
    const cleanUps = [];
    const t = {after: (cleanUp) => cleanUps.unshift(cleanUp)};
    try {
        const model = await FakeOpenAi.start(t, () => speak);
        const phony = await Phony.start(t, {OPENAI_BASE_URL: model.baseUrl, PHONY_THREADS: '1'});
        const relays = [];
        for (let i = 0; i < calls; ++i) relays.push(await phony.call(`CA${i}`));
        await Promise.all(relays.map((relay) => talk(relay, turns)));
    } finally {
        for (const cleanUp of cleanUps) await cleanUp();
    }
    return readProfile();
}

const rounded = (instructions) => Math.round(instructions).toLocaleString('en');
const percent = (share) => `${(100 * share).toFixed(2)} %`;

try {
    const [less, all] = [await profile(few), await profile(more)];
    const perTurn = (part) => (all[part] - less[part]) / (calls * (more - few));
    const [turn, metrics, log] = [perTurn('all'), perTurn('metrics'), perTurn('log')];
    const share = (metrics + log) / turn;
    console.log(`instructions of a turn of ${tokens} tokens, ${gap} ms apart, in ${calls} calls`);
    console.log(`  with all           ${rounded(turn)}   ${rounded(turn / tokens)} a token`);
    console.log(`  metrics            ${rounded(metrics)}   ${percent(metrics / turn)}`);
    console.log(`  log                ${rounded(log)}   ${percent(log / turn)}`);
    console.log(`  without the two    ${rounded(turn - metrics - log)}`);
    console.log(`their share is ${percent(share)}; the limit is ${percent(limit)}`);
    if (metrics === 0 || log === 0) throw new Error('the profile knows neither metrics nor log');
    if (share > limit) process.exitCode = 1;
} finally {
    rmSync(directory, {recursive: true});
}
