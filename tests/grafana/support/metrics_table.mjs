import {readFileSync} from 'node:fs';

const readme = readFileSync(new URL('../../../metrics/README.md', import.meta.url), 'utf8');

/** What Prometheus itself adds. */
const always = {instance: [], job: []};

/**
 * The metrics of the table in metrics/README.md: type, and each label with its values (none: any).
 *
 * @type {Map<string, {type: string, labels: Record<string, string[]>}>}
 */
export const metrics = new Map(
    [...readme.matchAll(/^\| `(\w+)` \| (counter|gauge|histogram) \| (.*?) ?\| .*?\|$/gm)].map(
        ([, name, type, labels]) => [name, {type, labels: {...always, ...parseLabels(labels)}}],
    ),
);

/** "`model`; `source` frame, agent_speaking" */
function parseLabels(cell) {
    const labels = cell.split(';').map((text) => text.match(/^\s*`(\w+)`\s*(.*?)\s*$/));
    return Object.fromEntries(
        labels.filter(Boolean).map(([, name, values]) => [name, values ? values.split(', ') : []]),
    );
}

/** The metric a series belongs to, with what a histogram's parts have besides. */
export function metricOf(series) {
    if (series === 'ALERTS') {
        return {type: 'alert', labels: {...always, alertname: [], alertstate: ['firing'], severity: []}};
    }
    const metric = metrics.get(series);
    if (metric?.type === 'histogram') return undefined; // it has no samples of its own name
    if (metric) return metric;
    const [, name, part] = series.match(/^(.*)_(bucket|sum|count)$/) ?? [];
    const histogram = metrics.get(name);
    if (histogram?.type !== 'histogram') return undefined;
    return part === 'bucket'
        ? {...histogram, labels: {...histogram.labels, le: boundsOf(name)}}
        : histogram;
}

/** The bounds of a histogram's buckets, from the second table. @returns {string[]} */
export function boundsOf(name) {
    const named = /_ms$/.test(name) ? 'the three in milliseconds' : `\`${name}\``;
    const rows = readme.split('\n').filter((line) => line.startsWith(`| ${named} |`));
    const [, bounds] = rows.at(-1)?.match(/\| ([\d. ]+) \|$/) ?? [];
    if (!bounds) throw new Error(`metrics/README.md has no buckets of ${name}`);
    return bounds.split(' ');
}
