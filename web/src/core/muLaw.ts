/** Audio of a call as /listen/ws has it: G.711 µ-law, 8,000 samples a second, in base64. */
export const sampleRate = 8000;

/** The 256 values of µ-law as samples between −1 and 1. */
const samples = Float32Array.from({ length: 256 }, (_, code) => {
    const inverted = ~code & 0xff;
    const exponent = (inverted >> 4) & 0x07;
    const magnitude = (((inverted & 0x0f) << 3) + 0x84) << exponent;
    return ((inverted & 0x80 ? -1 : 1) * (magnitude - 0x84)) / 32768;
});

export function decodeMuLaw(base64: string): Float32Array<ArrayBuffer> {
    const bytes = atob(base64);
    return Float32Array.from(bytes, (byte) => samples[byte.charCodeAt(0)] ?? 0);
}

/**
 * How loud it is, from 0 to 1 as it is felt: 50 dB between a whisper and the loudest that the line
 * carries.
 */
export function loudness(sound: Float32Array): number {
    if (sound.length === 0) return 0;
    const power = sound.reduce((sum, sample) => sum + sample * sample, 0) / sound.length;
    return Math.min(1, Math.max(0, 1 + (10 * Math.log10(power)) / 50));
}
