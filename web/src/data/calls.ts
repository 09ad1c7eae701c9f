import { foldRow, isLive, newRow, rowOf, type CallRow } from '../core/callRow';
import { ServerClock } from '../core/clock';
import { latencyOf } from '../core/callRow';
import { mostTurns, type Turn } from '../core/latencyStats';
import { isCallEvent, type CallEvent } from '../core/messages';
import type { CallStateMessage, ServerMessage } from '../generated/events';
import { getActiveCalls, getHistory } from './api';
import { onNextFrame } from './frames';
import { LiveSocket } from './liveSocket';
import { Store } from './store';

/** How long a call that has ended stays in the list. */
const keepEnded = 20_000;

export type CallsSnapshot = {
    readonly rows: readonly CallRow[];
    /** The server has told of all calls that there are. */
    readonly complete: boolean;
};

const turnKey = ({ callSid, at }: Turn): string => `${callSid}/${at}`;

/** All calls, as /events/ws?callSid=* tells of them. */
export class Calls {
    readonly snapshot = new Store<CallsSnapshot>({ rows: [], complete: false });
    readonly turns = new Store<readonly Turn[]>([]);
    readonly socket: LiveSocket;

    private readonly rows = new Map<string, CallRow>();
    private readonly clocks = new Map<string, ServerClock>();
    private newestClock = new ServerClock();
    private readonly newTurns: Turn[] = [];
    private readonly endings = new Map<string, ReturnType<typeof setTimeout>>();
    private complete = false;
    private readonly publish = onNextFrame(() => {
        this.publishNow();
    });

    constructor(refused: () => void) {
        this.socket = new LiveSocket({
            query: () => new URLSearchParams({ callSid: '*' }),
            message: (message) => {
                this.hear(message);
            },
            opened: () => {
                void this.reconcile();
            },
            refused,
        });
    }

    /** The server's time, as this call has it. */
    now(callSid: string | null = null): number {
        const clock = callSid === null ? undefined : this.clocks.get(callSid);
        return (clock ?? this.newestClock).now(Date.now());
    }

    get(callSid: string): CallRow | undefined {
        return this.rows.get(callSid);
    }

    start(): void {
        this.socket.start();
    }

    stop(): void {
        this.socket.stop();
        for (const timer of this.endings.values()) clearTimeout(timer);
        this.endings.clear();
    }

    hear(message: ServerMessage): void {
        if (message.type === 'call_state') this.hearState(message);
        else if (isCallEvent(message)) this.hearEvent(message);
    }

    /** Turns of before this page was opened, and perhaps of after. */
    addTurns(turns: readonly Turn[]): void {
        const known = new Set([...this.turns.get(), ...this.newTurns].map(turnKey));
        this.newTurns.push(...turns.filter((turn) => !known.has(turnKey(turn))));
        this.publish();
    }

    private hearState(state: CallStateMessage): void {
        const startedAt = Date.parse(state.startedAt);
        if (state.state === 'active')
            this.clockOf(state.callSid).heard(startedAt + state.metrics.call_duration_seconds * 1000, Date.now());
        const known = this.rows.get(state.callSid);
        const fresh = rowOf(state, this.now(state.callSid));
        // What was seen of the call before the connection was lost says more about its last minute.
        const row =
            known?.startedAt === startedAt
                ? { ...fresh, errorAt: known.errorAt, errorText: known.errorText, interruptedAt: known.interruptedAt }
                : fresh;
        this.put(row);
    }

    private hearEvent(event: CallEvent): void {
        const at = Date.parse(event.timestamp);
        const known = this.rows.get(event.callSid);
        const isNew = !known || (event.type === 'call_started' && event.seq === 1);
        if (known && event.seq <= known.seq && !isNew) return;
        if (isNew) this.clocks.delete(event.callSid);
        // A call's beginning is told again to whoever comes later.
        if (event.type !== 'call_started') this.clockOf(event.callSid).heard(at, Date.now());
        if (event.type === 'latency') this.newTurns.push({ callSid: event.callSid, at, latency: latencyOf(event) });
        this.put(foldRow(isNew ? newRow(event.callSid, at) : known, event));
    }

    private clockOf(callSid: string): ServerClock {
        const known = this.clocks.get(callSid);
        if (known) return known;
        this.newestClock = new ServerClock();
        this.clocks.set(callSid, this.newestClock);
        return this.newestClock;
    }

    private put(row: CallRow): void {
        this.rows.set(row.callSid, row);
        clearTimeout(this.endings.get(row.callSid));
        this.endings.delete(row.callSid);
        if (!isLive(row)) this.forgetLater(row.callSid);
        this.publish();
    }

    private forgetLater(callSid: string): void {
        const forget = (): void => {
            this.endings.delete(callSid);
            this.rows.delete(callSid);
            this.clocks.delete(callSid);
            this.publish();
        };
        this.endings.set(callSid, setTimeout(forget, keepEnded));
    }

    /**
     * What ended while nobody was listening: calls that were active as far as this page knew, and of
     * which the server says nothing.
     */
    private async reconcile(): Promise<void> {
        const before = [...this.rows.values()].filter(isLive);
        try {
            const active = new Set((await getActiveCalls()).map(({ callSid }) => callSid));
            this.complete = true;
            const gone = before.filter(({ callSid }) => {
                const row = this.rows.get(callSid);
                return !active.has(callSid) && row !== undefined && isLive(row);
            });
            if (gone.length > 0) await this.tellEnds(gone);
            this.publish();
        } catch {
            // The connection says what is wrong; it will be back, and ask again.
        }
    }

    private async tellEnds(gone: readonly CallRow[]): Promise<void> {
        const { calls } = await getHistory({ limit: 200 });
        const past = new Map(calls.map((call) => [call.callSid, call]));
        for (const row of gone) {
            const known = past.get(row.callSid);
            const now = this.now(row.callSid);
            const { endedAt, endReason } = known ? rowOf(known, now) : row;
            this.put({ ...row, state: 'ended', endedAt: endedAt ?? now, endReason, question: null });
        }
    }

    private publishNow(): void {
        this.snapshot.set({ rows: [...this.rows.values()], complete: this.complete });
        if (this.newTurns.length === 0) return;
        const turns = [...this.turns.get(), ...this.newTurns.splice(0)];
        turns.sort((a, b) => a.at - b.at);
        this.turns.set(turns.slice(-mostTurns));
    }
}
