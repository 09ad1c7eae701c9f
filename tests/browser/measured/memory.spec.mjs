// A page that is open all day must not grow with the calls that it has seen.
import {loadavg} from 'node:os';

import {eventually} from '../../clients/support/wait.mjs';
import {expect, test} from '../support/fixtures.mjs';

const calls = Number(process.env.PHONY_MEMORY_CALLS ?? 2000);
const atOnce = 20;

/** Bytes that are in use after a forced collection. */
async function heapInUse(session) {
    await session.send('HeapProfiler.collectGarbage');
    await session.send('HeapProfiler.collectGarbage');
    return (await session.send('Runtime.getHeapUsage')).usedSize;
}

/** Simulated callers in a hurry, some at a time. */
async function playCalls(simulation, phony, count) {
    for (let played = 0; played < count; played += atOnce) {
        await eventually(
            () => phony.activeCalls(),
            (active) => active <= atOnce,
            'active calls',
        );
        const some = Array.from({length: Math.min(atOnce, count - played)}, () =>
            simulation.simulate('appointment', {speed: 1000}),
        );
        await Promise.all(some);
    }
    await simulation.areOver();
}

test(`memory is flat over ${calls} simulated calls`, async ({dashboard, calls: simulation, phony}) => {
    test.setTimeout(600_000);
    await dashboard.openLive();
    const session = await dashboard.page.context().newCDPSession(dashboard.page);
    const isQuiet = () =>
        expect(dashboard.page.getByRole('heading', {name: '0 active calls'})).toBeVisible();

    // By then all is there that is kept: the latest 5,000 turns, for the latency view.
    const warmUp = Math.round(calls * 0.7);
    await playCalls(simulation, phony, warmUp);
    await isQuiet();
    const before = await heapInUse(session);
    const begun = Date.now();
    await playCalls(simulation, phony, calls - warmUp);
    await isQuiet();
    const after = await heapInUse(session);

    const megabytes = (bytes) => (bytes / 1e6).toFixed(1);
    const seconds = ((Date.now() - begun) / 1000).toFixed(0);
    console.log(
        `heap after ${warmUp} calls ${megabytes(before)} MB, after ${calls} ${megabytes(after)} MB; ` +
            `${calls - warmUp} calls took ${seconds} s (load of the machine ${loadavg()[0].toFixed(1)})`,
    );
    expect(after - before).toBeLessThan(2e6);
});
