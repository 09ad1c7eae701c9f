import {execFile, spawn} from 'node:child_process';
import {randomInt} from 'node:crypto';
import {once} from 'node:events';
import {mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import {createServer, connect} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';

import {eventually} from './wait.mjs';

const run = promisify(execFile);

const packaging = (path) =>
    readFileSync(fileURLToPath(new URL(`../../../packaging/${path}`, import.meta.url)), 'utf8');

/** Fails when the text to be replaced is not there: the example has changed. */
function adapt(text, replacements) {
    for (const [from, to] of replacements) {
        if (!text.includes(from)) throw new Error(`the example does not have: ${from}`);
        text = text.replaceAll(from, to);
    }
    return text;
}

async function freePort(host) {
    const server = createServer().listen(0, host);
    await once(server, 'listening');
    const {port} = /** @type {import('node:net').AddressInfo} */ (server.address());
    server.close();
    await once(server, 'close');
    return port;
}

/** Each writes the example of packaging/ with this test's ports and certificate, and says how to check
 *  and how to run it. */
const kinds = {
    nginx({directory, host, port, backend, certificates}) {
        for (const name of ['body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']) mkdirSync(join(directory, name));
        const temporary = (module, name) => `${module}_temp_path ${join(directory, name)};\n`;
        const site = adapt(packaging('nginx/phony.conf'), [
            ['listen 443 ssl;', `listen ${host}:${port} ssl;`],
            ['    listen [::]:443 ssl;\n', ''],
            ['listen 80;', `listen unix:${join(directory, 'plain')};`],
            ['    listen [::]:80;\n', ''],
            ['127.0.0.1:24187', `127.0.0.1:${backend}`],
            ['/etc/letsencrypt/live/phone.example.com/fullchain.pem', certificates.certificate],
            ['/etc/letsencrypt/live/phone.example.com/privkey.pem', certificates.key],
        ]);
        writeFileSync(join(directory, 'phony.conf'), site);
        const file = join(directory, 'nginx.conf');
        writeFileSync(
            file,
            `daemon off;\nmaster_process off;\npid ${join(directory, 'pid')};\nevents {}\nhttp {\n` +
                'access_log off;\n' +
                temporary('client_body', 'body') +
                temporary('proxy', 'proxy') +
                temporary('fastcgi', 'fastcgi') +
                temporary('uwsgi', 'uwsgi') +
                temporary('scgi', 'scgi') +
                `include ${join(directory, 'phony.conf')};\n}\n`,
        );
        const options = ['-p', directory, '-e', join(directory, 'errors'), '-c', file];
        return {check: ['nginx', [...options, '-t']], serve: ['nginx', options]};
    },

    caddy({directory, host, port, backend, certificates}) {
        const file = join(directory, 'Caddyfile');
        writeFileSync(
            file,
            adapt(packaging('caddy/Caddyfile'), [
                ['{\n\tservers {', '{\n\tadmin off\n\tauto_https off\n\tdefault_sni localhost\n\tservers {'],
                [
                    '\nphone.example.com {',
                    `\nhttps://:${port} {\n\tbind ${host}\n` +
                        `\ttls ${certificates.certificate} ${certificates.key}\n`,
                ],
                ['127.0.0.1:24187', `127.0.0.1:${backend}`],
            ]),
        );
        const options = ['--config', file, '--adapter', 'caddyfile'];
        return {check: ['caddy', ['validate', ...options]], serve: ['caddy', ['run', ...options]]};
    },
};

/** A proxy before a Phony, set up as packaging/ has it; it ends with the test. */
export class Proxy {
    /**
     * @param {import('node:test').TestContext} t
     * @param {keyof kinds} kind
     * @param {import('./phony.mjs').Phony} phony
     * @param {import('./certificates.mjs').Certificates} certificates
     */
    static async start(t, kind, phony, certificates) {
        const directory = mkdtempSync(join(tmpdir(), 'phony-proxy-'));
        // On an address of its own: nothing else can take the port before the proxy does.
        const host = `127.${randomInt(1, 255)}.${randomInt(1, 255)}.${randomInt(1, 255)}`;
        const port = await freePort(host);
        const {check, serve} = kinds[kind]({directory, host, port, backend: phony.port, certificates});
        const env = {...process.env, HOME: directory, XDG_DATA_HOME: directory, XDG_CONFIG_HOME: directory};
        /** @type {import('node:child_process').ChildProcess | undefined} */
        let child;
        t.after(async () => {
            if (child && child.exitCode === null) {
                const exited = once(child, 'exit');
                child.kill('SIGTERM');
                await exited;
            }
            rmSync(directory, {recursive: true});
        });
        const {stdout, stderr} = await run(check[0], check[1], {env});
        child = spawn(serve[0], serve[1], {env, stdio: 'ignore'});
        await eventually(() => reaches(host, port), (yes) => yes, `${kind} listens`);
        return new Proxy(`${host}:${port}`, stdout + stderr);
    }

    constructor(authority, checked) {
        this.authority = authority;
        /** What its own check of the configuration says. */
        this.checked = checked;
    }

    /** @param {string} target @param {http.RequestOptions} options @param {string} [body] */
    async request(target, options = {}, body) {
        const request = https.request(`https://${this.authority}${target}`, {
            rejectUnauthorized: false,
            agent: false,
            ...options,
        });
        request.on('error', () => {}); // the rest of a body that nobody wants
        request.end(body);
        const [response] = await once(request, 'response');
        let text = '';
        for await (const chunk of response.setEncoding('utf8')) text += chunk;
        return {status: response.statusCode, headers: response.headers, text};
    }
}

async function reaches(host, port) {
    const socket = connect(port, host);
    try {
        await once(socket, 'connect');
        return true;
    } catch {
        return false;
    } finally {
        socket.destroy();
    }
}
