// TLS as Debian's sslscan and Node.js see it, and a certificate that is renewed while callers talk.
import assert from 'node:assert/strict';
import {execFile} from 'node:child_process';
import {once} from 'node:events';
import {readFileSync, writeFileSync} from 'node:fs';
import {describe, it} from 'node:test';
import tls from 'node:tls';
import {promisify} from 'node:util';

import {XMLParser} from 'fast-xml-parser';

import {Certificates} from './support/certificates.mjs';
import {says} from './support/fake_openai.mjs';
import {startWithModel} from './support/harness.mjs';
import {Phony} from './support/phony.mjs';

const run = promisify(execFile);

/** A connection that asks one thing, with the handshake's outcome.
 *  @param {Phony} phony @param {import('node:tls').ConnectionOptions} options */
async function connect(phony, options = {}) {
    const socket = tls.connect({
        host: '127.0.0.1',
        port: phony.port,
        rejectUnauthorized: false,
        ...options,
    });
    /** @type {Buffer | undefined} */
    let session;
    socket.on('session', (given) => {
        session = given; // in 1.3 it comes behind the handshake
    });
    await once(socket, 'secureConnect');
    const handshake = {
        resumed: socket.isSessionReused(),
        protocol: socket.getProtocol(),
        alpn: socket.alpnProtocol,
    };
    socket.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
    let answer = '';
    for await (const text of socket.setEncoding('utf8')) answer += text;
    assert.match(answer, /^HTTP\/1\.1 200 OK\r\n/);
    return {session, ...handshake};
}

async function fingerprintShown(phony) {
    const socket = tls.connect({host: '127.0.0.1', port: phony.port, rejectUnauthorized: false});
    await once(socket, 'secureConnect');
    const {fingerprint256} = socket.getPeerCertificate();
    socket.destroy();
    return fingerprint256;
}

async function scan(phony) {
    const {stdout} = await run('sslscan', ['--xml=-', `127.0.0.1:${phony.port}`]);
    const many = ['protocol', 'cipher', 'heartbleed', 'group'];
    const parser = new XMLParser({
        ignoreAttributes: false,
        attributeNamePrefix: '',
        isArray: (name, _path, _isLeaf, isAttribute) => !isAttribute && many.includes(name),
    });
    return parser.parse(stdout).document.ssltest;
}

const names = (ciphers, version) =>
    ciphers
        .filter(({sslversion}) => sslversion === version)
        .map(({cipher}) => cipher)
        .sort();

for (const [kind, signed] of [
    ['ec', 'ECDSA'],
    ['rsa', 'RSA'],
]) {
    it(`sslscan finds nothing weak with a certificate of ${kind}`, async (t) => {
        const files = await Certificates.make(t, kind);
        const found = await scan(await Phony.start(t, files.settings));
        assert.deepEqual(
            found.protocol
                .filter(({enabled}) => enabled === '1')
                .map(({type, version}) => `${type} ${version}`)
                .sort(),
            ['tls 1.2', 'tls 1.3'],
        );
        assert.deepEqual(names(found.cipher, 'TLSv1.2'), [
            `ECDHE-${signed}-AES128-GCM-SHA256`,
            `ECDHE-${signed}-AES256-GCM-SHA384`,
            `ECDHE-${signed}-CHACHA20-POLY1305`,
        ]);
        assert.deepEqual(names(found.cipher, 'TLSv1.3'), [
            'TLS_AES_128_GCM_SHA256',
            'TLS_AES_256_GCM_SHA384',
            'TLS_CHACHA20_POLY1305_SHA256',
        ]);
        const strengths = new Set(found.cipher.map(({strength}) => strength));
        assert.deepEqual([...strengths].sort(), ['acceptable', 'strong']);
        assert.equal(found.renegotiation.supported, '0');
        assert.notEqual(found.compression?.supported, '1');
        assert.deepEqual([...new Set(found.heartbleed.map(({vulnerable}) => vulnerable))], ['0']);
    });
}

