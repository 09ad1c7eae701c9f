// Where the milliseconds go.
import {expect, test} from './support/fixtures.mjs';

test('the three latencies are shown, and the slowest turns lead to their calls', async ({
    dashboard,
    calls,
}) => {
    await dashboard.openLive('?view=latency');
    await expect(dashboard.page.getByText('No turn has ended in this time.')).toBeVisible();
    const callSid = await calls.simulate('appointment');
    const turns = dashboard.page.getByRole('region', {name: 'Slowest turns'}).getByRole('row');
    await expect(turns).toHaveCount(5); // four turns and the heading
    for (const metric of ['First word heard', 'Model’s first token', 'Phony’s own time']) {
        const section = dashboard.page.getByRole('region', {name: metric});
        await expect(section.getByRole('definition').first()).toHaveText(/^[\d.,]+ m?s$/);
        await expect(section.getByRole('img', {name: metric})).toBeVisible();
    }
    await dashboard.inspect('latency');

    const heard = await turns.getByRole('cell').nth(1).allTextContents();
    await turns.nth(1).getByRole('link', {name: callSid}).click();
    await expect(dashboard.page).toHaveURL(new RegExp(`callSid=${callSid}&turn=\\d+`));
    const turn = dashboard.transcript.locator('[data-marked]').first();
    await expect(turn).toBeInViewport();
    await expect(turn).toContainText(heard[0]);
    await expect(turn.getByRole('list', {name: 'Stages of the turn'})).toBeVisible();
});

test('turns of before the page was opened count, too', async ({dashboard, calls}) => {
    await calls.simulate('appointment', {speed: 100});
    await calls.areOver();
    await dashboard.openLive();
    await dashboard.view('Latency');
    await expect(dashboard.page.getByRole('region', {name: 'Slowest turns'})).toBeVisible();
});
