import {setTimeout as sleep} from 'node:timers/promises';

export {sleep};

/** Milliseconds of the clock that all times in these tests are read from. */
export const now = () => performance.now();

/** What anything is given that should come at once: generous, because test machines are busy. */
export const patience = 8000;

const told = (what) => (typeof what === 'string' ? what : what());

/**
 * Asks again until the answer will do, and returns it; fails with the last one.
 *
 * @template T
 * @param {() => T | Promise<T>} ask
 * @param {(answer: T) => boolean} willDo
 * @param {string | (() => string)} what
 */
export async function eventually(ask, willDo, what) {
    const until = now() + patience;
    for (;;) {
        const answer = await ask();
        if (willDo(answer)) return answer;
        if (now() > until) throw new Error(`${told(what)}: still ${JSON.stringify(answer)}`);
        await sleep(10);
    }
}

/**
 * Wakes those who wait for something to change:
 *
 *     changes.until(() => frames[3], 'the fourth frame')      // its value, as soon as it is truthy
 *     changes.happened()                                      // everyone looks again
 */
export class Changes {
    /** @type {Set<() => void>} */
    #waiting = new Set();

    happened() {
        for (const look of [...this.#waiting]) look();
    }

    /**
     * @template T
     * @param {() => T} look  may throw, which ends the waiting
     * @param {string | (() => string)} what
     * @returns {Promise<NonNullable<T>>}
     */
    until(look, what, timeout = patience) {
        return new Promise((resolve, reject) => {
            const end = (settle) => {
                clearTimeout(timer);
                this.#waiting.delete(attempt);
                settle();
            };
            const attempt = () => {
                try {
                    const found = look();
                    if (found) end(() => resolve(found));
                } catch (error) {
                    end(() => reject(error));
                }
            };
            const timer = setTimeout(
                () =>
                    end(() =>
                        reject(
                            new Error(`no ${told(what)} within ${timeout} ms`),
                        ),
                    ),
                timeout,
            );
            this.#waiting.add(attempt);
            attempt();
        });
    }
}
