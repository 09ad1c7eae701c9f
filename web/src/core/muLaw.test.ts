import { describe, expect, it } from 'vitest';

import { decodeMuLaw, loudness } from './muLaw';

const encoded = (...codes: number[]) => btoa(String.fromCharCode(...codes));

describe('µ-law', () => {
    it('has the values of G.711', () => {
        const of = (code: number) => Math.round((decodeMuLaw(encoded(code))[0] ?? NaN) * 32768);
        expect([0xff, 0x7f].map((code) => Math.abs(of(code)))).toEqual([0, 0]);
        expect([0x80, 0x00, 0xfe, 0x7e, 0xaa, 0x2a].map(of)).toEqual([32124, -32124, 8, -8, 5372, -5372]);
    });

    it('is as long as it was', () => {
        expect(decodeMuLaw(encoded(...Array.from({ length: 800 }, () => 0xff)))).toHaveLength(800);
        expect(decodeMuLaw('')).toHaveLength(0);
    });

    it('is silent, soft or loud', () => {
        expect(loudness(new Float32Array(0))).toBe(0);
        expect(loudness(new Float32Array(80))).toBe(0);
        expect(loudness(new Float32Array(80).fill(1))).toBe(1);
        const soft = loudness(new Float32Array(80).fill(0.01));
        expect(soft).toBeGreaterThan(0.1);
        expect(soft).toBeLessThan(0.4);
    });
});
