import {parser} from '@prometheus-io/lezer-promql';

/** Where Prometheus' grammar wants a duration, and Grafana puts one. */
const durations = /\$__(rate_interval|interval|range)\b/g;

/**
 * What an expression names, read with the grammar of Prometheus' own editor: the series that it selects,
 * and the labels that it groups by.
 *
 * @param {string} expression
 */
export function parse(expression) {
    const text = expression.replace(durations, '5m');
    const read = (node) => (node ? text.slice(node.from, node.to) : '');
    /** @type {{metric: string, matchers: {label: string, value: string}[]}[]} */
    const series = [];
    /** @type {string[]} */
    const groups = [];
    parser.parse(text).iterate({
        enter({type, name, node}) {
            if (type.isError) {
                const [before, after] = [text.slice(0, node.from), text.slice(node.from)];
                throw new SyntaxError(`not PromQL: ${before} ☞ ${after}`);
            }
            if (name === 'VectorSelector') {
                series.push({metric: read(node.getChild('Identifier')), matchers: []});
            } else if (name === 'UnquotedLabelMatcher') {
                const label = read(node.getChild('LabelName'));
                const value = JSON.parse(read(node.getChild('StringLiteral')));
                series.at(-1)?.matchers.push({label, value});
            } else if (name === 'GroupingLabels') {
                groups.push(...node.getChildren('LabelName').map(read));
            }
        },
    });
    return {series, groups};
}
