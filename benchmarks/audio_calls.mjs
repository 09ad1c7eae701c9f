#!/usr/bin/env node
// How many calls can Phony speak in at once? Each call of the reference's dialect asks one question
// after the other and plays what it hears. A gap is counted when, in the middle of an answer, all audio
// that came has been played before more of it comes. Prints the gaps and the CPU that a call costs.
//
//     ./dev build && tests/clients/run --test-name-pattern none      # has npm fetch what this needs
//     node benchmarks/audio_calls.mjs [CALLS] [SECONDS]              # 200 calls for 30 s
//
// The model and the voice are a second Phony's; callers are this process. Gaps that Phony itself saw
// (phony_speech_underruns_total) and those seen here, where this process may be late, too, are told
// apart.
import {readFileSync} from 'node:fs';
import {test} from 'node:test';

import {Phony} from '../tests/clients/support/phony.mjs';
import {ReferenceCaller} from '../tests/clients/support/reference_caller.mjs';
import {now, sleep} from '../tests/clients/support/wait.mjs';

const calls = Number(process.argv[2] ?? 200);
const seconds = Number(process.argv[3] ?? 30);
const ticks = 100; // a second: what Linux counts CPU time in

function cpuSeconds(pid) {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
    return (Number(fields[11]) + Number(fields[12])) / ticks;
}

async function metric(phony, name) {
    const {text} = await phony.request('/metrics');
    const line = text.split('\n').find((each) => each.startsWith(name));
    return Number(line?.split(' ').at(-1) ?? 0);
}

/** Asks until the time is over. */
async function talk(caller, until) {
    await sleep(Math.random() * 2000);
    while (now() < until) {
        const before = caller.media.length;
        caller.says('Which phone plans do you have?');
        while (caller.media.length === before && now() < until) await sleep(50);
        let heard = -1;
        while (heard !== caller.media.length && now() < until) {
            heard = caller.media.length;
            await sleep(1000);
        }
    }
}

/** How often the audio ran dry by less than the pause between two answers. */
function gaps(media) {
    let count = 0;
    let playsUntil = -Infinity;
    for (const {at, audio} of media) {
        const late = at - playsUntil;
        if (late > 0 && late < 500) count += 1;
        playsUntil = Math.max(playsUntil, at) + audio.length / 8;
    }
    return count;
}

test('audio calls', {timeout: (seconds + 60) * 1000}, async (t) => {
    const model = await Phony.start(t);
    const phony = await Phony.start(t, {
        OPENAI_BASE_URL: model.started.modelUrl,
        OPENAI_API_KEY: 'none',
    });
    const callers = [];
    for (let call = 0; call < calls; ++call)
        callers.push(await ReferenceCaller.dial(phony, `CA${call}`));
    const before = cpuSeconds(phony.pid);
    const began = now();
    await Promise.all(callers.map((caller) => talk(caller, began + seconds * 1000)));
    const took = (now() - began) / 1000;
    const cpu = cpuSeconds(phony.pid) - before;

    const spoken = callers.reduce((sum, {audio}) => sum + audio.length / 8000, 0);
    const seen = callers.reduce((sum, {media}) => sum + gaps(media), 0);
    const own = await metric(phony, 'phony_speech_underruns_total');
    const each = ((cpu / took / calls) * 1000).toFixed(2);
    console.log(`${calls} calls for ${took.toFixed(0)} s, ${spoken.toFixed(0)} s of speech`);
    console.log(`CPU a call: ${each} ms a second (${((cpu / spoken) * 1000).toFixed(2)} ms a second of speech)`);
    console.log(`gaps: ${own} at Phony, ${seen} as heard here`);
});
