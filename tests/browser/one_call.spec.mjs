// One call, as it happens.
import {never, says} from '../clients/support/fake_openai.mjs';
import {expect, test} from './support/fixtures.mjs';

test.describe('of a call with the built-in model', () => {
    test('its page may be opened before it connects', async ({dashboard, calls}) => {
        await dashboard.openLive('?callSid=CA-soon');
        await expect(dashboard.page.getByText('Waiting for this call to connect')).toBeVisible();
        await dashboard.inspect('call-expected');
        const relay = await calls.dial('CA-soon', {from: '+15550100007'});
        await expect(dashboard.call.getByText('+1 555 010 0007')).toBeVisible();
        relay.prompt('Hello?', false);
        await expect(dashboard.line('Hello?')).toBeVisible();
    });

    test('an address that names no call shows the list', async ({dashboard}) => {
        await dashboard.openLive('?callSid=<b>not a call</b>');
        await expect(dashboard.page.getByText('No calls at the moment')).toBeVisible();
    });

    test('commands stand in line with what was said', async ({dashboard, calls}) => {
        const callSid = await calls.simulate('ivr_navigation');
        await dashboard.openLive(`?callSid=${callSid}`);
        for (const text of ['Agent pressed 1', 'Agent pressed 3', 'Agent pressed 20481632#']) {
            await expect(dashboard.line(text).first()).toBeVisible();
        }
        await expect(dashboard.line('Agent hangs up')).toBeVisible();
        await calls.areOver();
    });

    test('keys that the caller presses are shown', async ({dashboard, calls}) => {
        const relay = await calls.dial('CA-keys');
        await dashboard.openLive('?callSid=CA-keys');
        relay.dtmf('5');
        relay.dtmf('#');
        await expect(dashboard.line('Caller pressed')).toContainText(/5.*#/);
    });

    test('an interruption leaves what was not heard crossed out', async ({dashboard, calls}) => {
        const callSid = await calls.simulate('interruption', {speed: 5});
        await dashboard.openLive(`?callSid=${callSid}`);
        const cut = dashboard.line('Interrupted by the caller');
        await expect(cut).toContainText("I'm happy to explain. We have three plans.");
        await expect(cut.getByRole('deletion')).not.toBeEmpty();
        await expect(dashboard.line('just the cheapest one, please')).toBeVisible();
        await expect(dashboard.line('That is the Basic plan').first()).toBeVisible();
        await calls.areOver();
        await dashboard.inspect('call-interrupted');
    });

    test('each turn says how long the caller waited, and for what', async ({dashboard, calls}) => {
        const callSid = await calls.simulate('appointment');
        await dashboard.openLive(`?callSid=${callSid}`);
        const turn = dashboard.line('half past nine').first();
        await turn.locator('summary').click();
        const stages = turn.getByRole('list', {name: 'Stages of the turn'});
        await expect(stages).toContainText('First token');
        await expect(stages).toContainText(/Speech begins\s*\d/);
        await expect(dashboard.facts).toContainText(/Median first word\s*\d/);
        await calls.areOver();
        await expect(dashboard.facts).toContainText(/Caller’s sentences\s*4/);
    });
});

test.describe('of a model that takes its time', () => {
    test.use({model: {answer: () => says(['Our ', 'shop ', 'opens ', 'at ', 'nine', '.'], {gap: 700})}});

    test('words are shown as they come, on either side', async ({dashboard, calls}) => {
        const relay = await calls.dial('CA-words');
        await dashboard.openLive('?callSid=CA-words');
        relay.prompt('When do you', false);
        await expect(dashboard.line('When do you')).toBeVisible();
        relay.prompt('When do you open?');
        await expect(dashboard.line('When do you')).toHaveCount(1);
        await expect(dashboard.line('When do you open?')).toBeVisible();

        const reply = dashboard.line('Our shop');
        await expect(reply).toBeVisible();
        await expect(reply).not.toContainText('nine');
        await expect(reply).toContainText('Our shop opens at nine.');
        await expect(dashboard.line('Our shop')).toHaveCount(1);
    });
});

test.describe('of a model that says nothing', () => {
    test.use({model: {answer: never}, settings: {PHONY_REPLY_TIMEOUT: '1s'}});

    test('the failure is shown, and that the call goes on', async ({dashboard, calls}) => {
        const relay = await calls.dial('CA-error');
        await dashboard.openLive('?callSid=CA-error');
        relay.prompt('Are you there?');
        await expect(dashboard.line('OPENAI_ERROR').or(dashboard.line('model')).first()).toBeVisible();
        await expect(dashboard.line("I'm sorry, I didn't catch that.").first()).toBeVisible();
        await expect(dashboard.facts).toContainText(/Errors\s*1/);
        await expect(dashboard.row('555')).toContainText('Error');
    });
});
