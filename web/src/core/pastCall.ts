import type { Call, Latency } from '../generated/api';
import { oneGo, type CallView } from './callLog';
import { rowOf } from './callRow';
import type { AgentLine, Entry } from './transcript';

function lines(call: Call): Entry[] {
    return call.transcript.map((line, index): Entry => {
        const about = { key: `line-${index}`, at: Date.parse(line.timestamp) };
        if (line.speaker === 'caller') return { ...about, kind: 'caller', text: line.text, interim: false };
        if (line.speaker === 'supervisor')
            return { ...about, kind: 'supervisor', action: 'text', value: line.text, supervisor: '', refused: null };
        const state = line.interrupted ? 'interrupted' : 'complete';
        return { ...about, kind: 'agent', turn: 0, text: line.text, unheard: '', state, latency: null };
    });
}

function commands(call: Call): Entry[] {
    return call.commands.map((command, index) => ({
        key: `command-${index}`,
        at: Date.parse(command.timestamp),
        kind: 'command',
        command: command.command,
        value: command.value,
        rejected: command.rejected,
    }));
}

/** What was said is in the transcript already, so that of these only its author is of use. */
function interventions(call: Call): Entry[] {
    return call.overrides.map((override, index) => ({
        key: `override-${index}`,
        at: Date.parse(override.timestamp),
        kind: 'supervisor',
        action: override.action,
        value: override.value,
        supervisor: override.supervisor,
        refused: override.outcome === 'accepted' ? null : override.reason || override.outcome,
    }));
}

/** A supervisor's words are in the transcript and among the interventions: the latter say whose. */
function withoutRepeats(entries: Entry[]): Entry[] {
    const said = new Set<string>();
    for (const entry of entries)
        if (entry.kind === 'supervisor' && entry.supervisor && entry.action === 'text' && !entry.refused)
            said.add(entry.value);
    return entries.filter((entry) => entry.kind !== 'supervisor' || entry.supervisor || !said.has(entry.value));
}

/** Keys of one go are one line, as they are in a call that is watched. */
function keys(call: Call): Entry[] {
    const found: Extract<Entry, { kind: 'keys' }>[] = [];
    call.keys.forEach((key, index) => {
        const at = Date.parse(key.timestamp);
        const last = found.at(-1);
        if (last && at - last.at < oneGo) found[found.length - 1] = { ...last, at, digits: last.digits + key.digit };
        else found.push({ key: `key-${index}`, at, kind: 'keys', digits: key.digit });
    });
    return found;
}

/**
 * The history does not say which line belongs to which turn. A turn's account is written when the
 * turn is over, so that it belongs to the newest line of the agent's before it.
 */
function withLatencies(entries: Entry[], latencies: Call['latencies']): Entry[] {
    for (const { timestamp, ...latency } of latencies) {
        const at = Date.parse(timestamp);
        const begun = at - latency.total_ms;
        const place = entries.findLastIndex(
            (entry) => entry.kind === 'agent' && entry.latency === null && entry.at >= begun && entry.at <= at,
        );
        const line = entries[place];
        if (line?.kind === 'agent') entries[place] = { ...line, turn: latency.turn, latency } satisfies AgentLine;
        else entries.push({ key: `turn-${latency.turn}`, at, kind: 'turn', latency });
    }
    return entries.sort((a, b) => a.at - b.at);
}

/** A call of the history, told as if it had been watched. */
export function viewOfPastCall(call: Call, now: number): CallView {
    const row = rowOf(call, now);
    const said = [...lines(call), ...commands(call), ...interventions(call), ...keys(call)];
    const entries = withLatencies(
        withoutRepeats(said).sort((a, b) => a.at - b.at),
        call.latencies,
    );
    const connected = row.direction !== 'outbound-api' || row.metrics.call_duration_seconds > 0;
    entries.unshift({ kind: 'started', key: 'start', at: row.startedAt, state: connected ? 'active' : 'dialing' });
    if (row.state === 'ended' && row.endedAt !== null)
        entries.push({ kind: 'ended', key: 'end', at: row.endedAt, reason: row.endReason ?? '' });
    return { row, entries, latencies: call.latencies.map(({ timestamp, ...latency }): Latency => latency) };
}
