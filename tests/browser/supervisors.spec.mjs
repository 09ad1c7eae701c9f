// Who may watch, and two who do.
import {expect, test} from './support/fixtures.mjs';

const ada = 'ada-0123456789abcdef0123456789abcdef';
const ben = 'ben-0123456789abcdef0123456789abcdef';
test.use({settings: {PHONY_SUPERVISOR_TOKENS: `ada:${ada},ben:${ben}`}});

test('a token signs in, and signing out forgets it', async ({dashboard}) => {
    await dashboard.open();
    await expect(dashboard.page.getByRole('heading', {name: 'Sign in to Phony'})).toBeVisible();
    await dashboard.inspect('sign-in');
    await dashboard.signIn('not a token');
    await expect(dashboard.page.getByText('No supervisor has this token.')).toBeVisible();
    await dashboard.inspect('sign-in-refused');

    await dashboard.signIn(ada);
    await dashboard.isLive();
    await dashboard.page.reload();
    await dashboard.isLive();
    await dashboard.button('Signed in as ada').click();
    await dashboard.page.getByRole('menuitem', {name: 'Sign out'}).click();
    await expect(dashboard.page.getByLabel('Supervisor token')).toBeVisible();
    await dashboard.page.reload();
    await expect(dashboard.page.getByLabel('Supervisor token')).toBeVisible();
});

test('a session that ends while one works asks for the token, and goes on where it was', async ({
    dashboard,
    calls,
    context,
}) => {
    const relay = await calls.dial('CA-1');
    await dashboard.open('?callSid=CA-1');
    await dashboard.signIn(ada);
    await expect(dashboard.stepIn).toBeVisible();
    await context.clearCookies();
    await dashboard.stepIn.getByRole('textbox', {name: 'Say to the caller'}).fill('Hello');
    await dashboard.button('Say').click();
    await expect(dashboard.page.getByText('Your session has ended. Sign in again')).toBeVisible();
    expect(relay.unread).toEqual([]);
    await dashboard.inspect('session-expired');
    await dashboard.signIn(ada);
    await expect(dashboard.call).toContainText('CA-1');
});

test('two supervisors see what each other does, with names', async ({dashboard, colleague, calls}) => {
    const relay = await calls.dial('CA-1', {from: '+15550100123'});
    for (const [supervisor, token] of [
        [dashboard, ada],
        [colleague, ben],
    ]) {
        await supervisor.open('?callSid=CA-1');
        await supervisor.signIn(token);
        await expect(supervisor.stepIn).toBeVisible();
    }

    await dashboard.stepIn.getByRole('textbox', {name: 'Say to the caller'}).fill('This is Ada.');
    await dashboard.button('Say').click();
    await expect(colleague.line('ada said This is Ada.')).toHaveCount(1);
    await expect(dashboard.line('ada said This is Ada.')).toHaveCount(1);

    relay.prompt("Hi, I'm at the door of the apartment I rented, and the code doesn't work.");
    for (const supervisor of [dashboard, colleague]) await expect(supervisor.question).toBeVisible();
    await colleague.question.getByLabel('Your answer').fill('7 3 0 5');
    await colleague.question.getByRole('button', {name: 'Answer'}).click();
    await expect(dashboard.question).toBeHidden();
    await expect(dashboard.line('ben answered 7 3 0 5')).toHaveCount(1);

    await colleague.button('End call').click();
    await colleague.dialog.getByRole('button', {name: 'End call'}).click();
    relay.hangUp();
    await expect(dashboard.facts).toContainText('Ended by a supervisor');
    await expect(dashboard.line('ben ended the call')).toHaveCount(1);
});

test('who answers second is told that the question is answered', async ({dashboard, calls}) => {
    const relay = await calls.dial('CA-1');
    await dashboard.open('?callSid=CA-1');
    await dashboard.signIn(ada);
    await expect(dashboard.stepIn).toBeVisible();
    relay.prompt("Hi, I'm at the door of the apartment I rented, and the code doesn't work.");
    await dashboard.question.getByLabel('Your answer').fill('7 3 0 5');
    // The answer of somebody else arrives first, and its event last.
    await dashboard.page.route('**/override/clarification', async (route) => {
        await calls.override('clarification', {callSid: 'CA-1', response: 'Eight.'});
        await route.continue();
    });
    await dashboard.question.getByRole('button', {name: 'Answer'}).click();
    await expect(dashboard.line('ada answered Eight.')).toBeVisible();
    await expect(dashboard.line('7 3 0 5').filter({hasText: 'answered'})).toHaveCount(0);
});
