// Who may do what, as a dashboard in a browser and a script on a server find it: with fetch.
import assert from 'node:assert/strict';
import {describe, it} from 'node:test';

import {assertDocumented} from './support/api_documents.mjs';
import {startWithModel} from './support/harness.mjs';
import {says} from './support/fake_openai.mjs';

const tokens = {PHONY_SUPERVISOR_TOKENS: 'ada:secret-a,ben:secret-b'};
const model = () => says('Hello.');

/** What openapi.json says of the answer is true. */
async function ask(phony, method, target, {body, headers = {}} = {}) {
    const response = await fetch(phony.url + target, {
        method,
        headers: {...(body && {'Content-Type': 'application/json'}), ...headers},
        body: body && JSON.stringify(body),
    });
    const text = await response.text();
    const answer = {
        status: response.status,
        headers: Object.fromEntries(response.headers),
        text,
        json: response.headers.get('content-type')?.startsWith('application/json')
            ? JSON.parse(text)
            : undefined,
    };
    assertDocumented(method, target, answer);
    return answer;
}

const say = (phony, headers) =>
    ask(phony, 'POST', '/override/text', {body: {callSid: 'CA1', text: 'Hello'}, headers});

/** A browser sends back the name and the value, and none of the rest. */
const cookieOf = (answer) => answer.headers['set-cookie'].split(';')[0];

describe('a dashboard', {concurrency: true}, () => {
    it('signs in, steps into a call and signs out', async (t) => {
        const {phony} = await startWithModel(t, model, tokens);
        const relay = await phony.call('CA1');
        relay.prompt('hi');
        await relay.reply();

        assert.deepEqual((await ask(phony, 'GET', '/session')).json, {
            tokensRequired: true,
            supervisor: null,
        });
        assert.equal((await say(phony)).status, 401);
        const guess = await ask(phony, 'POST', '/session', {body: {token: 'secret-c'}});
        assert.equal(guess.status, 401);

        const signedIn = await ask(phony, 'POST', '/session', {body: {token: 'secret-b'}});
        assert.deepEqual(signedIn.json, {status: 'success', supervisor: 'ben'});
        assert.match(
            signedIn.headers['set-cookie'],
            /^phony_session=[\w.]+; HttpOnly; SameSite=Strict; Path=\/; Max-Age=43200$/,
        );
        const headers = {Cookie: cookieOf(signedIn)};
        assert.equal((await ask(phony, 'GET', '/session', {headers})).json.supervisor, 'ben');
        assert.equal((await say(phony, headers)).status, 200);
        assert.equal((await relay.reply()).text, 'Hello');

        const signedOut = await ask(phony, 'DELETE', '/session', {headers});
        assert.equal(signedOut.status, 204);
        assert.equal((await say(phony, {Cookie: cookieOf(signedOut)})).status, 401);
    });

    it('of another site is let in when it is listed', async (t) => {
        const origin = 'https://dash.example.com';
        const {phony} = await startWithModel(t, model, {PHONY_ALLOWED_ORIGINS: origin});
        const listed = await say(phony, {Origin: origin});
        assert.equal(listed.status, 404);
        assert.equal(listed.headers['access-control-allow-origin'], origin);
        const stranger = await say(phony, {Origin: 'https://evil.example'});
        assert.equal(stranger.status, 403);
        assert.equal(stranger.json.error.code, 'FORBIDDEN');
        assert.equal(stranger.headers['access-control-allow-origin'], undefined);
    });
});

describe('a script', {concurrency: true}, () => {
    it('shows its token with each request', async (t) => {
        const {phony} = await startWithModel(t, model, tokens);
        assert.equal((await say(phony, {Authorization: 'Bearer secret-a'})).status, 404);
        const wrong = await say(phony, {Authorization: 'Bearer secret-c'});
        assert.equal(wrong.status, 401);
        assert.equal(wrong.headers['www-authenticate'], 'Bearer');
    });

    it('that is too fast is told when to come back', async (t) => {
        const {phony} = await startWithModel(t, model, {...tokens, PHONY_SUPERVISOR_RATE: '60'});
        const headers = {Authorization: 'Bearer secret-a'};
        let answer = await say(phony, headers);
        for (let i = 0; i < 1000 && answer.status !== 429; ++i) {
            assert.equal(answer.status, 404);
            answer = await say(phony, headers);
        }
        assert.equal(answer.status, 429);
        assert.equal(answer.headers['retry-after'], '1');
        assert.equal(answer.json.error.code, 'RATE_LIMITED');
        await new Promise((resume) => {
            setTimeout(resume, 1000 * Number(answer.headers['retry-after']));
        });
        assert.equal((await say(phony, headers)).status, 404);
    });
});
