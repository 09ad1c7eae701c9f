import { activityOf, pendingQuestion, type CallRow } from './callRow';

export type TroubleKind = 'question' | 'lost' | 'silence' | 'error' | 'slow' | 'interruption';

export type Trouble = {
    readonly kind: TroubleKind;
    readonly severity: 'critical' | 'warning' | 'notice';
    readonly since: number;
};

/** When things begin to be worth a supervisor's attention. Milliseconds. */
export const thresholds = {
    /** Nobody speaks: callers ask "hello?" after about this long. */
    silence: 12_000,
    longSilence: 30_000,
    /** The caller waits for the agent's first word. */
    slowTurn: 2_000,
    verySlowTurn: 4_000,
    /** An error or an interruption is news for so long. */
    recent: 60_000,
    manyInterruptions: 3,
} as const;

/** What comes first is the worst of a call. */
const rank: Record<TroubleKind, number> = {
    question: 0,
    silence: 1,
    lost: 2,
    error: 3,
    slow: 4,
    interruption: 5,
};

function silenceOf(row: CallRow, now: number): Trouble | null {
    const since = row.quietSince;
    const silent = now - since;
    if (row.state !== 'active' || silent < thresholds.silence) return null;
    if (activityOf(row, now) === 'caller_speaking') return null;
    return { kind: 'silence', severity: silent >= thresholds.longSilence ? 'critical' : 'warning', since };
}

function slowTurnOf(row: CallRow): Trouble | null {
    const heardAfter = row.latency?.first_audio_playback_ms;
    if (heardAfter === undefined || heardAfter < thresholds.slowTurn) return null;
    const severity = heardAfter >= thresholds.verySlowTurn ? 'warning' : 'notice';
    return { kind: 'slow', severity, since: row.quietSince };
}

function isRecent(at: number | null, now: number): at is number {
    return at !== null && now - at < thresholds.recent;
}

/** What is wrong with a call, the worst first. */
export function troublesOf(row: CallRow, now: number): Trouble[] {
    if (row.state === 'ended') return [];
    const found: (Trouble | null)[] = [];
    const question = pendingQuestion(row, now);
    if (question) found.push({ kind: 'question', severity: 'critical', since: question.expiresAt });
    if (row.state === 'lost') found.push({ kind: 'lost', severity: 'warning', since: row.endedAt ?? now });
    found.push(silenceOf(row, now));
    if (isRecent(row.errorAt, now)) found.push({ kind: 'error', severity: 'warning', since: row.errorAt });
    found.push(slowTurnOf(row));
    if (row.interruptions >= thresholds.manyInterruptions && isRecent(row.interruptedAt, now))
        found.push({ kind: 'interruption', severity: 'notice', since: row.interruptedAt });
    return found.filter((trouble) => trouble !== null).sort((a, b) => rank[a.kind] - rank[b.kind]);
}

/** One number a call: what ranks before is worse. Calls without trouble come next, the ended last. */
function weight(row: CallRow, now: number): number {
    if (row.state === 'ended') return 100;
    const [worst] = troublesOf(row, now);
    return worst ? rank[worst.kind] : 50;
}

export type SortOrder = 'trouble' | 'newest' | 'longest';

/**
 * Within one weight the older call comes first: it moves only when its trouble changes, so that
 * nothing jumps under the hand that is about to press it. `now` is the time as a call has it.
 */
export function sortRows(rows: readonly CallRow[], order: SortOrder, now: (row: CallRow) => number): CallRow[] {
    const sorted = rows.map((row) => ({ row, weight: weight(row, now(row)) }));
    sorted.sort((a, b) => {
        if (order === 'trouble' && a.weight !== b.weight) return a.weight - b.weight;
        if (order !== 'trouble') {
            const ended = Number(a.row.state === 'ended') - Number(b.row.state === 'ended');
            if (ended !== 0) return ended;
        }
        const age = a.row.startedAt - b.row.startedAt || (a.row.callSid < b.row.callSid ? -1 : 1);
        return order === 'newest' ? -age : age;
    });
    return sorted.map(({ row }) => row);
}

/** Digits of a number, part of a call SID, or words that were said last. */
export function matches(row: CallRow, search: string): boolean {
    const wanted = search.trim().toLowerCase();
    if (!wanted) return true;
    const digits = wanted.replace(/[\s().+-]/g, '');
    if (/^\d+$/.test(digits) && `${row.from} ${row.to}`.replace(/[\s().+-]/g, '').includes(digits)) return true;
    const text = [row.callSid, row.callerText, row.agentText, row.question?.prompt ?? ''].join('\n');
    return text.toLowerCase().includes(wanted);
}
