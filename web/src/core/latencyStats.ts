import type { Latency } from '../generated/api';

/** A turn that has ended, of whichever call. */
export type Turn = {
    readonly callSid: string;
    readonly at: number;
    readonly latency: Latency;
};

export const metricNames = ['first_audio_playback_ms', 'gpt_first_token_ms', 'transcript_to_gpt_ms'] as const;
export type MetricName = (typeof metricNames)[number];

/** How many turns are kept: hours of a busy line. */
export const mostTurns = 5000;

/** The value below which that part of a sorted list lies; null when there is none. */
export function quantile(sorted: readonly number[], part: number): number | null {
    if (sorted.length === 0) return null;
    return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(part * sorted.length) - 1))] ?? null;
}

export type Quantiles = { count: number; p50: number | null; p95: number | null; p99: number | null };

function valuesOf(turns: readonly Turn[], metric: MetricName): number[] {
    return turns.flatMap(({ latency }) => latency[metric] ?? []).sort((a, b) => a - b);
}

export function quantilesOf(turns: readonly Turn[], metric: MetricName): Quantiles {
    const sorted = valuesOf(turns, metric);
    return {
        count: sorted.length,
        p50: quantile(sorted, 0.5),
        p95: quantile(sorted, 0.95),
        p99: quantile(sorted, 0.99),
    };
}

export type Series = { times: number[]; p50: (number | null)[]; p95: (number | null)[] };

/**
 * Median and 95th percentile over time, in so many equal stretches up to `end`. Seconds, as uPlot
 * wants them. A stretch without turns is a gap.
 */
export function seriesOf(
    turns: readonly Turn[],
    metric: MetricName,
    end: number,
    span: number,
    buckets: number,
): Series {
    const width = span / buckets;
    const start = Math.floor((end - span) / width) * width;
    const groups = Array.from({ length: buckets + 1 }, (): Turn[] => []);
    for (const turn of turns) groups[Math.floor((turn.at - start) / width)]?.push(turn);
    const series: Series = { times: [], p50: [], p95: [] };
    groups.forEach((group, index) => {
        const { p50, p95 } = quantilesOf(group, metric);
        series.times.push((start + (index + 0.5) * width) / 1000);
        series.p50.push(p50);
        series.p95.push(p95);
    });
    return series;
}

/** Those whose callers waited longest for the first word. */
export function slowest(turns: readonly Turn[], count: number): Turn[] {
    return turns
        .filter(({ latency }) => latency.first_audio_playback_ms !== undefined)
        .sort((a, b) => (b.latency.first_audio_playback_ms ?? 0) - (a.latency.first_audio_playback_ms ?? 0))
        .slice(0, count);
}
