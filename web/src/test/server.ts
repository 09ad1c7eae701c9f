import { vi } from 'vitest';

type Answer = { status?: number; body: unknown };

export type Asked = { path: string; method: string; body: unknown };

/** Answers the page's requests; says what was asked. */
export function answerWith(answer: (asked: Asked) => Answer): Asked[] {
    const log: Asked[] = [];
    vi.stubGlobal('fetch', (path: string, { method = 'GET', body }: { method?: string; body?: string } = {}) => {
        const asked = { path, method, body: body === undefined ? null : (JSON.parse(body) as unknown) };
        log.push(asked);
        const { status = 200, body: answered } = answer(asked);
        return Promise.resolve(Response.json(answered, { status }));
    });
    return log;
}

export const refusal = (status: number, code: string, reason = '', message = code): Answer => ({
    status,
    body: { error: { code, message, details: reason ? { reason } : {} } },
});

/** Stands for the server's end of each WebSocket that the page opens. */
export class FakeSocket {
    static readonly all: FakeSocket[] = [];
    static get last(): FakeSocket {
        const socket = FakeSocket.all.at(-1);
        if (!socket) throw new Error('no socket was opened');
        return socket;
    }

    readonly sent: string[] = [];
    readonly url: string;
    onopen: (() => void) | null = null;
    onmessage: ((event: { data: string }) => void) | null = null;
    onclose: ((event: { code: number }) => void) | null = null;
    closed = false;

    constructor(url: string) {
        this.url = url;
        FakeSocket.all.push(this);
    }

    send(text: string): void {
        this.sent.push(text);
    }
    close(): void {
        this.closed = true;
    }

    opens(): void {
        this.onopen?.();
    }
    says(...messages: object[]): void {
        for (const message of messages) this.onmessage?.({ data: JSON.stringify(message) });
    }
    ends(code: number): void {
        this.onclose?.({ code });
    }
}

export function useFakeSockets(): void {
    FakeSocket.all.length = 0;
    vi.stubGlobal('WebSocket', FakeSocket);
}
