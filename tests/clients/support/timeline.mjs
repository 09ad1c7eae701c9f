import assert from 'node:assert/strict';
import {readFile} from 'node:fs/promises';

import {now, sleep} from './wait.mjs';

/** @typedef {{at: number, who: '<' | '>' | '!', what: any}} Line   milliseconds since setup */

const folder = new URL('../../data/recorded_calls/', import.meta.url);

/** Recorded calls are played so many times faster. */
export const speed = Number(process.env.PHONY_TEST_SPEED ?? 1);

/** What the relay of all recordings says first. */
export const greeting = 'This is the spike. Say something, or press a key.';

/**
 * A recorded call of tests/data/recorded_calls, whose README explains its lines.
 *
 * @param {string} name
 * @returns {Promise<Line[]>}
 */
export async function readTimeline(name) {
    const text = await readFile(new URL(`${name}.timeline`, folder), 'utf8');
    return text
        .split('\n')
        .filter((line) => /^\d/.test(line))
        .map((line) => {
            const [, at, who, what] = /** @type {RegExpExecArray} */ (
                /^(\d+) ([<>!]) (.*)$/.exec(line)
            );
            return {at: Number(at), who: /** @type {Line['who']} */ (who), what: JSON.parse(what)};
        });
}

/** What the recorded application said of its own accord, ours says because a caller asks. */
export function asks(at, voicePrompt) {
    return {at, who: '<', what: {type: 'prompt', voicePrompt, lang: 'en', last: true}};
}

/** Nobody needs to listen to a caller who says nothing more: the last hang-up comes sooner. */
export function hangingUpAt(at, lines) {
    return lines.map((line) => (line.who === '!' || 'close' in line.what ? {...line, at} : line));
}

/**
 * Plays Twilio's part of a recorded call at its own pace, and checks that Phony plays the
 * application's: each of its lines is awaited, which delays what follows by as much as Phony was
 * late, and nothing may come that is not in the recording. The application's lines are those of the
 * README, and `{"begins": …}`: the words of a reply that is not yet complete. `{"meanwhile": …}` is a
 * function to call at that moment: what happens elsewhere, such as in the model.
 *
 * @param {import('./relay.mjs').Relay} relay  connected, without its setup frame
 * @param {Line[]} lines
 * @param {Record<string, unknown>} setup  fields of the setup frame
 */
export async function play(relay, lines, setup) {
    const begin = now();
    let late = 0;
    let moment = -1;
    for (const {at, who, what} of lines.toSorted((a, b) => a.at - b.at)) {
        const due = begin + late + at / speed;
        if (who === '>') {
            await awaitLine(relay, what);
            late = Math.max(late, now() - begin - at / speed);
            continue;
        }
        // Twilio sends the frames of one moment together: a timer that fires a little early must not
        // let our answer to the first come in between.
        if (at !== moment && due > now()) await sleep(due - now());
        moment = at;
        assert.deepEqual(relay.unread, [], `sent before ${at} ms, and not in the recording`);
        if (what.meanwhile) what.meanwhile();
        else if (what.lose_connection) relay.terminate();
        else if ('close' in what) relay.hangUp();
        else if (what.type === 'setup') relay.setup(setup.callSid, {...setup, ...what});
        else if (who === '<') relay.send(what);
    }
}

async function awaitLine(relay, what) {
    if (what.begins !== undefined) {
        for (let text = ''; text !== what.begins;) {
            const {token, last} = await relay.next('more of the reply');
            text += token;
            assert.ok(what.begins.startsWith(text) && !last, text);
        }
        return;
    }
    if (what.words === undefined) {
        const frame = await relay.next(JSON.stringify(what));
        assert.deepEqual(frame, what);
        return;
    }
    const reply = await relay.reply();
    assert.equal(reply.text.trimEnd(), what.words);
    assert.deepEqual(
        reply.frames.filter(({type, preemptible}) => type !== 'text' || !preemptible),
        [],
    );
}
