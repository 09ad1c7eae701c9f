// A real Prometheus scrapes the program while calls go on: every rule, every alert and every panel finds
// what it asks for, and the numbers are what the calls did.
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import http from 'node:http';
import {describe, it} from 'node:test';

import {getExpectedTwilioSignature} from 'twilio/lib/webhooks/webhooks.js';

import {refuses, says} from './support/fake_openai.mjs';
import {dashboards, expand, variablesOf} from './support/grafana.mjs';
import {startWithModel} from './support/harness.mjs';
import {Prometheus, checkMetrics, samplesOf, selectorsOf} from './support/prometheus.mjs';
import {ReferenceCaller} from './support/reference_caller.mjs';
import {withToken} from './support/relay_token.mjs';
import {UpgradeRefused} from './support/upgrade.mjs';
import {eventually, now, sleep} from './support/wait.mjs';

const twilioToken = '4b1d0c2e7a9f48318c65d2ee90ab7713';
const metricsToken = 'a-token-for-metrics';
const settings = {
    TWILIO_AUTH_TOKEN: twilioToken,
    PHONY_PUBLIC_URL: 'https://agent.example.net',
    PHONY_METRICS_TOKEN: metricsToken,
    PHONY_MAX_CALLS: '20',
    PHONY_FALLBACK_SENTENCE: 'Sorry, say that again?',
    PHONY_DTMF_GAP: '0s',
};
const signed = {
    'X-Twilio-Signature': getExpectedTwilioSignature(
        twilioToken,
        'wss://agent.example.net/relay/ws',
        {},
    ),
};

const answers = {
    hello: says('Hello there. How are you?', {before: 10, gap: 5}),
    menu: says('One moment. [[press:1]] There you are.'),
    dance: says('Well. [[dance:now]]Yes.'),
    count: says('One two three. Four five six. Seven eight nine. Ten eleven.', {gap: 40}),
    fail: refuses(500),
    keys: says('[[press:5]]'),
    bye: says('Goodbye! [[end_call]]'),
};
/** What a round of the load comes to. The keys that are pressed are a turn, but no transcript. */
const aRound = {
    'phony_transcript_count_total': 8,
    'phony_turns_total{outcome="spoken"}': 6,
    'phony_turns_total{outcome="interrupted"}': 1,
    'phony_turns_total{outcome="failed"}': 1,
    'phony_turns_total{outcome="silent"}': 1,
    'phony_turn_stage_seconds_count{stage="request_written"}': 9,
    'phony_fallback_sentences_total': 1,
    'phony_interruptions_total': 1,
    'phony_model_requests_total{result="ok"}': 7,
    'phony_model_requests_total{result="cancelled"}': 1,
    'phony_model_requests_total{result="server"}': 2,
    'phony_model_requests_total': 10,
    'phony_model_tokens_total{type="input"}': 7 * 90,
    'phony_model_tokens_total{type="output"}': 7 * 9,
    'phony_command_count_total{command="press"}': 2,
    'phony_command_count_total{command="end_call"}': 2,
    'phony_command_count_total': 4,
    'phony_commands_rejected_total{reason="unknown_command"}': 1,
    'phony_commands_rejected_total': 1,
    'phony_call_errors_total': 1,
    'phony_override_count_total{action="text"}': 1,
    'phony_override_count_total': 1,
    'phony_overrides_total{action="text",outcome="accepted"}': 1,
    'phony_overrides_total{action="text",outcome="not_found"}': 1,
    'phony_overrides_total{action="clarification",outcome="refused"}': 1,
    'phony_overrides_total': 3,
    'phony_calls_total{outcome="end_call"}': 2,
    'phony_calls_total': 2,
    'phony_call_duration_seconds_count': 2,
    'phony_relay_frames_total{direction="received"}': 43,
    'phony_relay_frames_skipped_total{reason="malformed"}': 1,
    'phony_relay_frames_skipped_total{reason="unknown_type"}': 1,
    'phony_relay_audio_seconds_total{direction="received"}': 0.125,
    'phony_speech_requests_total{result="ok"}': 1,
    'phony_speech_requests_total': 1,
    'phony_signature_failures_total{endpoint="webhook"}': 1,
    'phony_signature_failures_total{endpoint="relay"}': 1,
    'phony_http_request_duration_seconds_count{route="/receive_call",status_class="4xx"}': 1,
    'phony_http_request_duration_seconds_count{route="/override/text",status_class="2xx"}': 1,
    'phony_http_request_duration_seconds_count{route="/override/text",status_class="4xx"}': 1,
    'phony_calls_turned_away_total': 0,
    'phony_model_connection_failures_total': 0,
    'phony_viewers_dropped_total': 0,
    'phony_history_dropped_total': 0,
    // Turns that spoke, the interrupted one and the one that fell back among them.
    'phony_first_audio_playback_ms_count{source="frame"}': 8,
    'phony_first_audio_playback_ms_count{source="agent_speaking"}': 8,
};

