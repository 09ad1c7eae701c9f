import { getActiveCalls, getCall, getHistory } from './api';
import type { Calls } from './calls';

/** How many past calls are looked at: as many as tell how it has been lately. */
const mostCalls = 20;

const asked = new WeakSet<Calls>();

/**
 * The turns of the newest calls, so that the latency view does not begin empty.
 */
export async function addPastTurns(calls: Calls): Promise<void> {
    if (asked.has(calls)) return;
    asked.add(calls);
    try {
        const active = await getActiveCalls();
        const page = await getHistory({ limit: mostCalls });
        for (const { callSid } of [...active.slice(-mostCalls), ...page.calls]) {
            const { latencies } = await getCall(callSid);
            calls.addTurns(
                latencies.map(({ timestamp, ...latency }) => ({ callSid, at: Date.parse(timestamp), latency })),
            );
        }
    } catch {
        // Turns to come will fill the view as well.
    }
}
