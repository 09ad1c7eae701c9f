// The history after a crash: the process is killed in the middle of fifty calls, and its successor opens
// the same directory.
import assert from 'node:assert/strict';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {describe, it} from 'node:test';

import {Phony} from './support/phony.mjs';
import {eventually, sleep} from './support/wait.mjs';

const calls = 50;
/** What happened this long before the crash is on the disk. */
const promised = 200;

describe('the history', () => {
    it('survives SIGKILL in the middle of fifty calls', async (t) => {
        const directory = mkdtempSync(join(tmpdir(), 'phony-history-'));
        const first = await Phony.start(t, {PHONY_DATA_DIR: directory, PHONY_LOG_LEVEL: 'debug'});
        for (let i = 0; i < calls; ++i) {
            const answer = await first.request(
                '/test/simulate_call',
                JSON.stringify({
                    from: '+15551234567',
                    to: '+18578167225',
                    scenario: 'customer_service',
                    speed: 2,
                    callSid: `CA-cut-${i}`,
                }),
                {'Content-Type': 'application/json'},
            );
            assert.equal(answer.status, 200);
        }
        await eventually(
            () => first.activeCalls(),
            (active) => active === calls,
            'active calls',
        );

        // Supervisors step in until the very end.
        const answered = [];
        let killed = false;
        const supervise = async (i) => {
            for (let round = 0; !killed; ++round) {
                const text = `Order ${round} for ${i}`;
                const answer = await first.say(`CA-cut-${i}`, text).catch(() => undefined);
                const at = Date.now();
                if (answer?.status === 200) answered.push({at, callSid: `CA-cut-${i}`, text});
            }
        };
        const supervisors = [0, 1, 2, 3].map(supervise);
        const words = () => first.log.filter(({msg}) => msg === 'caller').length;
        await eventually(words, (spoken) => spoken >= calls, 'lines of the callers');
        await sleep(2 * promised);
        const moment = Date.now();
        killed = true;
        await first.kill();
        await Promise.all(supervisors);
        assert.ok(answered.length > 20, `${answered.length} orders`);

        const second = await Phony.start(t, {PHONY_DATA_DIR: directory});
        t.after(() => rmSync(directory, {recursive: true}));
        const page = await eventually(
            async () => (await second.request('/history?limit=200')).json,
            (answer) => answer.calls?.length === calls,
            'past calls',
        );
        const past = new Map();
        for (const {callSid, state, endReason} of page.calls) {
            assert.equal(state, 'ended');
            assert.equal(endReason, 'lost', callSid);
            past.set(callSid, (await second.request(`/calls/${callSid}`)).json);
        }
        for (const {at, callSid, text} of answered) {
            if (at > moment - promised) continue;
            assert.ok(
                past.get(callSid).overrides.some(({value}) => value === text),
                `${callSid} lacks the audit of "${text}"`,
            );
        }

        // Every word that was logged in time is there, with the call that it belongs to.
        const logged = first.log.filter(
            ({msg, time}) => msg === 'caller' && Date.parse(time) < moment - promised,
        );
        assert.ok(logged.length >= calls, `${logged.length} lines`);
        for (const {callSid, text} of logged) {
            const lines = past.get(callSid).transcript;
            assert.ok(
                lines.some((line) => line.speaker === 'caller' && line.text === text),
                `${callSid} lacks "${text}"`,
            );
        }
    });
});
