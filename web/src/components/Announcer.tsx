import { useEffect, useRef, useState } from 'react';

import type { Entry } from '../core/transcript';
import { text } from '../text';

/** Not more than one sentence in so long: a screen reader is to keep up. */
const pause = 3000;

/** The newest thing that was said and is complete. */
function newest(entries: readonly Entry[]): string {
    const entry = entries.findLast(
        (candidate) =>
            (candidate.kind === 'caller' && !candidate.interim) ||
            (candidate.kind === 'agent' && candidate.state !== 'streaming') ||
            candidate.kind === 'ended',
    );
    if (entry?.kind === 'caller') return `${text.entry.caller}: ${entry.text}`;
    if (entry?.kind === 'agent') return `${text.entry.agent}: ${entry.text}`;
    return entry?.kind === 'ended' ? (text.endReason[entry.reason] ?? entry.reason) : '';
}

/**
 * Tells a screen reader what is said, sentence by sentence and never faster than it can speak; and
 * at once what the agent asks. The transcript itself is no live region: every token would be read.
 */
export function Announcer({ entries, question }: { entries: readonly Entry[]; question: string | null }) {
    const [said, setSaid] = useState('');
    const latest = useRef('');
    useEffect(() => {
        latest.current = newest(entries);
    }, [entries]);
    useEffect(() => {
        const timer = setInterval(() => {
            setSaid(latest.current.slice(0, 500));
        }, pause);
        return () => {
            clearInterval(timer);
        };
    }, []);
    return (
        <div className="visually-hidden">
            <div aria-live="polite">{said}</div>
            <div aria-live="assertive">{question === null ? '' : text.question.announced(question)}</div>
        </div>
    );
}
