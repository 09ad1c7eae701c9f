const pad = (value: number): string => String(value).padStart(2, '0');

/** 0:07, 12:45, 1:02:03. */
export function formatDuration(milliseconds: number): string {
    const seconds = Math.max(0, Math.floor(milliseconds / 1000));
    const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
    return h > 0 ? `${h}:${pad(m)}:${pad(s)}` : `${m}:${pad(s)}`;
}

/** 0.4 ms, 38 ms, 1.24 s: three digits tell all that matters. */
export function formatMilliseconds(milliseconds: number): string {
    if (milliseconds < 10) return `${milliseconds.toFixed(1)} ms`;
    if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
    if (milliseconds < 100_000) return `${(milliseconds / 1000).toFixed(2)} s`;
    return `${Math.round(milliseconds / 1000)} s`;
}

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const minute = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const dayAndMinute = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

export const formatClock = (at: number): string => clock.format(at);
export const formatMinute = (at: number): string => minute.format(at);
export const formatDayAndMinute = (at: number): string => dayAndMinute.format(at);
