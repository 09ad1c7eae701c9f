/**
 * E.164 without the spaces, dashes, dots and parentheses that people write; null when it is none.
 * The server would take a number of two digits. A supervisor is still typing then.
 */
export function normalizePhone(written: string): string | null {
    const plain = written.replace(/[\s().-]/g, '');
    return /^\+[1-9]\d{6,14}$/.test(plain) ? plain : null;
}

/** Numbers of North America in their usual groups, others in groups of three. For reading only. */
export function formatPhone(number: string): string {
    const american = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(number);
    if (american) return `+1 ${american.slice(1).join(' ')}`;
    if (!/^\+\d{7,15}$/.test(number)) return number;
    return number.slice(0, 3) + number.slice(3).replace(/(\d{3})(?=\d)/g, ' $1');
}

export function isDtmf(key: string): boolean {
    return /^[0-9*#]$/.test(key);
}
