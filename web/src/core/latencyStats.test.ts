import { describe, expect, it } from 'vitest';

import { quantile, quantilesOf, seriesOf, slowest, type Turn } from './latencyStats';

const turn = (at: number, first_audio_playback_ms?: number): Turn => ({
    callSid: 'CA1',
    at,
    latency: {
        turn: 1,
        stages: [],
        total_ms: 0,
        interrupted: false,
        failed: false,
        ...(first_audio_playback_ms === undefined ? {} : { first_audio_playback_ms }),
    },
});

describe('latency of turns', () => {
    it('has quantiles that are values of turns', () => {
        const hundred = Array.from({ length: 100 }, (_, index) => index + 1);
        expect([0.5, 0.95, 0.99, 1].map((part) => quantile(hundred, part))).toEqual([50, 95, 99, 100]);
        expect(quantile([7], 0.99)).toBe(7);
        expect(quantile([], 0.5)).toBeNull();
    });

    it('counts the turns that reached their first word', () => {
        const quantiles = quantilesOf([turn(0, 300), turn(1), turn(2, 100)], 'first_audio_playback_ms');
        expect(quantiles).toMatchObject({ count: 2, p50: 100, p95: 300 });
    });

    it('is cut into stretches of time, with gaps where nothing was', () => {
        const series = seriesOf([turn(1000, 5), turn(1500, 7), turn(9000, 9)], 'first_audio_playback_ms', 10_000, 10_000, 10);
        expect(series.p95[1]).toBe(7);
        expect(series.p50[1]).toBe(5);
        expect(series.p50[5]).toBeNull();
        expect(series.p50[9]).toBe(9);
        expect(series.times).toHaveLength(series.p50.length);
    });

    it('names the slowest first', () => {
        const turns = [turn(0, 100), turn(1, 900), turn(2), turn(3, 500)];
        expect(slowest(turns, 2).map(({ latency }) => latency.first_audio_playback_ms)).toEqual([900, 500]);
    });
});
