import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

import { themeCss } from './themeCss.ts';

// Where `npm run dev` finds the API: a Phony that runs beside it.
const server = process.env.PHONY_URL ?? 'http://127.0.0.1:24187';

// Phony accepts requests of its own pages: to it the proxy has to look like one of them.
const api = { target: server, changeOrigin: true, headers: { origin: server } };

export default defineConfig({
    base: '/dashboard/',
    plugins: [react(), themeCss()],
    build: {
        // Its parts that are needed at once are one file: on a fresh visit that is one wait.
        chunkSizeWarningLimit: 700,
        target: 'es2023',
        // Everything is a file of its own: data: URLs would widen the Content-Security-Policy.
        assetsInlineLimit: 0,
        // Its preload helper is only needed for browsers older than the target.
        modulePreload: { polyfill: false },
    },
    server: {
        proxy: {
            '/events/ws': { ...api, ws: true },
            '/listen/ws': { ...api, ws: true },
            '/calls': api,
            '/history': api,
            '/override': api,
            '/session': api,
            '/healthz': api,
            '/readyz': api,
            '/test': api,
            '/asyncapi.json': api,
        },
    },
    test: {
        restoreMocks: true,
        projects: [
            {
                extends: true,
                test: { name: 'core', environment: 'node', include: ['src/core/**/*.test.ts'] },
            },
            {
                extends: true,
                test: {
                    name: 'page',
                    environment: 'jsdom',
                    setupFiles: ['src/test/setup.ts'],
                    include: ['src/{data,components}/**/*.test.{ts,tsx}'],
                    // Machines that test are busy ones.
                    testTimeout: 30_000,
                },
            },
        ],
    },
});
