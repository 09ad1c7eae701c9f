import {fileURLToPath} from 'node:url';

import {defineConfig} from '@playwright/test';

const artefacts = fileURLToPath(new URL('../../build/browser/', import.meta.url));

export default defineConfig({
    reporter: [['list'], ['html', {outputFolder: `${artefacts}report`, open: 'never'}]],
    forbidOnly: Boolean(process.env.CI),
    // A server of its own for each test; generous, because test machines are busy.
    fullyParallel: true,
    workers: 2,
    timeout: 90_000,
    expect: {timeout: 20_000},
    // Reported as flaky: a virtual machine that is stopped for half a second is no bug of a page's.
    retries: 1,
    use: {
        viewport: {width: 1280, height: 800},
        colorScheme: 'light',
        locale: 'en-US',
        timezoneId: 'UTC',
        contextOptions: {reducedMotion: 'reduce'},
        trace: 'retain-on-failure',
        launchOptions: {
            executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
            args: [
                '--no-sandbox',
                '--disable-gpu',
                '--disable-quic',
                '--no-first-run',
                '--disable-background-networking',
                '--disable-component-update',
                '--disable-sync',
            ],
        },
    },
    projects: [
        {
            name: 'used',
            testMatch: '*.spec.mjs',
            testIgnore: 'measured/**',
            outputDir: `${artefacts}failed`,
        },
        // One at a time, because they measure; without what would be measured, too.
        {
            name: 'measured',
            testMatch: 'measured/*.spec.mjs',
            outputDir: `${artefacts}failed-measured`,
            fullyParallel: false,
            timeout: 240_000,
            use: {trace: 'off'},
        },
    ],
});
