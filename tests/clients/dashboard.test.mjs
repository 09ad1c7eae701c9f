// The dashboard as a browser's HTTP client sees it; tests/browser has what people see. A build without
// it (PHONY_DASHBOARD) serves one page in the same way.
import assert from 'node:assert/strict';
import {once} from 'node:events';
import http from 'node:http';
import {describe, it} from 'node:test';
import {brotliDecompressSync, gunzipSync} from 'node:zlib';

import {Phony} from './support/phony.mjs';

/** Beyond this a supervisor on a telephone's network waits for the first view: in kB, gzipped. */
const budget = {script: 200, style: 30};

/** What is sent, byte for byte: nothing is decoded or followed. */
async function get(phony, target, headers = {}, method = 'GET') {
    const request = http.request(phony.url + target, {method, headers});
    request.end();
    const [response] = await once(request, 'response');
    const chunks = [];
    for await (const chunk of response) chunks.push(chunk);
    return {status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks)};
}

/** The scripts and styles that the page loads before it shows anything. */
function filesOf(html) {
    return [...html.matchAll(/<(script|link)\b[^>]*?\b(?:src|href)="(\/dashboard\/[^"]+)"/g)]
        .map(([, , path]) => path)
        .filter((path) => /\.(js|css)$/.test(path));
}

describe('the dashboard', {concurrency: true}, () => {
    it('is one page, with and without its name, a call or a token', async (t) => {
        const phony = await Phony.start(t, {PHONY_SUPERVISOR_TOKENS: 'ada:0123456789abcdef0123'});
        const page = await phony.request('/dashboard/');
        assert.equal(page.status, 200);
        assert.match(page.headers['content-type'], /^text\/html/);
        assert.match(page.text, /^<!doctype html>/i);
        for (const target of ['index.html', '?callSid=CA1', 'index.html?callSid=CA1']) {
            assert.equal((await phony.request(`/dashboard/${target}`)).text, page.text, target);
        }
    });

    it('is found without the slash, too', async (t) => {
        const phony = await Phony.start(t);
        const {status, headers} = await get(phony, '/dashboard?callSid=CA1');
        assert.equal(status, 308);
        assert.equal(headers.location, '/dashboard/?callSid=CA1');
    });

    it('is asked for anew each time, and sent only when it has changed', async (t) => {
        const phony = await Phony.start(t);
        const page = await phony.request('/dashboard/');
        assert.equal(page.headers['cache-control'], 'no-cache');
        const again = await phony.request('/dashboard/', undefined, {
            'If-None-Match': `"else", W/${page.headers.etag}`,
        });
        assert.equal(again.status, 304);
        assert.equal(again.text, '');
        assert.equal(again.headers.etag, page.headers.etag);
        const other = await phony.request('/dashboard/', undefined, {'If-None-Match': '"else"'});
        assert.equal(other.status, 200);
    });

    it('can be looked up by HEAD, and not be written to', async (t) => {
        const phony = await Phony.start(t);
        const page = await get(phony, '/dashboard/');
        const head = await get(phony, '/dashboard/', {}, 'HEAD');
        assert.equal(head.status, 200);
        assert.equal(head.headers['content-length'], String(page.body.length));
        assert.equal(head.body.length, 0);
        assert.equal((await phony.send('POST', '/dashboard/', 'x')).status, 405);
    });

    it('may run no script but its own, in no frame', async (t) => {
        const phony = await Phony.start(t);
        const {headers, text} = await phony.request('/dashboard/');
        const policy = headers['content-security-policy'];
        assert.match(policy, /default-src 'none'/);
        assert.match(policy, /script-src 'self';/);
        assert.match(policy, /frame-ancestors 'none'/);
        assert.doesNotMatch(policy, /unsafe|\*|https?:/);
        assert.equal(headers['x-content-type-options'], 'nosniff');
        assert.equal(headers['referrer-policy'], 'no-referrer');
        assert.doesNotMatch(text, /<script(?![^>]*\bsrc=)|<style|\bstyle="|\bon\w+="/);
    });

    it('has no other files than its own', async (t) => {
        const phony = await Phony.start(t);
        for (const target of [
            '/dashboard/nothing.js',
            '/dashboard/assets/',
            '/dashboard/../dashboard.cpp',
            '/dashboard/%2e%2e/index.html',
            '/dashboard//index.html',
        ]) {
            const answer = await phony.request(target);
            assert.equal(answer.status, 404, target);
            assert.equal(answer.json.error.code, 'NOT_FOUND', target);
        }
    });

    it('is compressed as asked for, and the same however it comes', async (t) => {
        const phony = await Phony.start(t);
        const html = (await phony.request('/dashboard/')).text;
        for (const path of ['/dashboard/', ...filesOf(html)]) {
            const plain = await get(phony, path);
            assert.equal(plain.headers.vary, 'Accept-Encoding', path);
            for (const [coding, decode] of [
                ['gzip', gunzipSync],
                ['br', brotliDecompressSync],
            ]) {
                const answer = await get(phony, path, {'Accept-Encoding': `${coding}, identity;q=0.1`});
                const sent = answer.headers['content-encoding'];
                const body = sent === coding ? decode(answer.body) : answer.body;
                assert.deepEqual(body, plain.body, `${path} as ${coding}`);
                if (sent) assert.notEqual(answer.headers.etag, plain.headers.etag, path);
            }
        }
    });

    it('has files that are kept for ever under names that change, and are small', async (t) => {
        const phony = await Phony.start(t);
        const files = filesOf((await phony.request('/dashboard/')).text);
        const kilobytes = {script: 0, style: 0};
        for (const path of files) {
            const {headers, body} = await get(phony, path, {'Accept-Encoding': 'gzip'});
            assert.match(path, /-[\w-]{8,}\.(js|css)$/);
            assert.match(headers['cache-control'], /max-age=31536000, immutable/, path);
            assert.match(headers['content-type'], /^text\/(javascript|css); charset=utf-8$/, path);
            kilobytes[path.endsWith('.js') ? 'script' : 'style'] += body.length / 1000;
        }
        for (const [kind, size] of Object.entries(kilobytes)) {
            t.diagnostic(`${kind}: ${size.toFixed(1)} kB gzipped, of ${budget[kind]}`);
            assert.ok(size <= budget[kind], `${kind}s are ${size.toFixed(1)} kB, over the budget`);
        }
    });
});
