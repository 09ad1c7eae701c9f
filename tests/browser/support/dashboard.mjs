import {fileURLToPath} from 'node:url';

import AxeBuilder from '@axe-core/playwright';
import {expect} from '@playwright/test';

const screenshots = fileURLToPath(new URL('../../../build/browser/screenshots/', import.meta.url));

/** What is found here is found by its role and its name, as a person, or a screen reader, finds it. */
export class Dashboard {
    /** @param {import('@playwright/test').Page} page */
    constructor(page, url, calls) {
        this.page = page;
        this.url = url;
        this.calls = calls;
    }

    /** @param {string} query  such as '?callSid=CA123' */
    async open(query = '') {
        await this.page.goto(`${this.url}/dashboard/${query}`);
    }

    async openLive(query = '') {
        await this.open(query);
        await this.isLive();
    }

    async isLive() {
        await expect(this.connection).toHaveText(/^Live/);
    }

    async signIn(token) {
        await this.page.getByLabel('Supervisor token').fill(token);
        await this.page.getByRole('button', {name: 'Sign in'}).click();
    }

    get connection() {
        return this.page.locator('header').getByRole('status');
    }
    get list() {
        return this.page.getByRole('region', {name: 'Calls', exact: true});
    }
    get search() {
        return this.list.getByRole('searchbox', {name: 'Search number, words or call SID'});
    }
    /** The calls of the list; those that are in sight. */
    get rows() {
        return this.list.getByRole('listitem').filter({has: this.page.getByRole('link')});
    }
    row(text) {
        return this.rows.filter({hasText: text});
    }
    async sortBy(order) {
        await this.list.getByRole('radiogroup').getByText(order, {exact: true}).click();
    }

    /** The call that is open. */
    get call() {
        return this.page.getByRole('article');
    }
    /** The facts about the open call, above its transcript. */
    get facts() {
        return this.call.locator('header');
    }
    get transcript() {
        return this.page.getByRole('log', {name: 'Transcript'});
    }
    get lines() {
        return this.transcript.getByRole('listitem');
    }
    /** A line of the transcript, by what stands in it. */
    line(text) {
        return this.transcript.locator('ol > li').filter({hasText: text});
    }
    get question() {
        return this.page.getByRole('region', {name: 'The agent asks'});
    }
    get stepIn() {
        return this.page.getByRole('region', {name: 'Step in'});
    }
    get dialog() {
        return this.page.getByRole('dialog');
    }
    button(name) {
        return this.page.getByRole('button', {name, exact: true});
    }
    async view(name) {
        await this.page.getByRole('navigation').getByRole('link', {name}).click();
    }

    /** Has a simulated caller ring, as a newcomer does. */
    async simulate(scenario, pace = '10 × faster') {
        const button = this.button('Simulate a call');
        if (await button.isVisible()) await button.click();
        await this.page.getByText(pace, {exact: true}).click();
        await this.page.getByRole('button', {name: new RegExp(`^${scenario}`)}).click();
    }

    /** Colours that fade into others are neither, to an eye and to axe. */
    async #isStill() {
        await this.page.evaluate(() =>
            Promise.allSettled(
                document
                    .getAnimations()
                    .filter(({effect}) => effect?.getComputedTiming().endTime !== Infinity)
                    .map(({finished}) => finished),
            ),
        );
    }

    /**
     * What this view looks like in both colour schemes, kept in build/browser/screenshots/, and that
     * axe finds nothing to complain of in either.
     */
    async inspect(name) {
        for (const colorScheme of ['light', 'dark']) {
            await this.page.emulateMedia({colorScheme});
            await this.#isStill();
            await this.page.screenshot({path: `${screenshots}${name}-${colorScheme}.png`});
            const {violations} = await new AxeBuilder({page: this.page}).analyze();
            const found = violations.map(({id, help, nodes}) => ({
                id,
                help,
                where: nodes.map(({html, failureSummary}) => `${html}\n${failureSummary}`),
            }));
            expect(found, `axe, ${name}, ${colorScheme}`).toEqual([]);
        }
        await this.page.emulateMedia({colorScheme: 'light'});
    }
}