/** A call with everything in it that metrics tell. Returns how many frames it was sent. */
async function round(phony, number) {
    const callSid = `CA-load-${number}`;
    const viewer = await phony.view(`?callSid=${callSid}`);
    const relay = await phony.dial({headers: signed});
    relay.setup(callSid, withToken(twilioToken, callSid));
    const turn = async (words) => {
        relay.prompt(words);
        const {text} = await relay.reply();
        relay.hears(text);
    };
    await turn('hello');
    relay.prompt('menu');
    await relay.reply();
    relay.hears('One moment.');
    relay.info('tokensPlayed', '1');
    relay.hears(' There you are.');
    await turn('dance');
    await turn('fail');

    relay.prompt('count');
    await relay.some(3);
    relay.info('agentSpeaking', 'on');
    relay.interrupt('One two');
    relay.info('agentSpeaking', 'off');
    await relay.reply();

    relay.prompt('keys');
    await relay.next('the key');
    relay.info('tokensPlayed', '5');

    const order = async (action, fields, status) => {
        const body = JSON.stringify({callSid, ...fields});
        const headers = {'Content-Type': 'application/json'};
        const answer = await phony.request(`/override/${action}`, body, headers);
        assert.equal(answer.status, status, `${action}: ${answer.text}`);
    };
    await order('text', {text: 'A supervisor here.'}, 200);
    relay.hears((await relay.reply()).text);
    await order('text', {callSid: 'CA-nobody', text: 'Is anybody here?'}, 404);
    await order('clarification', {response: 'It is 42.'}, 400);

    relay.sendRaw('{');
    relay.send({type: 'weather', degrees: 12});
    relay.dtmf('7');
    relay.hears((await relay.reply()).text);

    await turn('bye');
    assert.deepEqual(await relay.next('the end'), {type: 'end'});
    relay.hangUp();
    await viewer.closed;

    const forged = {'X-Twilio-Signature': 'forged'};
    const webhook = await phony.form('/receive_call', {CallSid: callSid}, forged);
    assert.equal(webhook.status, 403);
    await assert.rejects(phony.dial({headers: forged}), UpgradeRefused);
    return relay.received.length + (await spokenRound(phony, `${callSid}-spoken`));
}

/** A call that carries audio: an eighth of a second of the caller's, and the farewell of ours. */
async function spokenRound(phony, callSid) {
    const caller = await ReferenceCaller.dial(phony, callSid, '/relay/ws', signed);
    const silence = Buffer.alloc(1000, 0xff).toString('base64');
    caller.send({event: 'media', media: {chunk: silence, timestamp: 0}});
    caller.says('bye');
    await caller.closed;
    return caller.received.length + caller.media.length;
}

/** Rounds one after the other, three at a time, for so long, and so many at least. */
class Load {
    rounds = 0;
    /** Frames that Phony sent. */
    frames = 0;

