import {readFileSync, readdirSync} from 'node:fs';

const folder = new URL('../../../metrics/grafana/', import.meta.url);

/**
 * @typedef {object} Dashboard
 * @property {string} name
 * @property {{where: string, expression: string}[]} queries  of its panels and annotations, as written
 * @property {any[]} variables
 */

/** Every dashboard of metrics/grafana. @returns {Dashboard[]} */
export function dashboards() {
    return readdirSync(folder)
        .filter((name) => name.endsWith('.json'))
        .map((name) => {
            const dashboard = JSON.parse(readFileSync(new URL(name, folder), 'utf8'));
            const annotations = dashboard.annotations?.list ?? [];
            return {
                name,
                variables: dashboard.templating?.list ?? [],
                queries: [
                    ...panelQueries(dashboard.panels),
                    ...annotations.map((each) => ({
                        where: `annotation ${each.name}`,
                        expression: each.target?.expr ?? each.expr,
                    })),
                ].filter(({expression}) => expression),
            };
        });
}

/** Of panels, and of those that lie in a collapsed row. */
function panelQueries(panels = []) {
    return panels.flatMap(({title, targets = [], panels: inner}) => [
        ...targets.map(({refId, expr}) => ({where: `${title}, ${refId}`, expression: expr})),
        ...panelQueries(inner),
    ]);
}

/**
 * What Grafana chooses for a dashboard's variables when "All" is selected, and for each the values there
 * are: found by `labelValues(label, selector)`, which is asked as Grafana asks Prometheus.
 *
 * @param {Dashboard} dashboard
 * @param {(label: string, selector?: string) => Promise<string[]>} labelValues
 * @returns {Promise<Map<string, string[]>>}
 */
export async function variablesOf({variables}, labelValues) {
    const values = new Map();
    for (const {name, type, query} of variables) {
        if (type === 'query') {
            const text = typeof query === 'string' ? query : query.query;
            const [, selector, label] =
                /^label_values\((?:(.+),)?\s*(\w+)\s*\)$/.exec(expand(text, values)[0]) ?? [];
            if (!label) throw new Error(`variable ${name}: ${text} is not understood`);
            values.set(name, await labelValues(label, selector));
        } else if (type === 'custom' || type === 'interval') {
            values.set(
                name,
                query.split(',').map((value) => value.trim().replace(/^.* : /, '')),
            );
        } else if (type === 'constant' || type === 'textbox') {
            values.set(name, [query]);
        }
    }
    return values;
}

const builtIn = {__rate_interval: '15s', __interval: '5s', __range: '60s', __range_s: '60', __interval_ms: '5000'};

/**
 * An expression as Grafana sends it. A variable that is matched by =~ stands for all of its values at
 * once; any other is one value at a time, as in a panel that is repeated: an expression for each.
 *
 * @param {string} expression
 * @param {Map<string, string[]>} values
 * @returns {string[]}
 */
export function expand(expression, values) {
    let expressions = [expression];
    for (const [name, value] of Object.entries(builtIn))
        expressions = expressions.map((each) => each.replaceAll(reference(name), value));
    for (const [name, choices] of values) {
        const all = `(${choices.map((choice) => choice.replaceAll(/[.+*?()|[\]{}^$\\]/g, '\\\\$&')).join('|')})`;
        const matched = new RegExp(`([=!]~\\s*")${reference(name).source}"`, 'g');
        expressions = expressions
            .map((each) => each.replaceAll(matched, (_, before) => `${before}${all}"`))
            .flatMap((each) =>
                reference(name).test(each)
                    ? choices.map((choice) => each.replaceAll(reference(name), choice))
                    : [each],
            );
    }
    for (const each of expressions) {
        const unknown = /\$\{?[A-Za-z_]\w*/.exec(each);
        if (unknown) throw new Error(`${expression}: what is ${unknown[0]}?`);
    }
    return expressions;
}

/** $name, ${name} or ${name:format}. */
function reference(name) {
    return new RegExp(`\\$(?:${name}\\b|\\{${name}(?::\\w+)?\\})`, 'g');
}
