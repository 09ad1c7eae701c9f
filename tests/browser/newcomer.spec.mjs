// What a newcomer does first.
import {expect, test} from './support/fixtures.mjs';

test('an empty dashboard offers a simulated call, which is watched to its end', async ({
    dashboard,
    calls,
}) => {
    await dashboard.openLive();
    await expect(dashboard.page.getByText('No calls at the moment')).toBeVisible();
    await expect(dashboard.page.getByText('Simulated model')).toBeVisible();
    await dashboard.inspect('empty');

    await dashboard.simulate('Customer service');
    await expect(dashboard.page).toHaveURL(/\?callSid=CA/);
    await expect(dashboard.line('I ordered a coffee grinder last week')).toBeVisible();
    await expect(dashboard.line('order number').first()).toBeVisible();
    await expect(dashboard.facts.getByText('The agent ended the call')).toBeVisible();
    await expect(dashboard.line('Goodbye').first()).toBeVisible();
    await expect(dashboard.row('555')).toContainText('Ended');
    await calls.areOver();
    await dashboard.inspect('call-ended');
});

test('on a telephone the list and a call have the screen to themselves', async ({dashboard, calls}) => {
    await dashboard.page.setViewportSize({width: 390, height: 844});
    const relay = await calls.dial('CA-1', {from: '+15550100123'});
    relay.prompt('Hello, which phone plans do you have?');
    await dashboard.openLive();
    await dashboard.inspect('phone-calls');

    await dashboard.row('0123').click();
    await expect(dashboard.line('which phone plans')).toBeVisible();
    await expect(dashboard.list).toBeHidden();
    await expect(dashboard.stepIn).toBeVisible();
    await dashboard.inspect('phone-call');
    const overhang = await dashboard.page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overhang).toBe(0);

    await dashboard.button('Back').click();
    await expect(dashboard.list).toBeVisible();
});
