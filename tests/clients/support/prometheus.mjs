import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {createInterface} from 'node:readline';
import {fileURLToPath} from 'node:url';

import {eventually} from './wait.mjs';

const metrics = fileURLToPath(new URL('../../../metrics/', import.meta.url));
const unpacked = fileURLToPath(new URL('../../../.cache/prometheus/usr/bin', import.meta.url));

/** Where ./dev puts Prometheus when the machine has none. */
const env = {...process.env, PATH: `${process.env.PATH}:${unpacked}`};

/** @typedef {{metric: Record<string, string>, value: number}} Sample */

/**
 * Debian's Prometheus with metrics/prometheus.yml, the rules and the alerts, in a hurry: everything is
 * scraped and evaluated each second.
 *
 *     const prometheus = await Prometheus.start(phony.port, 'the metrics token');
 *     await prometheus.query('sum(phony_calls_total)');
 *     await prometheus.stop();
 */
export class Prometheus {
    /**
     * @param {number} port   of the Phony to scrape
     * @param {string} token  of its /metrics
     */
    static async start(port, token) {
        const directory = mkdtempSync(join(tmpdir(), 'phony-prometheus-'));
        for (const file of ['rules.yml', 'alerts.yml'])
            cpSync(join(metrics, file), join(directory, file));
        writeFileSync(join(directory, 'token'), token);
        writeFileSync(join(directory, 'prometheus.yml'), configuration(directory, port));
        const prometheus = new Prometheus(directory);
        try {
            await prometheus.#listening();
            await eventually(
                () => prometheus.query('up{job="phony"}').catch((error) => error.message),
                (up) => up[0]?.value === 1,
                'the first scrape',
            );
        } catch (error) {
            await prometheus.stop();
            throw error;
        }
        return prometheus;
    }

    #api = '';
    #directory;
    #child;
    #exited;

