// A server whose file descriptors are used up: calls go on, nobody is sent away, and it recovers.
import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {readdirSync} from 'node:fs';
import {connect} from 'node:net';
import {it} from 'node:test';

import {says} from './support/fake_openai.mjs';
import {startWithModel} from './support/harness.mjs';
import {eventually} from './support/wait.mjs';

const text = 'We open at nine in the morning and close at six in the evening.';

// To look whether an object is one, the sanitizer opens a pipe.
const skip = process.env.UBSAN_OPTIONS !== undefined && 'UBSan needs descriptors of its own';

it('waits for descriptors when they are used up, without spinning, and calls go on', {skip}, async (t) => {
    // So many connections may be open that the descriptors end first.
    const {phony} = await startWithModel(t, () => says(text), {
        PHONY_MAX_CONNECTIONS: '100000',
        PHONY_THREADS: '1',
    });
    const relay = await phony.call('CA1');
    relay.prompt('When are you open?'); // opens the connections to the model that it needs
    assert.equal((await relay.reply()).text, text);

    const spare = 8;
    const used = readdirSync(`/proc/${phony.pid}/fd`).length;
    execFileSync('prlimit', [`--pid=${phony.pid}`, `--nofile=${used + spare}:`]);
    const crowd = Array.from({length: 4 * spare}, () => connect(phony.port, '127.0.0.1'));
    for (const one of crowd) one.on('error', () => {});
    const began = Date.now();
    await phony.logged('cannot accept connections');

    relay.prompt('When are you open?');
    assert.equal((await relay.reply()).text, text);
    // A webhook that comes now waits in the kernel's queue and is answered when somebody leaves.
    const webhook = phony.form('/receive_call', {CallSid: 'CA2', From: '+15551234567', To: '+1'});
    for (const one of crowd) one.destroy();
    assert.equal((await webhook).status, 200);
    await eventually(
        () => phony.request('/healthz'),
        ({status}) => status === 200,
        'health',
    );

    const lines = phony.log.filter(({msg}) => msg === 'cannot accept connections');
    const seconds = (Date.now() - began) / 1000;
    assert.ok(lines.length <= 1 + seconds / 10, `${lines.length} lines in ${seconds} s`);
    const {text: metrics} = await phony.request('/metrics');
    const failures = Number(/^phony_accept_failures_total (\S+)$/m.exec(metrics)?.[1]);
    assert.ok(failures >= 1 && failures <= 1 + seconds * 10, `${failures} in ${seconds} s`);
    relay.prompt('When are you open?');
    assert.equal((await relay.reply()).text, text);
});
