// Calls that were.
import {readFile} from 'node:fs/promises';

import {expect, test} from './support/fixtures.mjs';

/** Two past calls, in one of which a supervisor stepped in. */
async function twoPastCalls(calls) {
    const parcel = await calls.dial('CA-parcel', {from: '+15550100001'});
    parcel.prompt('Where is my parcel, please?');
    await parcel.reply();
    await calls.override('text', {callSid: 'CA-parcel', text: 'It is in the post.'});
    parcel.hangUp();
    const umbrella = await calls.dial('CA-umbrella', {from: '+15550100002'});
    umbrella.prompt('I have lost my umbrella.');
    await umbrella.reply();
    umbrella.hangUp();
    await calls.areOver();
}

const table = (dashboard) => dashboard.page.getByRole('table').first();
const past = (dashboard) => table(dashboard).getByRole('row').filter({has: dashboard.page.getByRole('cell')});

test('past calls are found by words and by number', async ({dashboard, calls}) => {
    await dashboard.openLive();
    await dashboard.view('History');
    await expect(dashboard.page.getByText('No call has ended yet.')).toBeVisible();
    await twoPastCalls(calls);
    await dashboard.page.reload();
    await expect(past(dashboard)).toHaveCount(2);
    await expect(past(dashboard).first()).toContainText('+1 555 010 0002');
    await expect(past(dashboard).first()).toContainText('The caller hung up');
    await dashboard.inspect('history');

    const search = dashboard.page.getByRole('search');
    await search.getByLabel('Words that were said').fill('umbrel');
    await search.getByRole('button', {name: 'Search'}).click();
    await expect(past(dashboard)).toHaveCount(1);
    await expect(past(dashboard)).toContainText('010 0002');
    await search.getByRole('button', {name: 'Clear'}).click();
    await expect(past(dashboard)).toHaveCount(2);
    await search.getByLabel('Number').fill('0100001');
    await search.getByLabel('Number').press('Enter');
    await expect(past(dashboard)).toHaveCount(1);
    await expect(past(dashboard)).toContainText('010 0001');
    await search.getByLabel('Words that were said').fill('nobody said this');
    await search.getByRole('button', {name: 'Search'}).click();
    await expect(dashboard.page.getByText('No past call matches.')).toBeVisible();
});

test('a past call shows what was said, who stepped in, and is exported', async ({dashboard, calls}) => {
    await twoPastCalls(calls);
    await dashboard.openLive();
    await dashboard.view('History');
    await past(dashboard).filter({hasText: '010 0001'}).getByRole('link').click();
    await expect(dashboard.line('Where is my parcel, please?')).toBeVisible();
    const audit = dashboard.page.getByRole('region', {name: 'Who stepped in'});
    await expect(audit.getByRole('row').last()).toContainText(/text.*It is in the post\..*Accepted/);
    await expect(dashboard.stepIn).toBeHidden();
    await dashboard.inspect('past-call');

    const exported = async (format) => {
        const download = dashboard.page.waitForEvent('download');
        await dashboard.button(`Export ${format}`).click();
        const file = await download;
        expect(file.suggestedFilename()).toBe(`CA-parcel.${format.toLowerCase()}`);
        return readFile(await file.path(), 'utf8');
    };
    const record = JSON.parse(await exported('JSON'));
    expect(record.callSid).toBe('CA-parcel');
    expect(record.overrides).toHaveLength(1);
    const csv = await exported('CSV');
    expect(csv).toContain('Where is my parcel, please?');
    expect(csv).toContain('It is in the post.');
});

test('older calls are shown on demand', async ({dashboard, calls}) => {
    const dialled = [];
    for (let number = 0; number < 60; ++number) {
        dialled.push(calls.dial(`CA-${number}`, {from: `+155501${String(number).padStart(5, '0')}`}));
    }
    for (const relay of await Promise.all(dialled)) relay.hangUp();
    await calls.areOver();
    await dashboard.openLive('?view=history');
    const shown = await past(dashboard).count();
    await dashboard.button('Show older calls').click();
    await expect.poll(() => past(dashboard).count()).toBeGreaterThan(shown);
});
