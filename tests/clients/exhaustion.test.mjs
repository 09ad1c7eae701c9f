// A server whose memory is used up, all of it: it ends in a sentence, and its successor knows its calls.
import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {it} from 'node:test';

import {says} from './support/fake_openai.mjs';
import {startWithModel} from './support/harness.mjs';
import {sleep} from './support/wait.mjs';

// A sanitizer reserves terabytes of addresses for itself.
const sanitized = Object.keys(process.env).some((name) => name.endsWith('SAN_OPTIONS'));
const skip = sanitized && 'the sanitizer needs the memory for itself';

const words = 'Tell me more. '.repeat(4000); // of a frame's 64 KiB
const most = 5000;
/** What happened this long before the end is on the disk. */
const promised = 200;

it('ends in a sentence when there is no memory left, and loses nothing that was said', {skip}, async (t) => {
    const directory = mkdtempSync(join(tmpdir(), 'phony-exhaustion-'));
    t.after(() => rmSync(directory, {recursive: true}));
    const settings = {PHONY_DATA_DIR: directory, PHONY_THREADS: '1'};
    const {phony: first} = await startWithModel(t, () => says('At nine.'), settings);
    const relay = await first.call('CA-before');
    relay.prompt('When do you open?');
    assert.equal((await relay.reply()).text, 'At nine.');
    await sleep(promised);

    const used = 1024 * Number(/VmSize:\s+(\d+)/.exec(readFileSync(`/proc/${first.pid}/status`, 'utf8'))[1]);
    execFileSync('prlimit', [`--pid=${first.pid}`, `--as=${used + 8 * 1024 * 1024}:`]);
    let over = false;
    const end = first.breaksDown().finally(() => {
        over = true;
    });
    // Not every call gets as far as to be answered, and none has to be.
    for (let i = 0; i < most && !over; ++i) {
        const caller = await Promise.race([first.dial().catch(() => undefined), end]);
        if (!caller?.setup) continue;
        caller.setup(`CA-${i}`);
        caller.prompt(words);
    }
    const {code, signal, stderr} = await end;
    assert.deepEqual({code, signal}, {code: 1, signal: null}, stderr);
    assert.match(stderr, /^phony: there is no memory left, so the process ends$/m);

    const {phony: second} = await startWithModel(t, () => says('Welcome back.'), settings);
    const before = await second.request('/calls/CA-before');
    assert.equal(before.status, 200);
    assert.match(before.text, /When do you open\?/);
    const after = await second.call('CA-after');
    after.prompt('And now?');
    assert.equal((await after.reply()).text, 'Welcome back.');
});
