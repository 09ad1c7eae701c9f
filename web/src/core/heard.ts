/**
 * Where, within a reply, that what was heard of it ends. What is heard comes back from speech
 * synthesis, so spaces and letter case may differ; null when it is no beginning of the reply.
 */
function endOfHeard(reply: string, heard: string): number | null {
    let at = 0;
    for (const character of heard) {
        if (/\s/.test(character)) continue;
        while (at < reply.length && /\s/.test(reply.charAt(at))) ++at;
        const next = String.fromCodePoint(reply.codePointAt(at) ?? 0);
        if (at >= reply.length || next.toLowerCase() !== character.toLowerCase()) return null;
        at += next.length;
    }
    return at;
}

export type Split = { readonly heard: string; readonly unheard: string };

/**
 * A reply that was cut: what the caller heard, and what was written and never reached anyone. When
 * they do not fit each other, only what was heard is certain.
 */
export function splitHeard(reply: string, heard: string): Split {
    const end = endOfHeard(reply, heard);
    if (end === null) return { heard, unheard: '' };
    return { heard: reply.slice(0, end), unheard: reply.slice(end) };
}
