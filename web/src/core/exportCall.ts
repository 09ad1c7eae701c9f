import type { Call } from '../generated/api';

/**
 * A field of a CSV file, RFC 4180. Spreadsheets take a field that begins like a formula for one, and
 * callers decide what these fields begin with: a leading quote keeps them text. A phone number is
 * the one such thing that is harmless.
 */
export function csvField(value: string | number | boolean | null): string {
    if (value === null) return '';
    let text = String(value);
    if (typeof value === 'string' && /^[=+\-@\t\r]/.test(text) && !/^\+\d+$/.test(text)) text = `'${text}`;
    return /[",\r\n]/.test(text) || text !== text.trim() ? `"${text.replaceAll('"', '""')}"` : text;
}

type Line = [at: string, who: string, kind: string, text: string, detail: string];

/** Everything that happened in a call, in the order of time, one line each. */
export function callToCsv(call: Call): string {
    const lines: Line[] = [
        ...call.transcript.map(
            ({ timestamp, speaker, text, interrupted }): Line => [
                timestamp,
                speaker,
                'speech',
                text,
                interrupted ? 'interrupted' : '',
            ],
        ),
        ...call.commands.map(
            ({ timestamp, command, value, rejected }): Line => [
                timestamp,
                'assistant',
                `command:${command}`,
                value,
                rejected ?? '',
            ],
        ),
        ...call.overrides.map(
            ({ timestamp, supervisor, action, value, outcome, reason, peer }): Line => [
                timestamp,
                supervisor,
                `override:${action}`,
                value,
                [outcome, reason, peer].filter(Boolean).join(' '),
            ],
        ),
        ...call.keys.map(({ timestamp, digit }): Line => [timestamp, 'caller', 'key', digit, '']),
        ...call.latencies.map(
            ({ timestamp, turn, first_audio_playback_ms: ms }): Line => [
                timestamp,
                'assistant',
                `latency:turn ${turn}`,
                ms === undefined ? '' : String(ms),
                'first_audio_playback_ms',
            ],
        ),
    ];
    lines.sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0));
    const header = ['timestamp', 'who', 'kind', 'text', 'detail'];
    // The mark tells spreadsheets that it is UTF-8.
    return `\uFEFF${[header, ...lines].map((line) => line.map(csvField).join(',')).join('\r\n')}\r\n`;
}

export function callToJson(call: Call): string {
    return `${JSON.stringify(call, null, 2)}\n`;
}
