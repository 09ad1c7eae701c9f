// The Grafana dashboards without a Grafana: their options against the types that Grafana publishes, their
// expressions against Prometheus' grammar and the table of metrics, and what no schema says: that nothing
// overlaps, and that every panel explains itself.
import assert from 'node:assert/strict';
import {readdirSync, readFileSync} from 'node:fs';
import {describe, it} from 'node:test';

import {parse as parseYaml} from 'yaml';

import {metricOf, metrics} from './support/metrics_table.mjs';
import {parse} from './support/promql.mjs';
import {typeErrors} from './support/type_check.mjs';

const folder = new URL('../../metrics/', import.meta.url);
const read = (name) => readFileSync(new URL(name, folder), 'utf8');
const dashboards = readdirSync(new URL('grafana/', folder))
    .filter((name) => name.endsWith('.json'))
    .map((name) => [name, JSON.parse(read(`grafana/${name}`))]);

const datasource = {type: 'prometheus', uid: '${datasource}'};
// Published are units only as strings. These are Grafana's names of those that are used.
const units = ['bytes', 'cpm', 'cps', 'ms', 'none', 'percentunit', 'reqps', 's', 'short'];

const isShown = ({type}) => type !== 'row';
const isQueried = ({type}) => type !== 'row' && type !== 'text';
const unitOf = ({type, options, fieldConfig}) =>
    type === 'heatmap' ? options.yAxis.unit : fieldConfig.defaults.unit;

/** Every expression of a dashboard, with the name of where it stands. */
function expressionsOf({panels, annotations, templating}) {
    const asked = /^label_values\((.*), (\w+)\)$/; // the label as what a query would group by
    return [
        ...templating.list
            .filter(({type}) => type === 'query')
            .map(({name, query}) => [name, query.query.replace(asked, 'group by ($2) ($1)')]),
        ...annotations.list.map(({name, target}) => [name, target?.expr]),
        ...panels.flatMap(({title, targets = []}) => targets.map(({expr}) => [title, expr])),
    ].filter(([, expression]) => expression !== undefined);
}

function assertUnique(values) {
    const twice = values.filter((value, index) => values.indexOf(value) !== index);
    assert.deepEqual(twice, []);
}

describe('both dashboards', () => {
    it('are what Grafana publishes about dashboards and panels', async () => {
        const byName = dashboards.map(([name, dashboard]) => [name.replace('.json', ''), dashboard]);
        const errors = await typeErrors(Object.fromEntries(byName));
        assert.deepEqual(Object.values(errors).flat(), []);
    });

    it('are told apart by uid and title', () => {
        assert.equal(dashboards.length, 2);
        assertUnique(dashboards.map(([, {uid}]) => uid));
        assertUnique(dashboards.map(([, {title}]) => title));
    });

    it('show every metric of the table', () => {
        const shown = dashboards
            .flatMap(([, dashboard]) => expressionsOf(dashboard))
            .flatMap(([, expression]) => parse(expression).series)
            .map(({metric}) => metric.replace(/_(bucket|sum|count)$/, ''));
        // What supervisors' orders came to says more than how many of them were accepted, and the memory
        // that is resident more than what was asked for.
        const elsewhere = [
            'phony_override_count_total',
            'process_virtual_memory_bytes',
            'process_threads',
        ];
        const missing = [...metrics.keys()].filter((name) => !shown.includes(name));
        assert.deepEqual(missing, elsewhere);
    });
});

