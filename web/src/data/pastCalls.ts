import type { CallSummary } from '../generated/api';
import { getHistory, type HistoryQuery } from './api';
import { Store } from './store';

/** As it is written into the fields: days of the supervisor's own calendar. */
export type HistoryFilter = { number: string; words: string; from: string; to: string };

export type PastCallsState = {
    readonly calls: readonly CallSummary[];
    /** Null on the last page. */
    readonly nextCursor: string | null;
    readonly busy: boolean;
    readonly error: unknown;
    readonly filtered: boolean;
};

const perPage = 50;

/** The beginning of a day, or of the one after it, here. */
function startOf(day: string, after = 0): string {
    const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
    return new Date(year, month - 1, date + after).toISOString();
}

function queryOf({ number, words, from, to }: HistoryFilter): HistoryQuery {
    return {
        number: number.replace(/\D/g, ''),
        text: words.trim(),
        from: from && startOf(from),
        // "Until Friday" includes Friday.
        to: to && startOf(to, 1),
    };
}

/** A search in the history, page by page. A newer search replaces one that is not answered yet. */
export class PastCalls {
    readonly state = new Store<PastCallsState>({
        calls: [],
        nextCursor: null,
        busy: false,
        error: null,
        filtered: false,
    });
    private query: HistoryQuery = {};
    private abort = new AbortController();

    async search(filter: HistoryFilter): Promise<void> {
        this.query = queryOf(filter);
        const filtered = Object.values(this.query).some(Boolean);
        this.state.set({ calls: [], nextCursor: null, busy: false, error: null, filtered });
        await this.more();
    }

    async more(): Promise<void> {
        this.abort.abort();
        const abort = new AbortController();
        this.abort = abort;
        const before = this.state.get();
        this.state.set({ ...before, busy: true, error: null });
        try {
            const page = await getHistory(
                { ...this.query, limit: perPage, cursor: before.nextCursor ?? '' },
                abort.signal,
            );
            const calls = [...before.calls, ...page.calls];
            this.state.set({ ...before, calls, nextCursor: page.nextCursor, busy: false, error: null });
        } catch (error) {
            if (!abort.signal.aborted) this.state.set({ ...before, busy: false, error });
        }
    }

    stop(): void {
        this.abort.abort();
    }
}
