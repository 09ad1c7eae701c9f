// What the API reference promises to whoever copies its examples. Run by ./run, in a network of its own.
import assert from 'node:assert/strict';
import {execFile, spawn} from 'node:child_process';
import {once} from 'node:events';
import {readFile} from 'node:fs/promises';
import {describe, it} from 'node:test';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';

import {chromium} from 'playwright-core';

import {Phony} from '../support/phony.mjs';
import {eventually} from '../support/wait.mjs';

const path = (name) => fileURLToPath(new URL(name, import.meta.url));

/** A server where the examples look for it, and the call that they speak of. */
async function startWithCall(t) {
    const phony = await Phony.start(t, {PORT: '24187'});
    const call = {
        callSid: 'CA123',
        from: '+15551234567',
        to: '+18578167225',
        scenario: 'customer_service',
    };
    const started = await phony.request('/test/simulate_call', JSON.stringify(call));
    assert.equal(started.status, 200, started.text);
    await eventually(
        () => phony.activeCalls(),
        (calls) => calls === 1,
        'the simulated call',
    );
    return phony;
}

async function end(phony) {
    const body = JSON.stringify({callSid: 'CA123'});
    assert.equal((await phony.request('/override/end', body)).status, 200);
}

function assertOverride(events, action, value) {
    const event = events.find(({type}) => type === 'supervisor_override');
    assert.deepEqual([event.action, event.value, event.callSid], [action, value, 'CA123']);
}

describe("the reference's example", () => {
    it('in Python sends a text and prints the events', async (t) => {
        const phony = await startWithCall(t);
        const python = spawn(process.env.PYTHON ?? '/usr/bin/python3', ['-u', path('reference.py')]);
        try {
            let output = '';
            let complaints = '';
            python.stdout.on('data', (text) => (output += text));
            python.stderr.on('data', (text) => (complaints += text));
            const events = () =>
                [...output.matchAll(/^Event: (.+)$/gm)].map(([, event]) => JSON.parse(event));
            const awaitEvent = (type) =>
                eventually(
                    events,
                    (seen) => seen.some((event) => event.type === type),
                    () => `${type}, ${complaints}`,
                );

            await awaitEvent('supervisor_override');
            assert.equal(events()[0].type, 'call_started');
            assertOverride(events(), 'text', 'Hello');
            await end(phony);
            await awaitEvent('call_ended');
        } finally {
            python.kill();
        }
    });

    it('in JavaScript presses a key and logs the events, on our own origin', async (t) => {
        const browser = await chromium.launch({
            executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
            args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
        });
        try {
            const page = await browser.newPage();
            const phony = await startWithCall(t); // when the browser is there: it takes its time
            const logged = [];
            page.on('console', async (message) => {
                const [label, value] = await Promise.all(
                    message.args().map((argument) => argument.jsonValue()),
                );
                logged.push(label === 'Event:' ? value : {type: message.text()});
            });
            const awaitEvent = (type) =>
                eventually(
                    () => logged,
                    (seen) => seen.some((event) => event.type === type),
                    type,
                );

            // As in the browser's console: no other page of ours lets a script connect to us.
            await page.goto('http://localhost:24187/dashboard/');
            await page.evaluate(await readFile(path('reference.js'), 'utf8'));
            await awaitEvent('supervisor_override');
            assertOverride(logged, 'dtmf', '1');
            await end(phony);
            await awaitEvent('call_ended');
        } finally {
            await browser.close();
        }
    });

    it('for cURL checks the health, sends a text and ends the call', async (t) => {
        const phony = await startWithCall(t);
        const {stdout} = await promisify(execFile)('bash', [path('reference.sh')]);
        const answers = stdout
            .replaceAll('}{', '}\n{')
            .trim()
            .split('\n')
            .map((line) => JSON.parse(line));
        assert.equal(answers.length, 3, stdout);
        assert.deepEqual([answers[0].status, answers[0].activeCalls], ['ok', 1]);
        assert.deepEqual(answers.slice(1), [
            {status: 'success', message: 'Text sent to caller'},
            {status: 'success', message: 'Call ended'},
        ]);
        await phony.isIdle();
    });
});
