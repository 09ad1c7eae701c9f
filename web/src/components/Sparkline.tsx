import 'uplot/dist/uPlot.min.css';

import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';

import { formatMilliseconds, formatMinute } from '../core/format';
import type { Series } from '../core/latencyStats';

const height = 150;

/** uPlot draws on a canvas, which knows no CSS variables. */
function color(name: string): string {
    return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function options(width: number): uPlot.Options {
    const axis = { stroke: color('--dim'), grid: { stroke: color('--line'), width: 1 }, ticks: { show: false } };
    return {
        width,
        height,
        legend: { show: false },
        cursor: { drag: { x: false, y: false } },
        scales: { y: { range: (_plot, _least, most) => [0, Math.max(most || 0, 1) * 1.1] } },
        axes: [
            { ...axis, space: 70, size: 28, values: (_plot, ticks) => ticks.map((at) => formatMinute(at * 1000)) },
            { ...axis, size: 62, space: 34, values: (_plot, ticks) => ticks.map(formatMilliseconds) },
        ],
        series: [
            {},
            { stroke: color('--accent'), width: 2, spanGaps: true, points: { show: true, size: 5, fill: color('--accent') } },
            { stroke: color('--warn-line'), width: 1.5, dash: [5, 4], spanGaps: true, points: { show: true, size: 4, fill: color('--warn-line') } },
        ],
    };
}

/** Median and 95th percentile over time. */
export function Sparkline({ series, label }: { series: Series; label: string }) {
    const box = useRef<HTMLDivElement>(null);
    const plot = useRef<uPlot | null>(null);
    const scheme = useComputedColorScheme('light');

    useEffect(() => {
        const { current } = box;
        if (!current) return undefined;
        plot.current = new uPlot(options(current.clientWidth), [[], [], []], current);
        const watch = new ResizeObserver(() => plot.current?.setSize({ width: current.clientWidth, height }));
        watch.observe(current);
        return () => {
            watch.disconnect();
            plot.current?.destroy();
            plot.current = null;
        };
    }, [scheme]);

    useEffect(() => {
        plot.current?.setData([series.times, series.p50, series.p95]);
    }, [series, scheme]);

    return <div ref={box} className="sparkline" role="img" aria-label={label} />;
}
