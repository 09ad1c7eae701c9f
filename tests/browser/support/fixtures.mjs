import {expect, test as base} from '@playwright/test';

import {FakeOpenAi} from '../../clients/support/fake_openai.mjs';
import {Phony} from '../../clients/support/phony.mjs';
import {Calls} from './calls.mjs';
import {Dashboard} from './dashboard.mjs';

export {expect};

/** What a browser logs by itself when a server is gone or says no. */
const ofTheNetwork = /^Failed to load resource|WebSocket connection to .* failed/;

/** What ends with a test, newest first, as node:test's `t.after` has it for the shared harness. */
class Closing {
    #steps = [];
    after(step) {
        this.#steps.unshift(step);
    }
    async all() {
        for (const step of this.#steps) await step();
    }
}

/** A page that must not complain: no exception, no error in the console, nothing that the policy refused. */
function watch(page) {
    const complaints = [];
    page.on('pageerror', (error) => complaints.push(String(error.stack ?? error)));
    page.on('console', (message) => {
        if (message.type() === 'error' && !ofTheNetwork.test(message.text())) {
            complaints.push(message.text());
        }
    });
    return complaints;
}

/**
 * Every test has a server of its own, whose `settings` it may choose, and a browser that is signed in
 * nowhere:
 *
 *     test.use({settings: {PHONY_SUPERVISOR_TOKENS: 'ada:…'}});
 *     test('…', async ({phony, calls, dashboard}) => { … });
 */
export const test = base.extend({
    settings: [{}, {option: true}],
    /** {answer: …} of fake_openai.mjs's; without one the built-in model speaks. */
    model: [{}, {option: true}],

    server: async ({settings, model}, use) => {
        const closing = new Closing();
        try {
            const fake = model.answer && (await FakeOpenAi.start(closing, model.answer));
            const start = (more = {}) =>
                Phony.start(closing, {
                    ...(fake ? {OPENAI_BASE_URL: fake.baseUrl} : {}),
                    ...settings,
                    ...more,
                });
            await use({start, after: (step) => closing.after(step)});
        } finally {
            await closing.all();
        }
    },

    phony: async ({server}, use) => {
        await use(await server.start());
    },

    /** What happens on the telephone. */
    calls: async ({phony, settings}, use) => {
        const calls = new Calls(phony, settings.PHONY_SUPERVISOR_TOKENS);
        try {
            await use(calls);
        } finally {
            await calls.endAll();
        }
    },

    /** A supervisor at a screen. */
    dashboard: async ({page, phony, calls}, use) => {
        const complaints = watch(page);
        await use(new Dashboard(page, phony.url, calls));
        await page.close();
        expect(complaints).toEqual([]);
    },

    /** Another supervisor, at another screen. */
    colleague: async ({browser, phony, calls, contextOptions}, use) => {
        const context = await browser.newContext(contextOptions);
        const page = await context.newPage();
        const complaints = watch(page);
        await use(new Dashboard(page, phony.url, calls));
        await context.close();
        expect(complaints).toEqual([]);
    },
});
