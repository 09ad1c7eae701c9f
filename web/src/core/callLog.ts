import type { Latency } from '../generated/api';
import type {
    AssistantReplyMessage,
    AssistantTokenMessage,
    DtmfMessage,
    InterruptedMessage,
    LatencyMessage,
    TranscriptMessage,
} from '../generated/events';
import { foldRow, latencyOf, newRow, type CallRow } from './callRow';
import { splitHeard } from './heard';
import type { CallEvent } from './messages';
import type { AgentLine, Entry } from './transcript';

export type CallView = {
    readonly row: CallRow;
    readonly entries: readonly Entry[];
    readonly latencies: readonly Latency[];
};

/** Keys that are pressed in one go are one line. */
export const oneGo = 3000;

/**
 * One call, told by its events. It is fed with each of them and asked for a view once a frame. An
 * entry that has not changed is the same object in the next view.
 */
export class CallLog {
    private row: CallRow;
    private entries: Entry[] = [];
    private latencies: Latency[] = [];
    /** Where the line of a turn is. */
    private readonly turns = new Map<number, number>();
    private interim: number | null = null;
    private startedAt: string | null = null;

    private readonly callSid: string;

    constructor(callSid: string) {
        this.callSid = callSid;
        this.row = newRow(callSid, 0);
    }

    get lastSeq(): number {
        return this.row.seq;
    }

    /** False when it is known already. */
    add(event: CallEvent): boolean {
        if (event.type === 'call_started' && event.seq === 1 && event.timestamp !== this.startedAt) this.restart();
        if (event.seq <= this.row.seq) return false;
        if (event.type === 'call_started') {
            this.startedAt ??= event.timestamp;
            if (this.row.startedAt === 0) this.row = { ...this.row, startedAt: Date.parse(event.timestamp) };
        }
        this.row = foldRow(this.row, event);
        this.tell(event);
        return true;
    }

    /** Events that the server no longer has. */
    addGap(missed: number, firstSeq: number): void {
        const at = this.entries.at(-1)?.at ?? 0;
        this.entries.push({ kind: 'gap', key: `gap-${firstSeq}`, at, missed });
    }

    /** The call is over, and nobody was there to hear it said. */
    addEnd(row: CallRow): void {
        if (this.row.state === 'ended') return;
        const at = row.endedAt ?? Date.now();
        this.row = { ...row, seq: this.row.seq, latency: this.row.latency };
        this.settle();
        const reason = row.endReason ?? '';
        const last = this.entries.at(-1);
        if (last?.kind !== 'ended' || last.reason !== reason) this.entries.push({ kind: 'ended', key: 'end', at, reason });
    }

    view(): CallView {
        return { row: this.row, entries: [...this.entries], latencies: [...this.latencies] };
    }

    /** Another call under the same name: what was is over. */
    private restart(): void {
        if (this.row.seq === 0) return;
        this.row = newRow(this.callSid, 0);
        this.entries = [];
        this.latencies = [];
        this.turns.clear();
        this.interim = null;
        this.startedAt = null;
    }

    private tell(event: CallEvent): void {
        const about = { key: String(event.seq), at: Date.parse(event.timestamp) };
        switch (event.type) {
            case 'call_started':
                this.entries.push({ ...about, kind: 'started', state: event.state ?? 'active' });
                return;
            case 'call_ended':
                this.settle();
                this.entries.push({ ...about, kind: 'ended', reason: event.reason });
                return;
            case 'transcript':
                this.tellCaller(event, about);
                return;
            case 'assistant_token':
                this.tellToken(event, about);
                return;
            case 'assistant_reply':
                this.tellReply(event, about);
                return;
            case 'interrupted':
                this.tellInterruption(event, about);
                return;
            case 'latency':
                this.tellLatency(event, about);
                return;
            case 'command_executed':
                // Its question comes as an event of its own, which says more.
                if (event.command === 'request_user') return;
                this.entries.push({
                    ...about,
                    kind: 'command',
                    command: event.command,
                    value: event.value,
                    rejected: null,
                });
                return;
            case 'command_rejected':
                this.entries.push({
                    ...about,
                    kind: 'command',
                    command: event.command,
                    value: event.value,
                    rejected: event.reason,
                });
                return;
            case 'supervisor_override': {
                const { action, value, supervisor } = event;
                if (action === 'clarification') this.answerQuestion();
                this.entries.push({ ...about, kind: 'supervisor', action, value, supervisor, refused: null });
                return;
            }
            case 'dtmf':
                this.tellKey(event, about);
                return;
            case 'clarification_requested': {
                const expiresAt = about.at + event.expires_in_seconds * 1000;
                this.entries.push({ ...about, kind: 'question', prompt: event.prompt, expiresAt, answered: false });
                return;
            }
            case 'error':
                this.entries.push({ ...about, kind: 'error', code: event.code, message: event.message });
        }
    }

