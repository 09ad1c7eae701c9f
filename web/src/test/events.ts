import type { CallEvent } from '../core/messages';
import type { InterruptedMessage } from '../generated/events';

type Fields<Type extends CallEvent['type']> = Omit<
    Extract<CallEvent, { type: Type }>,
    'type' | 'callSid' | 'seq' | 'timestamp'
>;

export const begin = Date.parse('2026-03-09T10:00:00.000Z');

/** Writes the events of a call, numbered and a second apart. */
export class Script {
    readonly events: CallEvent[] = [];
    private seq = 0;
    private at = begin;
    private readonly callSid: string;

    constructor(callSid = 'CA1') {
        this.callSid = callSid;
    }

    wait(milliseconds: number): this {
        this.at += milliseconds;
        return this;
    }

    tell<Type extends CallEvent['type']>(type: Type, fields: Fields<Type>): this {
        const timestamp = new Date(this.at).toISOString();
        const event: unknown = { type, callSid: this.callSid, ...fields, timestamp, seq: ++this.seq };
        this.events.push(event as CallEvent);
        this.at += 1000;
        return this;
    }

    starts(): this {
        return this.tell('call_started', {
            from: '+15551234567',
            to: '+18578167225',
            direction: 'inbound',
            audio: false,
        });
    }
    places(state: 'dialing' | 'ringing'): this {
        return this.tell('call_started', {
            from: '+18578167225',
            to: '+15551234567',
            direction: 'outbound-api',
            audio: false,
            state,
        });
    }
    caller(text: string): this {
        return this.tell('transcript', { speaker: 'caller', text });
    }
    interim(text: string): this {
        return this.tell('transcript', { speaker: 'caller', text, final: false });
    }
    token(turn: number, text: string): this {
        return this.tell('assistant_token', { turn, text });
    }
    reply(turn: number, text: string): this {
        return this.tell('assistant_reply', { turn, text });
    }
    heardOnly(turn: number, heard: string, by: InterruptedMessage['by'] = 'caller'): this {
        return this.tell('interrupted', { turn, heard, by });
    }
    latency(turn: number, first_audio_playback_ms?: number): this {
        return this.tell('latency', {
            turn,
            stages: [],
            total_ms: 0,
            interrupted: false,
            failed: false,
            ...(first_audio_playback_ms === undefined ? {} : { first_audio_playback_ms }),
        });
    }
    asks(prompt: string, expires_in_seconds = 60): this {
        return this.tell('clarification_requested', { prompt, expires_in_seconds });
    }
    stepsIn(action: 'text' | 'dtmf' | 'end' | 'transfer' | 'clarification', value = ''): this {
        return this.tell('supervisor_override', { action, value, supervisor: 'ada' });
    }
    ends(reason = 'hung_up'): this {
        return this.tell('call_ended', {
            reason,
            call_duration_seconds: 12,
            transcript_count: 3,
            command_count: 1,
            override_count: 0,
        });
    }
}
