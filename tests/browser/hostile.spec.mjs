// What callers, models and networks send is text, whatever it looks like.
import {expect, test} from './support/fixtures.mjs';

const markup = '<img src=x onerror="window.hurt=1"><script>window.hurt=1</script><b>bold</b> &amp; {{7*7}}';
const backwards = 'Pay \u202Ereversed\u202C and \u2066isolated\u2069 \u200Fmarks';
const emoji = '👩‍👩‍👧‍👦 🇩🇪 e\u0301\u0323\u0328 ﷽ 𝔘𝔫𝔦𝔠𝔬𝔡𝔢';
const endless = 'x'.repeat(10_000);
const words = `${'A very long sentence that goes on and on. '.repeat(240)}The end.`;

const says = (text) => async (exchange) => {
    exchange.begin();
    exchange.end(text);
};
/** The agent repeats what it hears. */
test.use({model: {answer: ({heard}) => says(heard)}});

test('hostile text in a transcript, a number and an answer is shown as text', async ({dashboard, calls}) => {
    const relay = await calls.dial('CA-hostile', {
        from: '<i>+1555</i>\u202E0100',
        to: 'client:"><script>window.hurt=1</script>',
    });
    await dashboard.openLive('?callSid=CA-hostile');
    for (const text of [markup, backwards, emoji]) {
        relay.prompt(text);
        relay.hears((await relay.reply()).text);
        await expect(dashboard.line(text)).toHaveCount(2);
    }
    const words = dashboard.stepIn.getByRole('textbox', {name: 'Say to the caller'});
    await words.fill(markup);
    await words.press('Enter');
    await expect(dashboard.transcript.getByText(`supervisor said ${markup}`)).toBeVisible();

    await expect(dashboard.call.locator('img[src=x], script, b, i')).toHaveCount(0);
    expect(await dashboard.page.evaluate(() => window.hurt)).toBeUndefined();
    await expect(dashboard.facts).toContainText('<i>+1555</i>');
    await dashboard.inspect('hostile');

    relay.hangUp();
    await calls.areOver();
    await dashboard.open('?view=history');
    await expect(dashboard.page.getByText('<i>+1555</i>').first()).toBeVisible();
    await dashboard.open('?view=history&callSid=CA-hostile');
    await expect(dashboard.line(markup).first()).toBeVisible();
    expect(await dashboard.page.evaluate(() => window.hurt)).toBeUndefined();
});

test('lines without an end neither widen the page nor hide what follows', async ({dashboard, calls}) => {
    const relay = await calls.dial('CA-long', {from: '+15550100123'});
    await dashboard.openLive('?callSid=CA-long');
    for (const text of [endless, words]) {
        relay.prompt(text);
        relay.hears((await relay.reply()).text);
    }
    relay.prompt('Can you still see me?', false);
    await expect(dashboard.line('Can you still see me?')).toBeInViewport();
    const overhang = await dashboard.transcript.evaluate((log) => log.scrollWidth - log.clientWidth);
    expect(overhang).toBe(0);
    await expect(dashboard.row('010 0123')).toBeVisible();
    await dashboard.inspect('endless');
});

test('the direction of one number does not turn the line around it', async ({dashboard, calls}) => {
    await calls.dial('CA-rtl', {from: 'مكتب\u202E123'});
    await dashboard.openLive('?callSid=CA-rtl');
    const isolated = dashboard.facts.locator('bdi').filter({hasText: 'مكتب'});
    await expect(isolated.first()).toBeVisible();
});
