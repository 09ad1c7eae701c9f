import type { Session } from '../generated/api';
import * as api from './api';
import { Store } from './store';

export type SessionState =
    | { readonly phase: 'asking' | 'unreachable' }
    | { readonly phase: 'signed_out'; readonly expired: boolean }
    /** Without tokens everyone is in, and nobody can leave. */
    | { readonly phase: 'in'; readonly supervisor: string | null };

export const session = new Store<SessionState>({ phase: 'asking' });

function take({ tokensRequired, supervisor }: Session): void {
    const before = session.get();
    const name = tokensRequired ? supervisor : null;
    if (tokensRequired && name === null) {
        if (before.phase !== 'signed_out') session.set({ phase: 'signed_out', expired: before.phase === 'in' });
    } else if (before.phase !== 'in' || before.supervisor !== name) {
        session.set({ phase: 'in', supervisor: name });
    }
}

/** Whether we are still signed in. While the server is away we are as before. */
export async function checkSession(): Promise<void> {
    try {
        take(await api.getSession());
    } catch {
        if (session.get().phase === 'asking') session.set({ phase: 'unreachable' });
    }
}

/** A refusal is thrown. */
export async function signIn(token: string): Promise<void> {
    await api.signIn(token);
    take(await api.getSession());
}

export async function signOut(): Promise<void> {
    await api.signOut();
    session.set({ phase: 'signed_out', expired: false });
}

api.onSignedOut(() => {
    if (session.get().phase === 'in') session.set({ phase: 'signed_out', expired: true });
});
