import { Group, SegmentedControl, TextInput } from '@mantine/core';
import { Search } from 'lucide-react';
import { memo, useDeferredValue, useEffect, useMemo, useRef, useState, type RefObject } from 'react';

import { CallList } from '../components/CallList';
import { PlaceCallButton } from '../components/PlaceCall';
import { Scenarios, SimulateButton, useCanSimulate } from '../components/Simulate';
import { matches, sortRows, type SortOrder } from '../core/trouble';
import { useCalls, useNow } from '../data/context';
import { prefer, preferences } from '../data/preferences';
import { route } from '../data/route';
import { useStore } from '../data/store';
import { text } from '../text';
import { CallView } from './CallView';

/** Where a slash is a slash. A choice is an input, too, but nobody writes into it. */
const writable = 'input:not([type=radio], [type=checkbox]), textarea, select, [role=dialog]';

/** "/" leads to the search from anywhere but where one writes. */
function useSearchKey(input: RefObject<HTMLInputElement | null>): void {
    useEffect(() => {
        const listen = (event: KeyboardEvent): void => {
            const { target } = event;
            const writing = target instanceof HTMLElement && target.closest(writable);
            if (event.key !== '/' || writing || event.ctrlKey || event.metaKey) return;
            event.preventDefault();
            input.current?.focus();
        };
        document.addEventListener('keydown', listen);
        return () => {
            document.removeEventListener('keydown', listen);
        };
    }, [input]);
}

/** Always the same: it is not rendered with each event. */
const simulateButton = <SimulateButton />;
const placeButton = <PlaceCallButton small />;

type ToolsProps = { search: string; onSearch: (search: string) => void };

/** They have nothing to do with what happens in calls, and are not rendered with it. */
const ListTools = memo(function ListTools({ search, onSearch }: ToolsProps) {
    const { sort } = useStore(preferences);
    const input = useRef<HTMLInputElement>(null);
    useSearchKey(input);
    return (
        <div className="side-tools">
            <TextInput
                ref={input}
                type="search"
                size="sm"
                aria-label={text.list.search}
                aria-description={text.list.keys}
                placeholder={text.list.search}
                leftSection={<Search size={15} />}
                value={search}
                onChange={(event) => {
                    onSearch(event.currentTarget.value);
                }}
            />
            <SegmentedControl
                withItemsBorders={false}
                size="xs"
                fullWidth
                aria-label={text.list.sort}
                value={sort}
                onChange={(value) => {
                    prefer({ sort: value as SortOrder });
                }}
                data={Object.entries(text.list.sortBy).map(([value, label]) => ({ value, label }))}
            />
        </div>
    );
});

function EmptyList({ canSimulate }: { canSimulate: boolean }) {
    return (
        <div className="empty">
            <h2>{text.simulate.emptyTitle}</h2>
            <p>{text.simulate.emptyText}</p>
            <div>
                <PlaceCallButton />
            </div>
            {canSimulate && (
                <>
                    <p>{text.simulate.offer}</p>
                    <Scenarios />
                </>
            )}
        </div>
    );
}

export function CallsView() {
    const calls = useCalls();
    const { rows, complete } = useStore(calls.snapshot);
    const { sort } = useStore(preferences);
    const { callSid } = useStore(route);
    const now = useNow();
    const [search, setSearch] = useState('');
    const wanted = useDeferredValue(search);
    const canSimulate = useCanSimulate();

    const shown = useMemo(
        () =>
            sortRows(
                rows.filter((row) => matches(row, wanted)),
                sort,
                (row) => calls.now(row.callSid),
            ),
        // eslint-disable-next-line react-hooks/exhaustive-deps -- and again as time goes by
        [rows, wanted, sort, calls, now],
    );
    const active = rows.filter(({ state }) => state !== 'ended').length;
    const empty = complete && rows.length === 0;
    const openCall = useMemo(() => callSid !== null && <CallView key={callSid} callSid={callSid} />, [callSid]);
    const alone = empty && callSid === null;

    return (
        <div className="calls" data-open={callSid !== null || undefined} data-empty={alone || undefined}>
            <section className="calls-side" aria-label={text.list.title}>
                <div className="side-head">
                    <h2>{text.list.active(active)}</h2>
                    <Group gap={8} wrap="nowrap">
                        {canSimulate && !alone && simulateButton}
                        {!alone && placeButton}
                    </Group>
                </div>
                <ListTools search={search} onSearch={setSearch} />
                {shown.length > 0 && <CallList rows={shown} selected={callSid} />}
                {shown.length === 0 && rows.length > 0 && <p className="placeholder">{text.list.nothingFound}</p>}
                {empty && !alone && <p className="placeholder">{text.simulate.emptyTitle}</p>}
            </section>
            <section className="calls-main" aria-label={text.list.open}>
                {alone && <EmptyList canSimulate={canSimulate} />}
                {!alone && callSid === null && <p className="placeholder centre">{text.list.choose}</p>}
                {openCall}
            </section>
        </div>
    );
}
