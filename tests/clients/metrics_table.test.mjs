// The table in metrics/README.md, which the dashboards are held against (tests/grafana), is what a
// running server tells Prometheus.
import assert from 'node:assert/strict';
import {describe, it} from 'node:test';

import {boundsOf, metrics} from '../grafana/support/metrics_table.mjs';
import {Certificates} from './support/certificates.mjs';
import {Phony} from './support/phony.mjs';

/** What a scrape says: of each metric its type, and of each label all values. */
function readScrape(text) {
    const scraped = new Map(
        [...text.matchAll(/^# TYPE (\w+) (\w+)$/gm)].map(([, name, type]) => [name, {type, labels: {}}]),
    );
    for (const [, series, labels = ''] of text.matchAll(/^(\w+)(?:\{(.*)\})? \S+$/gm)) {
        const name = scraped.has(series) ? series : series.replace(/_(bucket|sum|count)$/, '');
        for (const [, label, value] of labels.matchAll(/(\w+)="([^"]*)"/g)) {
            (scraped.get(name).labels[label] ??= new Set()).add(value);
        }
    }
    return scraped;
}

describe('the table of metrics', {concurrency: true}, () => {
    it('has every metric of a running server, with its type, labels and values, and no other', async (t) => {
        const phony = await Phony.start(t, (await Certificates.make(t)).settings);
        await phony.request('/healthz'); // routes are counted from their first request on
        const scraped = readScrape((await phony.request('/metrics')).text);

        assert.deepEqual([...scraped.keys()].sort(), [...metrics.keys()].sort());
        for (const [name, {type, labels}] of scraped) {
            const {le, ...own} = labels;
            const {instance, job, ...written} = metrics.get(name).labels;
            assert.equal(type, metrics.get(name).type, name);
            assert.deepEqual(Object.keys(own).sort(), Object.keys(written).sort(), name);
            for (const [label, values] of Object.entries(own)) {
                const unwritten = [...values].filter((value) => !written[label].includes(value));
                if (written[label].length > 0) assert.deepEqual(unwritten, [], `${name} ${label}`);
            }
            if (le) {
                const bounds = [...le].filter((bound) => bound !== '+Inf').map(Number);
                assert.deepEqual(bounds, boundsOf(name).map(Number), name);
            }
        }
    });
});
