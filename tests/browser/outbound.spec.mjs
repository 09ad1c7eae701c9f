// A supervisor has somebody called.
import {FakeTwilioApi} from '../clients/support/fake_twilio_api.mjs';
import {PlacedCall} from '../clients/support/placed_call.mjs';
import {expect, test as base} from './support/fixtures.mjs';

const token = '4b1d0c2e7a9f48318c65d2ee90ab7713';
const publicUrl = 'https://agent.example.net';

const test = base.extend({
    api: async ({server}, use) => {
        await use(await FakeTwilioApi.start(server));
    },
    phony: async ({server, api}, use) => {
        const phony = await server.start({
            TWILIO_ACCOUNT_SID: 'AC91',
            TWILIO_AUTH_TOKEN: token,
            TWILIO_API_BASE_URL: api.url,
            PHONY_PUBLIC_URL: publicUrl,
            PHONY_CALLER_ID: '+18578167225',
        });
        await use(phony);
    },
});

async function order(dashboard) {
    await dashboard.button('Place a call').click();
    const {dialog} = dashboard;
    await dialog.getByRole('textbox', {name: 'Phone number'}).fill('+1 (555) 010-0123');
    await dialog.getByRole('checkbox', {name: 'Whoever is called has agreed to it'}).check();
    await dialog.getByRole('textbox', {name: 'Who has agreed, and how'}).fill('Jane Doe, web form');
}

test('a call is placed, rings, and is given up', async ({dashboard, api, phony}) => {
    await dashboard.openLive();
    await order(dashboard);
    await dashboard.inspect('place-a-call');
    await dashboard.button('Call +1 555 010 0123').click();
    await expect(dashboard.dialog).toBeHidden();
    await expect(dashboard.line('Dialing')).toBeVisible();
    await expect(dashboard.row('+1 555 010 0123')).toContainText('Dialing');

    const [{form}] = api.requests;
    const callSid = new URL(dashboard.page.url()).searchParams.get('callSid') ?? '';
    await new PlacedCall(phony, publicUrl, token, form, callSid).tells('ringing');
    await expect(dashboard.row('+1 555 010 0123')).toContainText('Ringing');
    await expect(dashboard.button('Say')).toBeDisabled();
    await dashboard.inspect('ringing');

    await dashboard.button('End call').click();
    await expect(dashboard.dialog).toContainText('The call to +1 555 010 0123 is given up.');
    await dashboard.dialog.getByRole('button', {name: 'End call'}).click();
    await expect(dashboard.facts).toContainText('Given up before it was answered');
    expect(api.requests.at(-1)?.form.get('Status')).toBe('completed');
});

test('nobody is called who has not agreed, or whom Twilio does not call', async ({dashboard, api}) => {
    await dashboard.openLive();
    await dashboard.button('Place a call').click();
    await dashboard.dialog.getByRole('textbox', {name: 'Phone number'}).fill('+15550100123');
    await dashboard.button('Call +1 555 010 0123').click();
    await expect(dashboard.dialog).toContainText('Nobody is called who has not agreed.');
    expect(api.requests).toEqual([]);
    await dashboard.page.keyboard.press('Escape');
    await expect(dashboard.dialog).toBeHidden();

    api.answer = () => [400, {code: 21211, message: 'No.', status: 400}];
    await order(dashboard);
    await dashboard.button('Call +1 555 010 0123').click();
    await expect(dashboard.dialog.getByRole('alert')).toContainText('the number called is not valid');
    await dashboard.inspect('place-a-call-refused');
});