describe('a session', {concurrency: true}, () => {
    for (const version of /** @type {const} */ (['TLSv1.2', 'TLSv1.3'])) {
        it(`of ${version} is resumed, whatever core serves it`, async (t) => {
            const files = await Certificates.make(t);
            const phony = await Phony.start(t, {...files.settings, PHONY_THREADS: '2'});
            const only = {minVersion: version, maxVersion: version};
            let {session, resumed, protocol} = await connect(phony, only);
            assert.equal(resumed, false);
            assert.equal(protocol, version);
            for (let again = 0; again < 4; ++again) {
                const next = await connect(phony, {...only, session});
                assert.equal(next.resumed, true);
                session = next.session ?? session; // 1.3 has a new one for each connection
            }
        });
    }

    it('of another process, or from before a certificate was renewed, begins anew', async (t) => {
        const files = await Certificates.make(t);
        const [phony, other] = await Promise.all([
            Phony.start(t, files.settings),
            Phony.start(t, files.settings),
        ]);
        const {session} = await connect(other);
        assert.equal((await connect(phony, {session})).resumed, false);
        await files.renew();
        other.hangUp();
        await other.logged('the certificate was read again');
        assert.equal((await connect(other, {session})).resumed, false);
    });
});

describe('ALPN', {concurrency: true}, () => {
    it('chooses http/1.1, and nothing where nothing is offered', async (t) => {
        const phony = await Phony.start(t, (await Certificates.make(t)).settings);
        assert.equal((await connect(phony, {ALPNProtocols: ['h2', 'http/1.1']})).alpn, 'http/1.1');
        assert.equal((await connect(phony)).alpn, false);
        await assert.rejects(connect(phony, {ALPNProtocols: ['h2']}), /no application protocol/);
    });
});

describe('a certificate', {concurrency: true}, () => {
    it('is renewed under a hundred live calls, and none of them notices', async (t) => {
        const files = await Certificates.make(t);
        const text = 'We open at nine in the morning and close at six in the evening.';
        const {phony} = await startWithModel(t, () => says(text, {gap: 100}), {
            ...files.settings,
            PHONY_MODEL_CONNECTIONS: '100',
            PHONY_REPLY_TIMEOUT: '60s', // of a busy machine
        });
        const before = await fingerprintShown(phony);
        const relays = await Promise.all(
            Array.from({length: 100}, (_, call) => phony.call(`CA${call}`)),
        );

        const speaking = relays.map(async (relay) => {
            relay.prompt('When are you open?');
            return relay.reply();
        });
        await Promise.all(relays.map((relay) => relay.some(1)));
        const after = await files.renew();
        phony.hangUp();
        await phony.logged('the certificate was read again');
        assert.notEqual(after, before);
        assert.equal(await fingerprintShown(phony), after);

        for (const {text: heard} of await Promise.all(speaking)) assert.equal(heard, text);
        for (const relay of relays) relay.prompt('And on Sundays?');
        for (const relay of relays) assert.equal((await relay.reply()).text, text);
        assert.equal(await phony.activeCalls(), 100);
        for (const relay of relays) relay.hangUp();
        for (const relay of relays) assert.equal((await relay.closed).code, 1000);
    });

    it('that cannot be used is refused with one line, and the old one stays', async (t) => {
        const files = await Certificates.make(t);
        const phony = await Phony.start(t, files.settings);
        const shown = await fingerprintShown(phony);
        const good = readFileSync(files.key);
        for (const [spoil, why] of /** @type {[() => unknown, RegExp][]} */ ([
            [() => files.spoilKey(), /PHONY_TLS_KEY: .* is not the key of the certificate in /],
            [() => writeFileSync(files.key, 'no key'), /PHONY_TLS_KEY: .* is no key /],
            [() => writeFileSync(files.certificate, ''), /PHONY_TLS_CERT: .* is no certificate /],
        ])) {
            await spoil();
            const seen = phony.log.length;
            phony.hangUp();
            const {why: told} = await phony.logged('the certificate stays as it was', seen);
            assert.match(String(told), why);
            assert.equal(phony.log.length, seen + 1);
            assert.equal(await fingerprintShown(phony), shown);
        }
        writeFileSync(files.key, good);
    });

    it('tells Prometheus when it expires', async (t) => {
        const files = await Certificates.make(t);
        const phony = await Phony.start(t, files.settings);
        const {text} = await phony.request('/metrics');
        const [, seconds] = /^phony_tls_certificate_expiry_timestamp_seconds (\S+)$/m.exec(text) ?? [];
        const days = (Number(seconds) - Date.now() / 1000) / 86_400;
        assert.ok(days > 29 && days <= 30, `${days} days`);
    });

    it('is not needed: without one SIGHUP changes nothing', async (t) => {
        const phony = await Phony.start(t);
        phony.hangUp();
        await phony.logged('nothing to read again: no certificate is set');
        assert.equal((await phony.request('/healthz')).status, 200);
        assert.doesNotMatch((await phony.request('/metrics')).text, /certificate_expiry/);
    });
});
