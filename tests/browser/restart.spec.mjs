// The server goes and comes back.
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

import {Calls} from './support/calls.mjs';
import {Dashboard} from './support/dashboard.mjs';
import {expect, test} from './support/fixtures.mjs';

/** What stands in the transcript, line by line. */
const lines = (dashboard) =>
    dashboard.transcript
        .locator('ol > li')
        .evaluateAll((items) => items.map((item) => item.textContent.replace(/\s+/g, ' ')));

/** What was said, without who and when: a line that is told again must be the same. */
const said = (dashboard) =>
    dashboard.transcript.locator('ol > li > p').evaluateAll((words) => words.map((p) => p.textContent));

test('a restart in mid-call: the page comes back, and the call was cut by it', async ({page, server}) => {
    const directory = mkdtempSync(join(tmpdir(), 'phony-restart-'));
    server.after(() => rmSync(directory, {recursive: true}));
    const first = await server.start({PHONY_DATA_DIR: directory});
    const calls = new Calls(first);
    const dashboard = new Dashboard(page, first.url, calls);

    const relay = await calls.dial('CA-cut', {from: '+15550100123'});
    await dashboard.openLive('?callSid=CA-cut');
    relay.prompt("Hi, I ordered a coffee grinder last week and it hasn't arrived yet.");
    relay.hears((await relay.reply()).text);
    await calls.override('text', {callSid: 'CA-cut', text: 'One moment, please.'});
    relay.dtmf('7');
    await expect(dashboard.line('order number').first()).toBeVisible();
    await expect(dashboard.line('Caller pressed')).toBeVisible();
    const before = await said(dashboard);
    expect(before.length).toBeGreaterThanOrEqual(2);

    await first.terminate();
    await expect(dashboard.connection).toHaveText(/^Reconnecting… as of \d/);
    await dashboard.inspect('reconnecting');

    const second = await server.start({PHONY_DATA_DIR: directory, PORT: String(first.port)});
    await dashboard.isLive();
    await expect(dashboard.facts).toContainText('Ended by a restart of the server');
    const after = await lines(dashboard);
    expect(await said(dashboard)).toEqual(before);
    for (const told of ['Call connected', 'One moment, please.', 'Caller pressed']) {
        expect(after.filter((line) => line.includes(told)), told).toHaveLength(1);
    }
    expect((await new Calls(second).record('CA-cut')).endReason).toBe('shutdown');
    await expect(dashboard.stepIn).toBeHidden();

    await page.reload();
    await dashboard.isLive();
    await expect(dashboard.facts).toContainText('Ended by a restart of the server');
    expect(await said(dashboard)).toEqual(before);

    await new Calls(second).dial('CA-next', {from: '+15550100124'});
    await dashboard.view('Calls');
    await expect(dashboard.row('010 0124')).toBeVisible();
});

test('a connection that breaks is taken up where it broke', async ({dashboard, calls}) => {
    const sockets = [];
    await dashboard.page.routeWebSocket(/\/events\/ws/, (socket) => {
        socket.connectToServer();
        sockets.push(socket);
    });
    const relay = await calls.dial('CA-1');
    await dashboard.openLive('?callSid=CA-1');
    relay.prompt('The first words', false);
    await expect(dashboard.line('The first words')).toBeVisible();
    const broken = sockets.splice(0);
    expect(broken.length).toBeGreaterThan(0);
    for (const socket of broken) await socket.close({code: 4000});
    relay.prompt('The last words, said meanwhile.');
    await expect(dashboard.line('The last words, said meanwhile.')).toHaveCount(1);
    await dashboard.isLive();
    const resumed = sockets.map((socket) => socket.url()).filter((url) => url.includes('CA-1'));
    expect(resumed[0]).toMatch(/since=\d+/);
});

test('a ping of the server is answered', async ({dashboard, calls}) => {
    let answers = 0;
    await dashboard.page.routeWebSocket(/\/events\/ws/, (socket) => {
        const server = socket.connectToServer();
        socket.onMessage((message) => {
            if (JSON.parse(String(message)).type === 'pong') ++answers;
            server.send(message);
        });
        // Behind what the server itself says: by then the page listens.
        server.onMessage((message) => {
            socket.send(message);
            socket.send(JSON.stringify({type: 'ping'}));
        });
    });
    await calls.dial('CA-1');
    await dashboard.openLive();
    await expect.poll(() => answers).toBeGreaterThan(0);
});
