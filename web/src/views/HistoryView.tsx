import { Alert, Button, TextInput } from '@mantine/core';
import { Search } from 'lucide-react';
import { useEffect, useState } from 'react';

import { HistoryTable } from '../components/HistoryTable';
import { route } from '../data/route';
import { PastCalls, type HistoryFilter } from '../data/pastCalls';
import { useStore } from '../data/store';
import { inWords } from '../data/words';
import { text } from '../text';
import { CallView } from './CallView';

const nothing: HistoryFilter = { number: '', words: '', from: '', to: '' };

function Filters({ onSearch }: { onSearch: (filter: HistoryFilter) => void }) {
    const [filter, setFilter] = useState(nothing);
    const field = (name: keyof HistoryFilter) => ({
        value: filter[name],
        onChange: (event: { currentTarget: { value: string } }): void => {
            setFilter({ ...filter, [name]: event.currentTarget.value });
        },
    });
    return (
        <form
            className="filters"
            role="search"
            onSubmit={(event) => {
                event.preventDefault();
                onSearch(filter);
            }}
        >
            <TextInput size="sm" type="search" label={text.history.words} {...field('words')} className="grow" />
            <TextInput size="sm" type="search" inputMode="tel" label={text.history.number} {...field('number')} />
            <TextInput size="sm" type="date" label={text.history.from} {...field('from')} />
            <TextInput size="sm" type="date" label={text.history.to} {...field('to')} />
            <Button size="sm" type="submit" leftSection={<Search size={15} />}>
                {text.history.search}
            </Button>
            {filter !== nothing && (
                <Button
                    size="sm"
                    variant="default"
                    onClick={() => {
                        setFilter(nothing);
                        onSearch(nothing);
                    }}
                >
                    {text.history.clear}
                </Button>
            )}
        </form>
    );
}

function PastCallList({ past }: { past: PastCalls }) {
    const { calls, nextCursor, busy, error, filtered } = useStore(past.state);
    const none = !busy && calls.length === 0 && error === null;
    return (
        <>
            {error !== null && (
                <Alert color="red" role="alert">
                    {text.history.failed} {inWords(error)}{' '}
                    <Button size="compact-xs" variant="default" onClick={() => void past.more()}>
                        {text.retry}
                    </Button>
                </Alert>
            )}
            {calls.length > 0 && <HistoryTable calls={calls} />}
            <p className="placeholder" role="status">
                {none && (filtered ? text.history.none : text.history.empty)}
                {busy && calls.length === 0 && text.loading}
                {calls.length > 0 && text.history.shown(calls.length)}
            </p>
            {nextCursor !== null && (
                <Button variant="default" loading={busy} onClick={() => void past.more()} className="more">
                    {text.history.more}
                </Button>
            )}
        </>
    );
}

/** Past calls, and what is known of each. */
export default function HistoryView() {
    const { callSid } = useStore(route);
    const [past] = useState(() => new PastCalls());
    useEffect(() => {
        void past.search(nothing);
        return () => {
            past.stop();
        };
    }, [past]);
    return (
        <div className="page history" data-open={callSid !== null || undefined}>
            <div className="history-list">
                <div className="page-head">
                    <h2>{text.history.title}</h2>
                </div>
                <Filters onSearch={(filter) => void past.search(filter)} />
                <PastCallList past={past} />
            </div>
            {callSid !== null && (
                <section className="history-call" aria-label={text.call.transcript}>
                    <CallView key={callSid} callSid={callSid} />
                </section>
            )}
        </div>
    );
}
