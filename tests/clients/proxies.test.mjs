// The examples of packaging/, with the real proxies: calls go through, and addresses are told rightly.
import assert from 'node:assert/strict';
import {describe, it} from 'node:test';

import {Certificates} from './support/certificates.mjs';
import {says} from './support/fake_openai.mjs';
import {startWithModel} from './support/harness.mjs';
import {Proxy} from './support/proxies.mjs';
import {Relay} from './support/relay.mjs';

const text = 'We open at nine in the morning and close at six in the evening.';

for (const kind of /** @type {const} */ (['nginx', 'caddy'])) {
    describe(`behind ${kind}`, {concurrency: true}, () => {
        const start = async (t, settings = {}) => {
            const certificates = await Certificates.make(t);
            const {phony} = await startWithModel(t, () => says(text), {
                PHONY_TRUSTED_PROXIES: '127.0.0.1',
                ...settings,
            });
            return {phony, proxy: await Proxy.start(t, kind, phony, certificates)};
        };

        it('the example is one that it understands without a complaint', async (t) => {
            const {proxy} = await start(t);
            assert.doesNotMatch(proxy.checked, /\[warn\]|deprecated|unnecessary|not formatted/i);
        });

        it('a call is a call', async (t) => {
            const {phony, proxy} = await start(t);
            const relay = await Relay.connect(`wss://${proxy.authority}/relay/ws`);
            phony.adopt(relay);
            relay.setup('CA1');
            for (let turn = 0; turn < 2; ++turn) {
                relay.prompt('When are you open?');
                assert.equal((await relay.reply()).text, text);
            }
            relay.hangUp();
            assert.equal((await relay.closed).code, 1000);
        });

        /** The address that Phony takes the client of this request for. */
        const peerOf = async (phony, proxy, headers) => {
            const {status} = await proxy.request('/session', {
                localAddress: '127.0.0.2',
                method: 'GET',
                headers: {Origin: 'https://evil.example', ...headers},
            });
            assert.equal(status, 403);
            return (await phony.logged('refused a foreign page')).peer;
        };

        it('a client is known by its own address, whatever it makes up', async (t) => {
            const {phony, proxy} = await start(t);
            const forged = {'X-Forwarded-For': '203.0.113.9'};
            assert.equal(await peerOf(phony, proxy, forged), '127.0.0.2');
        });

        it('nobody is believed unless the proxy is named', async (t) => {
            const {phony, proxy} = await start(t, {PHONY_TRUSTED_PROXIES: '192.0.2.1'});
            assert.equal(await peerOf(phony, proxy, {}), '127.0.0.1');
        });

        it('metrics stay inside, and bodies within the limit', async (t) => {
            const {proxy} = await start(t);
            assert.equal((await proxy.request('/metrics')).status, 403);
            const big = 'x'.repeat(100_000);
            const {status} = await proxy.request('/receive_call', {method: 'POST'}, big);
            assert.equal(status, 413);
            assert.equal((await proxy.request('/healthz')).status, 200);
        });
    });
}
