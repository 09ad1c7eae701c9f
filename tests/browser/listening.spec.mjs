// Listening in on a call whose relay carries audio.
import {ReferenceCaller} from '../clients/support/reference_caller.mjs';
import {expect, test} from './support/fixtures.mjs';

/** 20 ms of a loud tone, µ-law. */
const loud = Buffer.from(Array.from({length: 160}, (_, at) => (at % 8 < 4 ? 0x90 : 0x10))).toString('base64');

/** A caller who hums until `stop` is called. */
function hum(caller) {
    const timer = setInterval(() => {
        caller.send({event: 'media', media: {chunk: loud, timestamp: 0}});
    }, 20);
    return () => clearInterval(timer);
}

/** Counts what the page hands to its loudspeaker, in seconds. */
async function watchLoudspeaker(page) {
    await page.addInitScript(() => {
        window.secondsPlayed = 0;
        const start = AudioBufferSourceNode.prototype.start;
        AudioBufferSourceNode.prototype.start = function (at) {
            window.secondsPlayed += this.buffer.duration;
            start.call(this, at);
        };
    });
}

test('both sides are heard, each with its level, until one stops', async ({dashboard, phony}) => {
    await watchLoudspeaker(dashboard.page);
    const caller = await ReferenceCaller.dial(phony, 'CA-audio');
    await dashboard.openLive('?callSid=CA-audio');
    const level = (who) => dashboard.call.getByRole('meter', {name: `How loud: ${who}`});
    const loudness = async (who) => Number(await level(who).evaluate(({value}) => value));
    const played = () => dashboard.page.evaluate(() => window.secondsPlayed);

    await dashboard.button('Listen in').click();
    await expect(dashboard.call.getByText('Nobody hears you.')).toBeVisible();
    const stop = hum(caller);
    await expect.poll(() => loudness('Caller')).toBeGreaterThan(0.2);
    caller.says('Hello, are you open on Sundays?');
    await expect.poll(() => loudness('Agent')).toBeGreaterThan(0);
    expect(await played()).toBeGreaterThan(0.1);

    await dashboard.button('Mute Caller').click();
    await expect(dashboard.button('Unmute Caller')).toHaveAttribute('aria-pressed', 'true');
    await dashboard.inspect('listening');

    await dashboard.button('Stop listening').click();
    await expect(level('Caller')).toBeHidden();
    const before = await played();
    await dashboard.page.waitForTimeout(300);
    expect(await played(), 'nothing is played any more').toBe(before);

    stop();
    await expect(dashboard.button('Listen in')).toBeVisible();
    caller.hangUp();
    await expect(dashboard.button('Listen in')).toBeHidden();
});

test('it is offered only where there is audio', async ({dashboard, calls}) => {
    await calls.dial('CA-words', {from: '+15550100007'});
    await dashboard.openLive('?callSid=CA-words');
    await expect(dashboard.call.getByText('+1 555 010 0007')).toBeVisible();
    await expect(dashboard.button('End call')).toBeVisible();
    await expect(dashboard.button('Listen in')).toBeHidden();
});
