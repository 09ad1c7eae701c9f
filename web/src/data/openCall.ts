import { CallLog, type CallView } from '../core/callLog';
import { rowOf } from '../core/callRow';
import { isCallEvent } from '../core/messages';
import { viewOfPastCall } from '../core/pastCall';
import type { Call } from '../generated/api';
import type { ServerMessage } from '../generated/events';
import { getCall, RequestError } from './api';
import { onNextFrame } from './frames';
import { LiveSocket } from './liveSocket';
import { Store } from './store';

export type OpenCallState = {
    readonly phase: 'loading' | 'expected' | 'live' | 'past' | 'failed';
    readonly view: CallView | null;
    /** What the history has of it, once it is over: with the audit of who stepped in. */
    readonly record: Call | null;
    readonly error: RequestError | null;
};

/** The call that is open in front of the supervisor: watched as it happens, or read afterwards. */
export class OpenCall {
    readonly callSid: string;
    readonly state = new Store<OpenCallState>({ phase: 'loading', view: null, record: null, error: null });
    readonly socket: LiveSocket;
    private readonly log: CallLog;
    private readonly now: () => number;
    private readonly abort = new AbortController();
    private readonly publish = onNextFrame(() => {
        this.publishNow();
    });

    constructor(callSid: string, now: () => number, refused: () => void) {
        this.callSid = callSid;
        this.now = now;
        this.log = new CallLog(callSid);
        this.socket = new LiveSocket({
            query: () => this.query(),
            message: (message) => {
                this.hear(message);
            },
            opened: (again) => {
                if (again) void this.ask();
            },
            refused,
            closed: (code) => this.closed(code),
        });
    }

    /** Calls that are over need no socket: one would wait for another call under that name. */
    async start(): Promise<void> {
        if (!(await this.ask()) && !this.abort.signal.aborted) this.socket.start();
    }

    stop(): void {
        this.abort.abort();
        this.socket.stop();
    }

    private query(): URLSearchParams {
        const query = new URLSearchParams({ callSid: this.callSid });
        if (this.log.lastSeq > 0) query.set('since', String(this.log.lastSeq));
        return query;
    }

    private hear(message: ServerMessage): void {
        if (message.type === 'truncated') this.log.addGap(message.missed, message.firstSeq);
        else if (isCallEvent(message)) this.log.add(message);
        this.publish();
    }

    /** 1000 says that the call has ended. */
    private closed(code: number): boolean {
        if (code !== 1000) return false;
        void this.readRecord();
        return true;
    }

    /** True when the call is over, and told. */
    private async ask(): Promise<boolean> {
        try {
            const call = await getCall(this.callSid, this.abort.signal);
            if (call.state !== 'ended') return false;
            this.tellEnd(call);
            this.socket.stop();
            return true;
        } catch (error) {
            if (!(error instanceof RequestError)) return false;
            if (error.code === 'CALL_NOT_FOUND') this.expect();
            else if (error.status >= 400 && error.status < 500) this.fail(error);
            return false;
        }
    }

    /** The call is not there yet, or no more: the server keeps us until it comes. */
    private expect(): void {
        if (this.log.lastSeq === 0) this.state.set({ ...this.state.get(), phase: 'expected' });
    }

    private fail(error: RequestError): void {
        this.state.set({ ...this.state.get(), phase: 'failed', error });
    }

    /** The audit of a call that has been watched to its end. It is written moments after that. */
    private async readRecord(): Promise<void> {
        for (let attempt = 1; attempt <= 5 && !this.abort.signal.aborted; ++attempt) {
            const call = await getCall(this.callSid, this.abort.signal).catch(() => null);
            if (call?.state === 'ended') {
                this.tellEnd(call);
                return;
            }
            await new Promise((resolve) => setTimeout(resolve, attempt * 200));
        }
    }

    private tellEnd(call: Call): void {
        const seen = this.log.lastSeq > 0;
        if (seen) this.log.addEnd(rowOf(call, this.now()));
        const view = seen ? this.log.view() : viewOfPastCall(call, this.now());
        this.state.set({ phase: 'past', view, record: call, error: null });
    }

    private publishNow(): void {
        if (this.log.lastSeq === 0) return;
        const { record } = this.state.get();
        const view = this.log.view();
        const phase = view.row.state === 'ended' ? 'past' : 'live';
        this.state.set({ phase, view, record, error: null });
    }
}
