import type { Latency } from '../generated/api';
import type { InterruptedMessage, SupervisorOverrideMessage } from '../generated/events';

type At = { readonly key: string; readonly at: number };

export type CallerLine = At & { readonly kind: 'caller'; readonly text: string; readonly interim: boolean };

export type AgentLine = At & {
    readonly kind: 'agent';
    readonly turn: number;
    readonly text: string;
    /** What was written behind `text` and never reached the caller. */
    readonly unheard: string;
    readonly state: 'streaming' | 'complete' | 'interrupted';
    /** Who interrupted it, while that is known. */
    readonly cutBy?: InterruptedMessage['by'];
    readonly latency: Latency | null;
};

export type SupervisorLine = At & {
    readonly kind: 'supervisor';
    readonly action: SupervisorOverrideMessage['action'] | 'place_call';
    readonly value: string;
    readonly supervisor: string;
    /** Only what was refused says so. */
    readonly refused: string | null;
};

export type QuestionLine = At & {
    readonly kind: 'question';
    readonly prompt: string;
    readonly expiresAt: number;
    readonly answered: boolean;
};

export type Entry =
    | CallerLine
    | AgentLine
    | SupervisorLine
    | QuestionLine
    | (At & {
          readonly kind: 'command';
          readonly command: string;
          readonly value: string;
          readonly rejected: string | null;
      })
    | (At & { readonly kind: 'keys'; readonly digits: string })
    | (At & { readonly kind: 'error'; readonly code: string; readonly message: string })
    /** A turn of which no word is known. */
    | (At & { readonly kind: 'turn'; readonly latency: Latency })
    | (At & { readonly kind: 'gap'; readonly missed: number })
    | (At & { readonly kind: 'started'; readonly state: 'dialing' | 'ringing' | 'active' })
    | (At & { readonly kind: 'ended'; readonly reason: string });