    /** @param {string} directory */
    constructor(directory) {
        this.#directory = directory;
        this.#child = spawn(
            'prometheus',
            [
                `--config.file=${directory}/prometheus.yml`,
                `--storage.tsdb.path=${directory}/data`,
                '--web.listen-address=127.0.0.1:0',
                '--log.format=json',
            ],
            {env, stdio: ['ignore', 'ignore', 'pipe']},
        );
        this.#exited = once(this.#child, 'exit');
        this.#exited.catch(() => {});
    }

    async #listening() {
        const log = [];
        const address = await new Promise((resolve, reject) => {
            this.#exited.then(() => reject(new Error(`prometheus ended: ${log.join('\n')}`)), reject);
            createInterface({input: this.#child.stderr}).on('line', (line) => {
                log.push(line);
                if (line.includes('"Listening on"')) resolve(JSON.parse(line).address);
            });
        });
        this.#api = `http://${address}/api/v1`;
    }

    async stop() {
        try {
            if (this.#child.pid && this.#child.exitCode === null)
                process.kill(this.#child.pid, 'SIGTERM');
            await this.#exited.catch(() => {}); // it was never started
        } finally {
            rmSync(this.#directory, {recursive: true});
        }
    }

    async #get(path, parameters = {}) {
        const response = await fetch(`${this.#api}/${path}?${new URLSearchParams(parameters)}`);
        const answer = await response.json();
        assert.equal(answer.status, 'success', `${JSON.stringify(parameters)}: ${answer.error}`);
        return answer.data;
    }

    /**
     * What an expression comes to now, or at a time in seconds.
     *
     * @returns {Promise<Sample[]>}
     */
    async query(expression, time = Date.now() / 1000) {
        const {resultType, result} = await this.#get('query', {query: expression, time: String(time)});
        if (resultType === 'scalar') return [{metric: {}, value: Number(result[1])}];
        assert.equal(resultType, 'vector', expression);
        return result.map(({metric, value}) => ({metric, value: Number(value[1])}));
    }

    /** The values of a label, as Grafana's label_values() finds them. @returns {Promise<string[]>} */
    async labelValues(label, selector) {
        return this.#get(`label/${label}/values`, selector ? {'match[]': selector} : {});
    }

    /** Every rule of rules.yml and alerts.yml, as it was understood, and how it fares. */
    async rules() {
        const {groups} = await this.#get('rules');
        return groups.flatMap(({rules}) => rules);
    }

    /** What was true at this moment has been scraped, and the rules have been computed from it. */
    async seen() {
        const moment = Date.now() / 1000;
        await eventually(
            () => this.query('timestamp(up{job="phony"})'),
            ([scraped]) => scraped?.value > moment,
            'a scrape',
        );
        const evaluated = Date.now();
        await eventually(
            () => this.rules(),
            (rules) => rules.every(({lastEvaluation}) => Date.parse(lastEvaluation) > evaluated),
            'an evaluation of each rule',
        );
    }
}

/** metrics/prometheus.yml, for this target, in a hurry, with what stands there for a token. */
function configuration(directory, port) {
    let text = readFileSync(join(metrics, 'prometheus.yml'), 'utf8');
    for (const [from, to] of [
        ['scrape_interval: 15s', 'scrape_interval: 1s'],
        ['evaluation_interval: 15s', 'evaluation_interval: 1s'],
        ['scrape_interval: 5s', 'scrape_interval: 1s'],
        ['scrape_timeout: 4s', 'scrape_timeout: 1s'],
        ['# authorization:', 'authorization:'],
        ['#   credentials_file: /etc/prometheus/phony_metrics_token', `  credentials_file: ${directory}/token`],
        ["'localhost:24187'", `'127.0.0.1:${port}'`],
    ]) {
        assert.ok(text.includes(from), `prometheus.yml lacks ${from}`);
        text = text.replace(from, to);
    }
    return text;
}

/** What promtool makes of this text of /metrics: its findings, and its exit code. */
export async function checkMetrics(text) {
    const child = spawn('promtool', ['check', 'metrics'], {env, stdio: ['pipe', 'ignore', 'pipe']});
    const exited = once(child, 'exit');
    let output = '';
    child.stderr.on('data', (data) => {
        output += data;
    });
    child.stdin.end(text);
    await once(child.stderr, 'end');
    const [code] = await exited;
    return {code, findings: output.split('\n').filter(Boolean)};
}

/** The names of an expression that are no metrics. */
const words = new Set(
    (
        'and or unless by without on ignoring group_left group_right bool offset inf nan ' +
        'sum avg min max count group topk bottomk quantile stddev stdvar count_values'
    ).split(' '),
);

/**
 * Every instant selector in a PromQL expression: `rate(a{b="c"}[5m]) > d` selects `a{b="c"}` and `d`.
 *
 * @param {string} expression
 */
export function selectorsOf(expression) {
    const selectors = [];
    // What is between quotes, a duration in brackets, a grouping, a number, a name with what follows it.
    const token =
        /"(?:[^"\\]|\\.)*"|\[[^\]]*\]|\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)|\b\d[\w.+-]*|([a-zA-Z_:][\w:]*)(\s*\{(?:[^}"]|"(?:[^"\\]|\\.)*")*\}|\s*\()?/g;
    for (const [, name, after = ''] of expression.matchAll(token)) {
        if (name && !words.has(name.toLowerCase()) && !after.endsWith('('))
            selectors.push(name + after.trim());
    }
    return selectors;
}

/**
 * The samples of a text of /metrics: `phony_calls_total{outcome="hung_up"}` → 3, labels in the order
 * in which they stand there.
 *
 * @returns {Map<string, number>}
 */
export function samplesOf(text) {
    return new Map(
        text
            .split('\n')
            .filter((line) => line && !line.startsWith('#'))
            .map((line) => {
                const at = line.lastIndexOf(' ');
                return [line.slice(0, at), Number(line.slice(at + 1))];
            }),
    );
}