for (const [name, dashboard] of dashboards) {
    describe(`grafana/${name}`, () => {
        const {panels, templating, annotations} = dashboard;

        it('is laid out as Grafana exports it, so that changes are seen line by line', () => {
            assert.equal(read(`grafana/${name}`), `${JSON.stringify(dashboard, null, 2)}\n`);
        });

        it('can be provisioned', () => {
            assert.equal(dashboard.id, null);
            assert.match(dashboard.uid, /^[\w-]{8,40}$/);
            assert.deepEqual(Object.keys(dashboard).filter((key) => key.startsWith('__')), []);
        });

        it('has panels with ids and titles of their own', () => {
            assertUnique(panels.map(({id}) => id));
            assertUnique(panels.map(({title}) => title));
            for (const {id, title} of panels) assert.ok(id > 0 && title, `panel ${id}: ${title}`);
        });

        it('has panels side by side, within 24 columns', () => {
            const cells = new Map();
            for (const {title, gridPos} of panels) {
                assert.ok(gridPos.x >= 0 && gridPos.w > 0 && gridPos.x + gridPos.w <= 24, title);
                for (let x = gridPos.x; x < gridPos.x + gridPos.w; ++x) {
                    for (let y = gridPos.y; y < gridPos.y + gridPos.h; ++y) {
                        const other = cells.get(`${x},${y}`);
                        assert.equal(other, undefined, `${title} lies upon ${other}`);
                        cells.set(`${x},${y}`, title);
                    }
                }
            }
        });

        it('says of every panel what is measured, and what to do when it is bad', () => {
            for (const {title, description} of panels.filter(isQueried)) {
                assert.match(description ?? '', /^[^\n]{20,}\.\n\n[^]{20,}[.?]$/, title);
            }
            assert.ok(panels.filter(isShown).every(({description}) => description));
        });

        it('gives every panel a unit that Grafana knows', () => {
            for (const panel of panels.filter(isQueried)) {
                const overridden = panel.fieldConfig.overrides
                    .flatMap(({properties}) => properties)
                    .filter(({id}) => id === 'unit')
                    .map(({value}) => value);
                for (const unit of [unitOf(panel), ...overridden]) {
                    assert.ok(units.includes(unit), `${panel.title}: ${unit}`);
                }
            }
        });

        it('asks the Prometheus that was chosen at its top', () => {
            const [chosen, ...variables] = templating.list;
            assert.deepEqual([chosen.name, chosen.type, chosen.query], ['datasource', 'datasource', 'prometheus']);
            const asking = [
                ...panels.filter(isQueried),
                ...variables.filter(({type}) => type === 'query'),
                ...annotations.list.filter(({builtIn}) => !builtIn),
            ];
            for (const one of asking) assert.deepEqual(one.datasource, datasource, one.title ?? one.name);
        });

        it('gives every query of a panel a letter of its own', () => {
            for (const {title, targets = []} of panels) {
                assertUnique(targets.map(({refId}) => `${title} ${refId}`));
            }
        });

        it('asks only for metrics, labels, values and bounds that there are', () => {
            for (const [where, expression] of expressionsOf(dashboard)) {
                const {series, groups} = parse(expression);
                const known = series.flatMap(({metric}) => Object.keys(metricOf(metric)?.labels ?? {}));
                for (const label of groups) assert.ok(known.includes(label), `${where}: by (${label})`);
                for (const {metric, matchers} of series) {
                    const {labels} = metricOf(metric) ?? assert.fail(`${where}: ${metric} is no metric`);
                    for (const {label, value} of matchers) {
                        const asked = `${where}: ${metric}{${label}="${value}"}`;
                        assert.ok(label in labels, asked);
                        if (value.startsWith('$') || labels[label].length === 0) continue;
                        for (const one of value.replace('(\\.0)?', '').split('|')) {
                            assert.ok(labels[label].includes(one), asked);
                        }
                    }
                }
            }
        });

        it('uses variables that it has', () => {
            const own = templating.list.map((variable) => variable.name);
            const grafanas = ['__rate_interval', '__range'];
            for (const [, used] of JSON.stringify(panels.map(({targets}) => targets)).matchAll(/\$\{?(\w+)/g)) {
                assert.ok([...own, ...grafanas].includes(used), used);
            }
        });

        it('rates over an interval that suits the scrapes, or over all the time that is shown', () => {
            for (const [where, expression] of expressionsOf(dashboard)) {
                for (const [, window] of expression.matchAll(/\[([^\]]*)\]/g)) {
                    assert.match(window, /^\$__(rate_interval|range)$/, where);
                }
            }
        });
    });
}

