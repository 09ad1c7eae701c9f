import { SegmentedControl } from '@mantine/core';
import { useEffect, useMemo, useState } from 'react';

import { Sparkline } from '../components/Sparkline';
import { StageBar } from '../components/TurnLatency';
import { formatClock, formatMilliseconds } from '../core/format';
import {
    metricNames,
    quantilesOf,
    seriesOf,
    slowest,
    type MetricName,
    type Quantiles,
    type Turn,
} from '../core/latencyStats';
import { useCalls, useNow } from '../data/context';
import { addPastTurns } from '../data/pastTurns';
import { go, hrefOf } from '../data/route';
import { useStore } from '../data/store';
import { text } from '../text';

const shownTurns = 20;
const buckets = 60;

function Figures({ quantiles }: { quantiles: Quantiles }) {
    const parts = ['p50', 'p95', 'p99'] as const;
    return (
        <dl className="quantiles">
            {parts.map((part) => {
                const value = quantiles[part];
                return (
                    <div key={part} data-part={part}>
                        <dt>{text.latency.quantiles[part]}</dt>
                        <dd>{value === null ? '–' : formatMilliseconds(value)}</dd>
                    </div>
                );
            })}
        </dl>
    );
}

function Metric({ name, turns, now, span }: { name: MetricName; turns: readonly Turn[]; now: number; span: number }) {
    const quantiles = quantilesOf(turns, name);
    const series = seriesOf(turns, name, now, span, buckets);
    return (
        <section className="metric" aria-labelledby={`metric-${name}`}>
            <h3 id={`metric-${name}`}>{text.latency.metrics[name]}</h3>
            <p className="dim">{text.latency.explained[name]}</p>
            <Figures quantiles={quantiles} />
            <Sparkline series={series} label={text.latency.chart(text.latency.metrics[name])} />
        </section>
    );
}

function SlowestTurns({ turns }: { turns: readonly Turn[] }) {
    const { columns } = text.latency;
    return (
        <section className="slowest" aria-labelledby="slowest-title">
            <h3 id="slowest-title">{text.latency.slowest}</h3>
            <div className="table-frame">
                <table className="table">
                    <thead>
                        <tr>
                            <th scope="col">{columns.call}</th>
                            <th scope="col" className="number">
                                {columns.heard}
                            </th>
                            <th scope="col" className="number">
                                {columns.model}
                            </th>
                            <th scope="col" className="number">
                                {columns.own}
                            </th>
                            <th scope="col">{columns.stages}</th>
                            <th scope="col" className="number">
                                {columns.when}
                            </th>
                        </tr>
                    </thead>
                    <tbody>
                        {slowest(turns, shownTurns).map(({ callSid, at, latency }) => (
                            <tr key={`${callSid}/${latency.turn}/${at}`}>
                                <td className="sid-cell">
                                    <a
                                        href={hrefOf({ callSid, turn: latency.turn })}
                                        onClick={(event) => {
                                            if (event.metaKey || event.ctrlKey || event.shiftKey) return;
                                            event.preventDefault();
                                            go({ view: 'calls', callSid, turn: latency.turn });
                                        }}
                                    >
                                        <bdi>{callSid}</bdi>
                                    </a>{' '}
                                    <span className="dim">{text.entry.turn(latency.turn)}</span>
                                </td>
                                <td className="number strong">
                                    {formatMilliseconds(latency.first_audio_playback_ms ?? 0)}
                                </td>
                                <td className="number">
                                    {latency.gpt_first_token_ms === undefined
                                        ? '–'
                                        : formatMilliseconds(latency.gpt_first_token_ms)}
                                </td>
                                <td className="number">
                                    {latency.transcript_to_gpt_ms === undefined
                                        ? '–'
                                        : formatMilliseconds(latency.transcript_to_gpt_ms)}
                                </td>
                                <td className="stage-cell">
                                    <StageBar latency={latency} />
                                </td>
                                <td className="number">{formatClock(at)}</td>
                            </tr>
                        ))}
                    </tbody>
                </table>
            </div>
        </section>
    );
}

/** Where the milliseconds go, over all calls. */
export default function LatencyView() {
    const calls = useCalls();
    const all = useStore(calls.turns);
    const now = useNow(null, 2000);
    const [minutes, setMinutes] = useState('15');
    const span = Number(minutes) * 60_000;
    useEffect(() => {
        void addPastTurns(calls);
    }, [calls]);
    const turns = useMemo(() => all.filter(({ at }) => at > now - span), [all, now, span]);

    return (
        <div className="page latency">
            <div className="page-head">
                <h2>{text.latency.title}</h2>
                <span className="dim">{text.latency.turns(turns.length)}</span>
                <SegmentedControl
                    withItemsBorders={false}
                    size="xs"
                    aria-label={text.latency.window}
                    value={minutes}
                    onChange={setMinutes}
                    data={Object.entries(text.latency.windows).map(([value, label]) => ({ value, label }))}
                />
            </div>
            {turns.length === 0 && <p className="placeholder">{text.latency.none}</p>}
            <div className="metrics">
                {metricNames.map((name) => (
                    <Metric key={name} name={name} turns={turns} now={now} span={span} />
                ))}
            </div>
            {turns.length > 0 && <SlowestTurns turns={turns} />}
        </div>
    );
}
