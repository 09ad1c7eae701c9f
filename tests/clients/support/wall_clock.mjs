import {existsSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

/**
 * A wall clock that a test sets, for whichever processes are started with its settings; their steady
 * clock goes on. It is Debian's libfaketime.
 *
 *     const clock = WallClock.make(t);
 *     const phony = await Phony.start(t, clock.settings);
 *     clock.set(-86_400);                  // a day back
 *     clock.set(0);                        // right again
 */
export class WallClock {
    /** @param {import('node:test').TestContext} t */
    static make(t) {
        const directory = mkdtempSync(join(tmpdir(), 'phony-clock-'));
        t.after(() => rmSync(directory, {recursive: true}));
        return new WallClock(join(directory, 'offset'));
    }

    #file;

    constructor(file) {
        this.#file = file;
        this.set(0);
    }

    get settings() {
        return {
            LD_PRELOAD: library(),
            FAKETIME_TIMESTAMP_FILE: this.#file,
            FAKETIME_NO_CACHE: '1',
            FAKETIME_DONT_FAKE_MONOTONIC: '1',
            DONT_FAKE_MONOTONIC: '1', // as older versions call it
        };
    }

    /** @param {number} seconds  ahead of the right time */
    set(seconds) {
        writeFileSync(`${this.#file}.new`, `${seconds < 0 ? '' : '+'}${seconds}\n`);
        renameSync(`${this.#file}.new`, this.#file);
    }
}

function library() {
    const found = readdirSync('/usr/lib')
        .map((folder) => `/usr/lib/${folder}/faketime/libfaketimeMT.so.1`)
        .find((file) => existsSync(file));
    if (!found) throw new Error('Debian’s package faketime is not installed');
    return found;
}