    async run(phony, {milliseconds, atLeast}) {
        const until = now() + milliseconds;
        const enough = this.rounds + atLeast;
        await Promise.all(
            [1, 2, 3].map(async () => {
                while (now() < until || this.rounds < enough) {
                    const frames = await round(phony, ++this.rounds);
                    this.frames += frames;
                }
            }),
        );
    }
}

const scrape = async (phony) => {
    const headers = {Authorization: `Bearer ${metricsToken}`};
    const {status, text} = await phony.request('/metrics', undefined, headers);
    assert.equal(status, 200);
    return text;
};

const atRest = {
    'phony_active_calls': 0,
    'phony_stuck_calls': 0,
    'phony_viewers': 0,
    'phony_event_queue_depth': 0,
    'phony_history_queue_depth': 0,
    'phony_model_connections{state="in_use"}': 0,
    'phony_draining': 0,
    'phony_open_sockets': 1, // the scrape's
};

/** One a line, with what is remarked on it behind a #. */
function runbookExpressions() {
    const runbook = readFileSync(new URL('../../metrics/RUNBOOK.md', import.meta.url), 'utf8');
    const blocks = [...runbook.matchAll(/^```promql\n(.*?)^```$/gms)].map(([, block]) => block);
    assert.notDeepEqual(blocks, []);
    return blocks
        .flatMap((block) => block.trimEnd().split('\n'))
        .map((line) => line.replace(/\s+# .*$/, ''));
}

/** Prometheus scrapes these processes over plain HTTP, so they have none; tls.test.mjs reads it. */
const needsTls = 'phony_tls_certificate_expiry_timestamp_seconds';

/** @param {import('node:test').TestContext} t */
async function compare(t, phony, prometheus) {
    const watching = await phony.view('?callSid=*');

    // Rates begin with the second scrape, and alerts that have no patience fire in this time.
    const load = new Load();
    await load.run(phony, {milliseconds: 2000, atLeast: 1});
    await prometheus.seen();
    await load.run(phony, {milliseconds: 8000, atLeast: 8});
    await prometheus.seen();
    const busy = Date.now() / 1000;
    const text = await scrape(phony);
    watching.close();
    await watching.closed;
    await phony.isIdle();
    await prometheus.seen();

    /** Whether it had data while the calls went on. */
    const hasData = async (expression) =>
        expression.includes(needsTls) ||
        (await prometheus.query(expression, busy)).some(({value}) => !Number.isNaN(value));

    await t.test('every rule and all that an alert asks for is there', async () => {
        const rules = await prometheus.rules();
        assert.deepEqual(
            rules.filter(({health}) => health !== 'ok'),
            [],
        );
        const missing = [];
        for (const {type, name, query} of rules) {
            await prometheus.query(query, busy);
            const asked = type === 'recording' ? [query, name] : selectorsOf(query);
            assert.notDeepEqual(asked, [], name);
            for (const expression of asked)
                if (!(await hasData(expression))) missing.push(`${name}: ${expression}`);
        }
        assert.deepEqual(missing, []);
    });

    await t.test('alerts fire for what deserves it, and no others', async () => {
        const firing = await prometheus.query('ALERTS{alertstate="firing"}', busy);
        const names = new Set(firing.map(({metric}) => metric.alertname));
        assert.deepEqual([...names], ['PhonySignatureFailures']);
    });

    await t.test('every expression of the runbook has data', async () => {
        const missing = [];
        for (const expression of runbookExpressions())
            if (!(await hasData(expression))) missing.push(expression);
        assert.deepEqual(missing, []);
    });

    for (const dashboard of dashboards()) {
        await t.test(`every panel of ${dashboard.name} has data`, async () => {
            const values = await variablesOf(dashboard, (label, selector) =>
                prometheus.labelValues(label, selector),
            );
            for (const [name, found] of values) assert.notDeepEqual(found, [], name);
            assert.notDeepEqual(dashboard.queries, []);
            const missing = [];
            for (const {where, expression} of dashboard.queries) {
                for (const each of expand(expression, values))
                    if (!(await hasData(each))) missing.push(`${where}: ${each}`);
            }
            assert.deepEqual(missing, []);
        });
    }

    await t.test('counters are what the calls did', async () => {
        const done = Object.fromEntries(
            Object.entries(aRound).map(([name, each]) => [name, each * load.rounds]),
        );
        done['phony_relay_frames_total{direction="sent"}'] = load.frames;
        const counted = {};
        for (const selector of Object.keys(done)) {
            const [sum] = await prometheus.query(`sum(${selector})`);
            counted[selector] = sum?.value;
        }
        assert.deepEqual(counted, done);
    });

    await t.test('gauges are back where they were', async () => {
        http.globalAgent.destroy(); // its sockets of this test would be kept for the next request
        for (const [gauge, expected] of Object.entries(atRest)) {
            await eventually(
                () => prometheus.query(`sum(${gauge})`),
                ([sum]) => sum?.value === expected,
                gauge,
            );
        }
    });

    await t.test('promtool finds nothing but the unit in three names', async () => {
        const {code, findings} = await checkMetrics(text);
        assert.deepEqual(
            findings.toSorted(),
            [
                'phony_first_audio_playback_ms',
                'phony_gpt_first_token_ms',
                'phony_transcript_to_gpt_ms',
            ].map((name) => `${name} metric names should not contain abbreviated units`),
        );
        assert.equal(code, 3);
    });
}

describe('Prometheus', () => {
    it('finds all that rules, alerts and dashboards ask for, and what the calls did', async (t) => {
        const {phony} = await startWithModel(
            t,
            ({heard}) => answers[heard] ?? says('I see.'),
            settings,
            ['--welcome-greeting', ''],
        );
        const prometheus = await Prometheus.start(phony.port, metricsToken);
        try {
            await compare(t, phony, prometheus);
        } finally {
            await prometheus.stop();
        }
    });
});

describe('a histogram', {concurrency: true}, () => {
    const turns = 10;
    /** For machines that are busy with something else. */
    const slack = 500;

    /** Not before that moment, as Node's timers may be. */
    async function until(moment) {
        while (now() < moment) await sleep(moment - now() + 1);
    }

    /** The mean of each latency, when the model and the caller's telephone are so late. */
    async function measure(t, {model, telephone}) {
        const {phony} = await startWithModel(
            t,
            () => async (exchange) => {
                await until(exchange.at + model);
                exchange.begin();
                exchange.end('Hello.');
            },
        );
        const relay = await phony.call('CA900');
        for (let i = 0; i < turns; ++i) {
            relay.prompt('hi');
            const {firstAt} = await relay.reply();
            await until(firstAt + telephone);
            relay.hears('Hello.');
        }
        relay.hangUp();
        await phony.isIdle();
        const samples = samplesOf((await phony.request('/metrics')).text);
        const mean = (name, label = '') => {
            const of = (part) =>
                [...samples].find(([key]) => key.startsWith(name + part) && key.includes(label))[1];
            assert.equal(of('_count'), turns, name);
            return of('_sum') / turns;
        };
        return {
            firstToken: mean('phony_gpt_first_token_ms'),
            firstFrame: mean('phony_first_audio_playback_ms', 'source="frame"'),
            agentSpeaking: mean('phony_first_audio_playback_ms', 'source="agent_speaking"'),
        };
    }

    it('holds the delay of a model, and of what is heard', async (t) => {
        const prompt = await measure(t, {model: 0, telephone: 0});
        const late = await measure(t, {model: 300, telephone: 400});
        t.diagnostic(`without delays ${JSON.stringify(prompt)}, with them ${JSON.stringify(late)}`);

        const isLater = (latency, by) => {
            assert.ok(late[latency] >= by, `${latency}: ${late[latency]}`);
            const most = by + prompt[latency] + slack;
            assert.ok(late[latency] <= most, `${latency}: ${late[latency]} > ${most}`);
        };
        isLater('firstToken', 300);
        isLater('firstFrame', 300);
        isLater('agentSpeaking', 700);
    });
});
