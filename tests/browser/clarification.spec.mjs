// The agent asks, and a supervisor answers.
import {expect, test} from './support/fixtures.mjs';

const asks = "Hi, I'm at the door of the apartment I rented, and the code doesn't work.";

test('a question stands out, counts down, and is answered', async ({dashboard, calls}) => {
    const relay = await calls.dial('CA-1', {from: '+15550100123'});
    await dashboard.openLive('?callSid=CA-1');
    relay.prompt(asks);
    await expect(dashboard.question).toContainText(/\d+:\d\d left/);
    await expect(dashboard.row('010 0123')).toContainText('Question');
    await expect(dashboard.page).toHaveTitle(/1 question/);
    await dashboard.inspect('question');

    await dashboard.question.getByLabel('Your answer').fill('The code is 7 3 0 5.');
    await dashboard.question.getByRole('button', {name: 'Answer'}).click();
    await expect(dashboard.question).toBeHidden();
    await expect(dashboard.line('supervisor answered The code is 7 3 0 5.')).toBeVisible();
    await expect(dashboard.line(/Agent.*7 3 0 5/s).first()).toBeVisible();
    await expect(dashboard.page).not.toHaveTitle(/question/);
});

test.describe('in a short time', () => {
    test.use({settings: {PHONY_CLARIFICATION_TIMEOUT: '2s'}});

    test('a question that nobody answers expires', async ({dashboard, calls}) => {
        const relay = await calls.dial('CA-1');
        await dashboard.openLive('?callSid=CA-1');
        relay.prompt(asks);
        await expect(dashboard.question).toBeVisible();
        await expect(dashboard.question).toBeHidden();
        await expect(dashboard.line('not answered in time')).toBeVisible();
        const late = await calls.override('clarification', {callSid: 'CA-1', response: 'Too late'});
        expect(late.status).toBe(400);
    });
});

test('whoever looks elsewhere is notified, once notifications are allowed', async ({
    dashboard,
    calls,
    context,
}) => {
    await context.grantPermissions(['notifications'], {origin: dashboard.url});
    await dashboard.page.addInitScript(() => {
        window.notified = [];
        window.Notification = class extends EventTarget {
            static permission = 'granted';
            static requestPermission = async () => 'granted';
            constructor(title, options) {
                super();
                window.notified.push(`${title}: ${options?.body}`);
            }
            close() {}
        };
        // A page in the background, as far as it can tell.
        Document.prototype.hasFocus = () => false;
        Object.defineProperty(document, 'visibilityState', {get: () => 'hidden'});
        Object.defineProperty(document, 'hidden', {get: () => true});
    });
    await dashboard.openLive();
    await dashboard.button('Alerts for questions').click();
    await dashboard.dialog.getByRole('switch', {name: 'Show a notification'}).check();
    await dashboard.inspect('alerts');
    const relay = await calls.dial('CA-1', {from: '+15550100123'});
    relay.prompt(asks);
    await expect
        .poll(() => dashboard.page.evaluate(() => window.notified))
        .toEqual([expect.stringContaining('+1 555 010 0123')]);
});

test('a question sounds, unless sounds are switched off', async ({dashboard, calls}) => {
    await dashboard.page.addInitScript(() => {
        window.tones = [];
        const start = OscillatorNode.prototype.start;
        OscillatorNode.prototype.start = function (at) {
            window.tones.push(this.frequency.value);
            start.call(this, at);
        };
    });
    const tones = () => dashboard.page.evaluate(() => window.tones);
    const [first, second] = [await calls.dial('CA-1'), await calls.dial('CA-2')];
    await dashboard.openLive();
    await dashboard.search.click(); // browsers keep a page silent in which nothing was pressed
    first.prompt(asks);
    await expect.poll(tones).toEqual([660, 880]);

    await dashboard.button('Alerts for questions').click();
    await dashboard.dialog.getByRole('switch', {name: 'Play a sound'}).uncheck();
    second.prompt(asks);
    await expect(dashboard.page).toHaveTitle(/2 questions/);
    expect(await tones()).toEqual([660, 880]);
});
