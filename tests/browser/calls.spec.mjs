// All calls at a glance.
import {expect, test} from './support/fixtures.mjs';

/** Three calls that stand still: nobody says more than the test has them say. */
async function threeCalls(calls) {
    const first = await calls.dial('CA-first', {from: '+15550100001'});
    const second = await calls.dial('CA-second', {from: '+15550100002', direction: 'outbound'});
    const third = await calls.dial('CA-third', {from: '+15550100003'});
    return {first, second, third};
}

const numbers = (dashboard) =>
    dashboard.rows.evaluateAll((rows) => rows.map((row) => row.textContent.match(/010\s(\d{4})/)?.[1]));

test('calls are seen as they come, with what was last said, and leave when they are over', async ({
    dashboard,
    calls,
}) => {
    await dashboard.openLive();
    const {first, second} = await threeCalls(calls);
    await expect(dashboard.rows).toHaveCount(3);
    await expect(dashboard.page.getByRole('heading', {name: '3 active calls'})).toBeVisible();
    await expect(dashboard.row('010 0002').getByLabel('Outbound')).toBeVisible();

    first.prompt('Where is my parcel?', false);
    await expect(dashboard.row('010 0001')).toContainText('Where is my parcel?');
    second.hangUp();
    await expect(dashboard.page.getByRole('heading', {name: '2 active calls'})).toBeVisible();
    await dashboard.inspect('calls');
});

test('a call that needs somebody stands first, or the newest does', async ({dashboard, calls}) => {
    await dashboard.openLive();
    const {second} = await threeCalls(calls);
    await expect(dashboard.rows).toHaveCount(3);
    await dashboard.sortBy('Newest');
    await expect.poll(() => numbers(dashboard)).toEqual(['0003', '0002', '0001']);
    await dashboard.sortBy('Longest');
    await expect.poll(() => numbers(dashboard)).toEqual(['0001', '0002', '0003']);

    await dashboard.sortBy('Trouble');
    second.prompt("Hi, I'm at the door of the apartment I rented, and the code doesn't work.");
    await expect(dashboard.row('010 0002')).toContainText('Question');
    await expect.poll(async () => (await numbers(dashboard))[0]).toBe('0002');
});

test('a call is found by number, words or SID', async ({dashboard, calls}) => {
    await dashboard.openLive();
    const {third} = await threeCalls(calls);
    third.prompt('I have lost my umbrella', false);
    await expect(dashboard.row('umbrella')).toBeVisible();
    for (const [search, found] of [
        ['umbrella', '010 0003'],
        ['0100002', '010 0002'],
        ['CA-first', '010 0001'],
    ]) {
        await dashboard.search.fill(search);
        await expect(dashboard.rows).toHaveCount(1);
        await expect(dashboard.row(found)).toBeVisible();
    }
    await dashboard.search.fill('nobody says this');
    await expect(dashboard.page.getByText('No call matches.')).toBeVisible();
});

test('the keyboard alone leads through the calls', async ({dashboard, calls}) => {
    await dashboard.openLive();
    await threeCalls(calls);
    await expect(dashboard.rows).toHaveCount(3);
    await dashboard.sortBy('Longest');
    const {keyboard} = dashboard.page;

    await keyboard.press('/');
    await expect(dashboard.search).toBeFocused();
    await dashboard.rows.first().getByRole('link').focus();
    await keyboard.press('ArrowDown');
    await expect(dashboard.row('010 0002').getByRole('link')).toBeFocused();
    await keyboard.press('End');
    await expect(dashboard.row('010 0003').getByRole('link')).toBeFocused();
    await keyboard.press('Home');
    await keyboard.press('Enter');
    await expect(dashboard.page).toHaveURL(/callSid=CA-first/);
    await expect(dashboard.call).toContainText('CA-first');
});

test('from its first Tab on, the keyboard reaches everything', async ({dashboard, calls}) => {
    await calls.dial('CA-first', {from: '+15550100001'});
    await dashboard.openLive('?callSid=CA-first');
    await expect(dashboard.stepIn).toBeVisible();
    const reached = new Set();
    for (let presses = 0; presses < 40; ++presses) {
        await dashboard.page.keyboard.press('Tab');
        const focused = await dashboard.page.evaluate(() => {
            const element = document.activeElement;
            if (!element || element === document.body) return null;
            const {outlineStyle, boxShadow, borderColor} = getComputedStyle(element);
            const isSeen = outlineStyle !== 'none' || boxShadow !== 'none' || borderColor !== '';
            return {name: element.ariaLabel ?? element.textContent.trim(), isSeen};
        });
        if (!focused) break;
        expect(focused.isSeen, `the focus on ${focused.name}`).toBe(true);
        reached.add(focused.name);
    }
    for (const name of ['Skip to the content', 'Latency', 'History', 'Transcript', 'Keypad', 'End call']) {
        expect([...reached]).toContain(name);
    }
});
