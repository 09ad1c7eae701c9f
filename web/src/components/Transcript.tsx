import { Button } from '@mantine/core';
import { ArrowDown } from 'lucide-react';
import { useEffect, useLayoutEffect, useRef, useState, type ReactNode } from 'react';

import type { Entry } from '../core/transcript';
import { text } from '../text';
import { TranscriptEntry } from './TranscriptEntry';

type Props = {
    entries: readonly Entry[];
    /** The turn that was asked for. */
    turn: number | null;
    live: boolean;
    children?: ReactNode;
};

/** So near to its end it is followed. */
const nearEnd = 80;

/** What happened in a call, following what happens until somebody reads further up. */
export function Transcript({ entries, turn, live, children }: Props) {
    const box = useRef<HTMLDivElement>(null);
    const [following, setFollowing] = useState(turn === null);
    const shownTurn = useRef<number | null>(null);
    const lastTop = useRef(0);

    // A line has its full height only once it is in sight (content-visibility), so that the end moves
    // on by itself, too.
    useLayoutEffect(() => {
        const { current } = box;
        const list = current?.querySelector('ol');
        if (!current || !list || !following || !live) return;
        const observer = new ResizeObserver(() => {
            current.scrollTop = current.scrollHeight;
        });
        observer.observe(list);
        return () => {
            observer.disconnect();
        };
    }, [following, live]);

    useEffect(() => {
        if (turn === null || shownTurn.current === turn) return;
        const place = box.current?.querySelector(`[data-turn="${turn}"]`);
        if (!place) return;
        shownTurn.current = turn;
        place.scrollIntoView({ block: 'center' });
    }, [entries, turn]);

    return (
        <div className="transcript-frame">
            <div
                ref={box}
                className="transcript"
                role="log"
                aria-live="off"
                aria-label={text.call.transcript}
                // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- scrolled with the keyboard
                tabIndex={0}
                onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
                    // A text that grew has moved its end away; only who scrolls up wants to stay.
                    const up = scrollTop < lastTop.current;
                    lastTop.current = scrollTop;
                    if (scrollHeight - scrollTop - clientHeight < nearEnd) setFollowing(true);
                    else if (up) setFollowing(false);
                }}
            >
                <ol>
                    {entries.map((entry) => (
                        <TranscriptEntry key={entry.key} entry={entry} marked={isTurn(entry, turn)} />
                    ))}
                </ol>
                {children}
            </div>
            {live && !following && (
                <Button
                    className="to-latest"
                    size="xs"
                    radius="xl"
                    leftSection={<ArrowDown size={14} />}
                    onClick={() => {
                        setFollowing(true);
                    }}
                >
                    {text.call.latest}
                </Button>
            )}
        </div>
    );
}

function isTurn(entry: Entry, turn: number | null): boolean {
    if (turn === null) return false;
    if (entry.kind === 'turn') return entry.latency.turn === turn;
    return entry.kind === 'agent' && entry.turn === turn;
}