describe('the check itself', () => {
    // Each is a slip of the pen in a dashboard that is otherwise right.
    const slips = {
        option: (panel) => (panel('timeseries').options.legend.showLegends = true),
        value_of_option: (panel) => (panel('heatmap').options.color.scale = 'log'),
        missing_option: (panel) => delete panel('heatmap').options.yAxis,
        custom_field: (panel) => (panel('timeseries').fieldConfig.defaults.custom.fillOpacitty = 1),
        value_of_custom_field: (panel) =>
            (panel('timeseries').fieldConfig.defaults.custom.drawStyle = 'lines'),
        standard_field: (panel) => (panel('stat').fieldConfig.defaults.units = 'ms'),
        threshold: (panel) => (panel('stat').fieldConfig.defaults.thresholds.steps[0].colour = 'red'),
        override: (panel) => (panel('table').fieldConfig.overrides[0].properties[0].id = 'colour'),
        value_of_override: (panel) =>
            (panel('table').fieldConfig.overrides[0].properties[0] = {
                id: 'custom.cellOptions',
                value: {type: 'color-txt'},
            }),
        query: (panel) => (panel('stat').targets[0].legend = 'p95'),
        format: (panel) => (panel('heatmap').targets[0].format = 'heat'),
        transformation: (panel) => (panel('table').transformations.at(-1).options.rename = {}),
        place: (panel) => (panel('stat').gridPos.width = 4),
        panel_type: (panel) => (panel('stat').type = 'singlestat'),
        variable: (_, dashboard) => (dashboard.templating.list[1].multy = true),
        value_of_variable: (_, dashboard) => (dashboard.templating.list[1].hide = 7),
        annotation: (_, dashboard) => (dashboard.annotations.list[1].target.exp = 'up'),
        dashboard: (_, dashboard) => (dashboard.graphTooltips = 1),
    };

    it('sees each slip of the pen, and where it is', async () => {
        const [, original] = dashboards.find(([name]) => name === 'latency.json');
        const slipped = Object.entries(slips).map(([name, slip]) => {
            const dashboard = structuredClone(original);
            slip((type) => dashboard.panels.find((panel) => panel.type === type), dashboard);
            return [name, dashboard];
        });
        const errors = await typeErrors(Object.fromEntries(slipped));
        for (const [name, found] of Object.entries(errors)) {
            assert.equal(found.length, 1, `${name}: ${found.join('\n')}`);
            assert.match(found[0], /^(frame|panel_\d+): TS\d+: /, name);
        }
    });

    it('sees what is no PromQL', () => {
        assert.throws(() => parse('sum(rate(phony_turns_total[$__rate_interval])'), SyntaxError);
        assert.throws(() => parse('phony_turns_total{outcome=failed}'), SyntaxError);
    });

    it('knows a histogram only by its parts', () => {
        assert.ok(metrics.size > 50);
        assert.equal(metricOf('phony_turn_stage_seconds'), undefined);
        assert.equal(metricOf('phony_turns_total_count'), undefined);
        assert.equal(metricOf('phony_turns'), undefined);
        assert.ok(metricOf('phony_gpt_first_token_ms_bucket').labels.le.includes('375'));
    });
});

describe('the provisioning', () => {
    const dataSources = parseYaml(read('grafana/provisioning/datasources/prometheus.yaml'));
    const providers = parseYaml(read('grafana/provisioning/dashboards/phony.yaml'));
    const compose = parseYaml(read('compose.yaml'));

    it('finds the dashboards where compose puts them', () => {
        const [{options}] = providers.providers;
        assert.ok(compose.services.grafana.volumes.includes(`./grafana:${options.path}:ro`));
        const home = compose.services.grafana.environment.GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH;
        assert.ok(dashboards.some(([name]) => home === `${options.path}/${name}`), home);
    });

    it('asks Prometheus where it listens', () => {
        const [{url, type}] = dataSources.datasources;
        assert.equal(type, datasource.type);
        const listen = compose.services.prometheus.command.find((flag) => flag.includes('listen'));
        assert.equal(url.replace('http://localhost', '127.0.0.1'), listen.split('=')[1]);
    });

    it('runs the releases that this check was made with', () => {
        const {packages} = JSON.parse(readFileSync(new URL('package-lock.json', import.meta.url), 'utf8'));
        const version = (name) => packages[`node_modules/${name}`].version;
        assert.equal(compose.services.grafana.image, `grafana/grafana:${version('@grafana/schema')}`);
        // Prometheus 3.13.3 publishes its packages as 0.313.3.
        const prometheus = version('@prometheus-io/lezer-promql').replace(/^0\.(\d)(\d\d)\./, (_, major, minor) =>
            `v${major}.${Number(minor)}.`,
        );
        assert.equal(compose.services.prometheus.image, `prom/prometheus:${prometheus}`);
    });
});
