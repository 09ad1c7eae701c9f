// What a supervisor does to a call.
import {expect, test} from './support/fixtures.mjs';

/** A caller who waits, and a supervisor who looks. */
async function openCall({dashboard, calls}) {
    const relay = await calls.dial('CA-1', {from: '+15550100123'});
    await dashboard.openLive('?callSid=CA-1');
    await expect(dashboard.stepIn).toBeVisible();
    return relay;
}

test('words that are typed are spoken', async ({dashboard, calls}) => {
    const relay = await openCall({dashboard, calls});
    const words = dashboard.stepIn.getByRole('textbox', {name: 'Say to the caller'});
    await expect(dashboard.button('Say')).toBeDisabled();
    await words.fill('A colleague will call you back.');
    await dashboard.button('Say').click();
    expect((await relay.reply()).text).toBe('A colleague will call you back.');
    await expect(words).toHaveValue('');
    await expect(dashboard.stepIn).toContainText('Said to the caller.');
    await expect(dashboard.line('supervisor said A colleague will call you back.')).toBeVisible();

    await words.fill('And another thing.');
    await words.press('Enter');
    expect((await relay.reply()).text).toBe('And another thing.');
    await dashboard.inspect('stepping-in');
});

test('keys are pressed with the mouse and on the keyboard', async ({dashboard, calls}) => {
    const relay = await openCall({dashboard, calls});
    await dashboard.button('Keypad').click();
    await dashboard.dialog.getByRole('button', {name: '5', exact: true}).click();
    expect(await relay.next()).toMatchObject({type: 'sendDigits', digits: '5'});
    await dashboard.page.keyboard.press('#');
    expect(await relay.next()).toMatchObject({type: 'sendDigits', digits: '#'});
    await dashboard.inspect('keypad');
    await dashboard.page.keyboard.press('Escape');
    await expect(dashboard.dialog).toBeHidden();
    await expect(dashboard.line('supervisor pressed')).toHaveCount(2);
});

test('a call is ended only when that is confirmed', async ({dashboard, calls}) => {
    const relay = await openCall({dashboard, calls});
    await dashboard.button('End call').click();
    await expect(dashboard.dialog).toContainText('The call from +1 555 010 0123 is cut off at once.');
    await dashboard.inspect('end-dialog');
    await dashboard.page.keyboard.press('Escape');
    await expect(dashboard.dialog).toBeHidden();
    expect(relay.unread).toEqual([]);

    await dashboard.button('End call').click();
    await dashboard.dialog.getByRole('button', {name: 'End call'}).click();
    expect(await relay.next()).toMatchObject({type: 'end'});
    relay.hangUp();
    await expect(dashboard.facts).toContainText('Ended by a supervisor');
    await expect(dashboard.button('Say')).toHaveCount(0);
});

test('a call is transferred to a number that is one', async ({dashboard, calls}) => {
    const relay = await openCall({dashboard, calls});
    await dashboard.button('Transfer').click();
    const number = dashboard.dialog.getByLabel('Phone number');
    await expect(number).toBeFocused();
    await number.fill('555 9999');
    await number.press('Enter');
    await expect(dashboard.dialog).toContainText('A number in international form begins with +');
    expect(relay.unread).toEqual([]);
    await number.fill('+1 (555) 999-9999');
    await dashboard.inspect('transfer-dialog');
    await dashboard.dialog.getByRole('button', {name: 'Transfer to +1 555 999 9999'}).click();
    const {type, handoffData} = await relay.next();
    expect(type).toBe('end');
    expect(handoffData).toContain('+15559999999');
    relay.hangUp();
    await expect(dashboard.line('supervisor transferred to')).toContainText('+1 555 999 9999');
    await expect(dashboard.facts).toContainText('Transferred');
});

test('a transfer by the agent is told with its number', async ({dashboard, calls}) => {
    const callSid = await calls.simulate('transfer');
    await dashboard.openLive(`?callSid=${callSid}`);
    await expect(dashboard.line('Agent transferred to')).toContainText(/\+1[\d\s]+/);
    await expect(dashboard.facts).toContainText('Transferred');
    await calls.areOver();
});

test('what cannot be done says why, and loses nothing', async ({dashboard, calls, phony}) => {
    await openCall({dashboard, calls});
    await dashboard.page.route('**/override/text', (route) => route.abort());
    const words = dashboard.stepIn.getByRole('textbox', {name: 'Say to the caller'});
    await words.fill('Do not lose this.');
    await dashboard.button('Say').click();
    await expect(dashboard.stepIn).toContainText('The server cannot be reached. Nothing was done.');
    await expect(words).toHaveValue('Do not lose this.');
    await dashboard.page.unroute('**/override/text');
    await dashboard.button('Say').click();
    await expect(dashboard.line('Do not lose this.').first()).toBeVisible();
    expect(phony.log.filter(({level}) => level === 'error')).toEqual([]);
});
