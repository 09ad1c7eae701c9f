import { idle, step, type Connection, type Input } from '../core/connection';
import { parseMessage } from '../core/messages';
import type { ServerMessage } from '../generated/events';
import { Store } from './store';

export type Handlers = {
    /** The query of the next attempt. */
    query: () => URLSearchParams;
    message: (message: ServerMessage) => void;
    /** Connected, for the first time or again. */
    opened?: (again: boolean) => void;
    /** The attempt failed before it was open: perhaps for want of a session. */
    refused?: () => void;
    /** True when that was the last word. */
    closed?: (code: number) => boolean;
};

const tickEvery = 250;

/** A WebSocket to /events/ws that comes back by itself; core/connection.ts decides when. */
export class LiveSocket {
    readonly state = new Store<Connection>(idle);
    private readonly handlers: Handlers;
    private connection: Connection = idle;
    private socket: WebSocket | null = null;
    private timer: ReturnType<typeof setInterval> | undefined;
    private openedBefore = false;

    constructor(handlers: Handlers) {
        this.handlers = handlers;
    }

    start(): void {
        this.timer = setInterval(() => {
            this.input({ type: 'tick' });
        }, tickEvery);
        window.addEventListener('online', this.hurry);
        document.addEventListener('visibilitychange', this.hurry);
        this.input({ type: 'start' });
    }

    stop(): void {
        clearInterval(this.timer);
        window.removeEventListener('online', this.hurry);
        document.removeEventListener('visibilitychange', this.hurry);
        this.input({ type: 'finish' });
    }

    private readonly hurry = (): void => {
        if (!document.hidden) this.input({ type: 'hurry' });
    };

    private input(input: Input): void {
        const [next, order] = step(this.connection, input, Date.now(), Math.random());
        this.connection = next;
        // Each message is a sign of life, and none of them is worth a rendering.
        if (next.phase !== this.state.get().phase) this.state.set(next);
        if (order === 'open') this.open();
        if (order === 'drop') this.drop();
    }

    private open(): void {
        this.drop();
        const protocol = location.protocol === 'https:' ? 'wss:' : 'ws:';
        const socket = new WebSocket(`${protocol}//${location.host}/events/ws?${this.handlers.query().toString()}`);
        this.socket = socket;
        let opened = false;
        socket.onopen = () => {
            opened = true;
            this.input({ type: 'opened' });
            this.handlers.opened?.(this.openedBefore);
            this.openedBefore = true;
        };
        socket.onmessage = ({ data }) => {
            this.input({ type: 'heard' });
            const message = typeof data === 'string' ? parseMessage(data) : null;
            if (message?.type === 'ping') socket.send('{"type":"pong"}');
            else if (message) this.handlers.message(message);
        };
        socket.onclose = ({ code }) => {
            this.socket = null;
            if (this.handlers.closed?.(code)) {
                this.stop();
                return;
            }
            this.input({ type: 'closed', code });
            if (!opened) this.handlers.refused?.();
        };
    }

    /** Whatever the old one still says is not heard. */
    private drop(): void {
        const { socket } = this;
        if (!socket) return;
        this.socket = null;
        socket.onopen = socket.onmessage = socket.onclose = null;
        socket.close();
    }
}
