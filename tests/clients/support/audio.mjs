import {spawnSync} from 'node:child_process';
import assert from 'node:assert/strict';

/** @param {Buffer} muLaw @returns {Float64Array} samples from -1 to 1, as G.711 has them */
export function decode(muLaw) {
    return Float64Array.from(muLaw, (code) => {
        const inverted = ~code & 0xff;
        const magnitude = (((2 * (inverted & 15) + 33) << ((inverted >> 4) & 7)) - 33) * 4;
        return (inverted & 0x80 ? -magnitude : magnitude) / 32_768;
    });
}

/** What sox makes of samples at 24,000 a second: µ-law at 8,000. @param {Int16Array} samples */
export function convertedBySox(samples) {
    const raw = ['-t', 'raw', '-c', '1'];
    const {status, stdout, stderr} = spawnSync(
        'sox',
        // prettier-ignore
        ['-D', ...raw, '-r', '24000', '-e', 'signed', '-b', '16', '-',
         ...raw, '-r', '8000', '-e', 'mu-law', '-b', '8', '-'],
        {input: Buffer.from(samples.buffer), maxBuffer: 1 << 26},
    );
    assert.equal(status, 0, String(stderr));
    return stdout;
}

/** The power of `wanted` to that of what differs from it, in dB. */
export function signalToNoise(wanted, samples) {
    let signal = 0;
    let noise = 0;
    for (let at = 0; at < Math.min(wanted.length, samples.length); ++at) {
        signal += wanted[at] ** 2;
        noise += (samples[at] - wanted[at]) ** 2;
    }
    return 10 * Math.log10(signal / noise);
}
