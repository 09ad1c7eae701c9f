import {execFile} from 'node:child_process';
import {X509Certificate} from 'node:crypto';
import {mkdtempSync, readFileSync, renameSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {promisify} from 'node:util';

const run = promisify(execFile);

/**
 * Certificates that openssl makes for the occasion, in a directory that is gone when the test is over:
 *
 *     const files = await Certificates.make(t);
 *     const phony = await Phony.start(t, files.settings);
 *     const fingerprint = await files.renew();       // another certificate, another key
 *     phony.hangUp();
 */
export class Certificates {
    /** @param {import('node:test').TestContext} t */
    static async make(t, kind = 'ec') {
        const directory = mkdtempSync(join(tmpdir(), 'phony-tls-'));
        t.after(() => rmSync(directory, {recursive: true}));
        const certificates = new Certificates(directory);
        await certificates.renew(kind);
        return certificates;
    }

    constructor(directory) {
        this.certificate = join(directory, 'certificate.pem');
        this.key = join(directory, 'key.pem');
    }

    get settings() {
        return {PHONY_TLS_CERT: this.certificate, PHONY_TLS_KEY: this.key};
    }

    /** Puts another certificate and its key in the place of those that are there, as a client of an
     *  authority does; returns the fingerprint. */
    async renew(kind = 'ec') {
        await this.#make(kind, this.certificate, this.key);
        return new X509Certificate(readFileSync(this.certificate)).fingerprint256;
    }

    /** Puts a key in place that belongs to another certificate. */
    async spoilKey() {
        await this.#make('ec', `${this.certificate}.of-another`, this.key);
    }

    async #make(kind, certificate, key) {
        const algorithm = {
            ec: ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'],
            rsa: ['-newkey', 'rsa:2048'],
        }[kind];
        await run('openssl', [
            ...['req', '-x509', '-nodes', '-days', '30', ...algorithm],
            ...['-keyout', `${key}.new`, '-out', `${certificate}.new`],
            ...['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'],
        ]);
        renameSync(`${certificate}.new`, certificate);
        renameSync(`${key}.new`, key);
    }
}