    /** Interim words are replaced by better ones, and at last by the sentence. */
    private tellCaller(event: TranscriptMessage, about: { key: string; at: number }): void {
        const interim = event.final === false;
        const place = this.interim ?? this.entries.length;
        const key = this.entries[place]?.key ?? about.key;
        this.entries[place] = { kind: 'caller', key, at: about.at, text: event.text, interim };
        this.interim = interim ? place : null;
    }

    private lineOf(turn: number): [number, AgentLine] | null {
        const place = this.turns.get(turn);
        const line = place === undefined ? undefined : this.entries[place];
        return place !== undefined && line?.kind === 'agent' ? [place, line] : null;
    }

    private addLine(turn: number, line: Omit<AgentLine, 'kind' | 'turn' | 'latency' | 'unheard'>): void {
        this.turns.set(turn, this.entries.length);
        this.entries.push({ kind: 'agent', turn, latency: null, unheard: '', ...line });
    }

    private tellToken(event: AssistantTokenMessage, about: { key: string; at: number }): void {
        const found = this.lineOf(event.turn);
        if (found && (event.turn > 0 || found[1].state === 'streaming')) {
            const [place, line] = found;
            this.entries[place] = { ...line, text: line.text + event.text, state: 'streaming' };
        } else {
            this.addLine(event.turn, { ...about, text: event.text, state: 'streaming' });
        }
    }

    private tellReply(event: AssistantReplyMessage, about: { key: string; at: number }): void {
        const found = this.lineOf(event.turn);
        if (found?.[1].state === 'streaming') {
            const [place, line] = found;
            this.entries[place] = { ...line, text: event.text, state: 'complete' };
        } else if (event.text.trim() && (!found || event.turn === 0)) {
            this.addLine(event.turn, { ...about, text: event.text, state: 'complete' });
        }
    }

    private tellInterruption(event: InterruptedMessage, about: { key: string; at: number }): void {
        const found = this.lineOf(event.turn);
        if (found) {
            const [place, line] = found;
            const { heard, unheard } = splitHeard(line.text + line.unheard, event.heard);
            this.entries[place] = { ...line, text: heard, unheard, state: 'interrupted', cutBy: event.by };
        } else if (event.heard.trim()) {
            this.addLine(event.turn, { ...about, text: event.heard, state: 'interrupted', cutBy: event.by });
        }
    }

    private tellLatency(event: LatencyMessage, about: { key: string; at: number }): void {
        const latency = latencyOf(event);
        this.latencies.push(latency);
        const found = this.lineOf(event.turn);
        if (!found) {
            this.entries.push({ ...about, kind: 'turn', latency });
            return;
        }
        const [place, line] = found;
        // The turn is over: a reply that was replaced gets no other farewell.
        const state = line.state === 'streaming' && !event.interrupted ? 'complete' : line.state;
        this.entries[place] = { ...line, latency, state };
    }

    private tellKey(event: DtmfMessage, about: { key: string; at: number }): void {
        const place = this.entries.length - 1;
        const last = this.entries[place];
        if (last?.kind === 'keys' && about.at - last.at < oneGo)
            this.entries[place] = { ...last, at: about.at, digits: last.digits + event.digit };
        else this.entries.push({ ...about, kind: 'keys', digits: event.digit });
    }

    private answerQuestion(): void {
        const place = this.entries.findLastIndex((entry) => entry.kind === 'question');
        const question = this.entries[place];
        if (question?.kind === 'question') this.entries[place] = { ...question, answered: true };
    }

    /** Nothing streams any more when the call is over. */
    private settle(): void {
        this.interim = null;
        this.entries.forEach((entry, place) => {
            if (entry.kind === 'agent' && entry.state === 'streaming')
                this.entries[place] = { ...entry, state: 'complete' };
        });
    }
}
