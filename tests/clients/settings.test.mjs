// A program that cannot start as it was told to: it says all that is wrong, and no secret.
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {it} from 'node:test';

import {binary, inherited} from './support/phony.mjs';

const ex_config = 78; // of sysexits.h, as systemd and other supervisors know it

const refused = (settings, flags = []) => {
    const {status, stdout, stderr} = spawnSync(binary, flags, {
        env: {...inherited, ...settings},
        encoding: 'utf8',
        timeout: 20_000,
    });
    assert.equal(status, ex_config, stderr);
    return {lines: stderr.trim().split('\n'), output: stdout + stderr};
};

it('tells everything that is wrong with the settings at once, and exits with EX_CONFIG', () => {
    const {lines} = refused({
        PORT: '65536',
        PHONY_THREADS: 'many',
        PHONY_DRAIN_TIMEOUT: 'soon',
        PHONY_TRANSFER_ALLOW: 'everywhere',
    });
    for (const name of ['PORT', 'PHONY_THREADS', 'PHONY_DRAIN_TIMEOUT', 'PHONY_TRANSFER_ALLOW'])
        assert.ok(lines.some((line) => line.includes(name)), `${name} in ${lines.join('; ')}`);
    for (const line of lines) assert.match(line, /^phony: /);
});

it('prints no secret, not even one that it refuses', () => {
    const {output} = refused({
        PHONY_ENV: 'production',
        OPENAI_API_KEY: 'sk-secret\u0001',
        PHONY_SUPERVISOR_TOKENS: 'ada:terribly secret,ada:twice-secret',
        TWILIO_AUTH_TOKEN: '',
    });
    assert.doesNotMatch(output, /secret/);
});

it('points at a file that is not there', () => {
    const {lines} = refused({OPENAI_API_KEY_FILE: '/nowhere/key'});
    assert.match(lines.join('\n'), /OPENAI_API_KEY_FILE.*\/nowhere\/key/);
});

it('knows which option was meant', () => {
    const {lines} = refused({}, ['--prot', '8080']);
    assert.match(lines.join('\n'), /--prot.*--port/);
});
