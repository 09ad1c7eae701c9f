import type { SortOrder } from '../core/trouble';
import { Store } from './store';

/** What a supervisor has chosen, kept in the browser. */
export type Preferences = {
    readonly sort: SortOrder;
    readonly sound: boolean;
    readonly notify: boolean;
};

const key = 'phony-preferences';
const defaults: Preferences = { sort: 'trouble', sound: true, notify: false };

function read(): Preferences {
    try {
        const kept: unknown = JSON.parse(localStorage.getItem(key) ?? '{}');
        return { ...defaults, ...(typeof kept === 'object' ? kept : {}) };
    } catch {
        return defaults;
    }
}

export const preferences = new Store<Preferences>(read());

export function prefer(change: Partial<Preferences>): void {
    preferences.set({ ...preferences.get(), ...change });
    try {
        localStorage.setItem(key, JSON.stringify(preferences.get()));
    } catch {
        // A browser that keeps nothing: it is as chosen until the page is closed.
    }
}
