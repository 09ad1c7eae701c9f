import { useVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useRef, useState, type KeyboardEvent } from 'react';

import type { CallRow } from '../core/callRow';
import { go } from '../data/route';
import { CallListItem } from './CallListItem';

const rowHeight = 88;

/** Where a key leads to in a list of so many; null when it leads nowhere. */
function target(key: string, from: number, count: number, page: number): number | null {
    const steps: Record<string, number> = {
        ArrowDown: from + 1,
        j: from + 1,
        ArrowUp: from - 1,
        k: from - 1,
        PageDown: from + page,
        PageUp: from - page,
        Home: 0,
        End: count - 1,
    };
    const to = steps[key];
    return to === undefined ? null : Math.min(count - 1, Math.max(0, to));
}

const open = (callSid: string): void => {
    go({ view: 'calls', callSid });
};

/** Hundreds of calls, of which only those in sight are in the page. */
export function CallList({ rows, selected }: { rows: readonly CallRow[]; selected: string | null }) {
    const box = useRef<HTMLDivElement>(null);
    const [focused, setFocused] = useState<string | null>(null);
    // eslint-disable-next-line react-hooks/incompatible-library -- no compiler memoizes here
    const virtual = useVirtualizer({
        count: rows.length,
        getScrollElement: () => box.current,
        estimateSize: () => rowHeight,
        getItemKey: (index) => rows[index]?.callSid ?? index,
        overscan: 6,
    });

    const focusOn = useCallback(
        (index: number): void => {
            const callSid = rows[index]?.callSid;
            if (callSid === undefined) return;
            setFocused(callSid);
            virtual.scrollToIndex(index);
            // What has been scrolled to is there with the next frame.
            requestAnimationFrame(() => {
                box.current?.querySelector<HTMLElement>(`[data-call="${CSS.escape(callSid)}"]`)?.focus();
            });
        },
        [rows, virtual],
    );

    function onKeyDown(event: KeyboardEvent): void {
        if (event.ctrlKey || event.metaKey || event.altKey) return;
        const from = rows.findIndex(({ callSid }) => callSid === focused);
        const page = Math.max(1, Math.floor((box.current?.clientHeight ?? 0) / rowHeight) - 1);
        const to = target(event.key, from, rows.length, page);
        if (to === null) return;
        event.preventDefault();
        focusOn(to);
    }

    // Tab leads to the call that had the focus last, or else to the one that is open, or to the first.
    const present = (callSid: string | null): boolean => rows.some((row) => row.callSid === callSid);
    const entrance = present(focused) ? focused : present(selected) ? selected : rows[0]?.callSid;

    return (
        // eslint-disable-next-line jsx-a11y/no-static-element-interactions -- arrow keys between its links
        <div
            ref={box}
            className="call-list"
            onKeyDown={onKeyDown}
            onFocus={({ target: element }) => {
                setFocused(element.closest('[data-call]')?.getAttribute('data-call') ?? null);
            }}
        >
            <ul style={{ height: virtual.getTotalSize() }}>
                {virtual.getVirtualItems().map(({ index, key, start }) => {
                    const row = rows[index];
                    if (!row) return null;
                    return (
                        <li
                            key={key}
                            aria-setsize={rows.length}
                            aria-posinset={index + 1}
                            style={{ height: rowHeight, transform: `translateY(${start}px)` }}
                        >
                            <CallListItem
                                row={row}
                                selected={row.callSid === selected}
                                focusable={row.callSid === entrance}
                                onOpen={open}
                            />
                        </li>
                    );
                })}
            </ul>
        </div>
    );
}
