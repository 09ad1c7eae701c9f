import { PhoneIncoming, PhoneOutgoing } from 'lucide-react';
import { memo } from 'react';

import { formatDayAndMinute, formatDuration } from '../core/format';
import type { CallSummary } from '../generated/api';
import { go, hrefOf, route } from '../data/route';
import { useStore } from '../data/store';
import { text } from '../text';
import { PhoneNumber } from './PhoneNumber';

function Notes({ call }: { call: CallSummary }) {
    const notes: [count: number, words: string][] = [
        [call.metrics.override_count, text.history.interventions(call.metrics.override_count)],
        [call.interruptions, text.history.interruptions(call.interruptions)],
        [call.errors, text.history.errors(call.errors)],
    ];
    return notes
        .filter(([count]) => count > 0)
        .map(([, words]) => (
            <span key={words} className="tag">
                {words}
            </span>
        ));
}

const Row = memo(function Row({ call, selected }: { call: CallSummary; selected: boolean }) {
    const { callSid, startedAt, metrics, endReason } = call;
    const Direction = call.direction.startsWith('outbound') ? PhoneOutgoing : PhoneIncoming;
    const to = { view: 'history', callSid } as const;
    return (
        <tr data-selected={selected || undefined}>
            <td>
                <a
                    href={hrefOf(to)}
                    aria-current={selected ? 'true' : undefined}
                    onClick={(event) => {
                        if (event.metaKey || event.ctrlKey || event.shiftKey) return;
                        event.preventDefault();
                        go(to);
                    }}
                >
                    {formatDayAndMinute(Date.parse(startedAt))}
                </a>
            </td>
            <td className="parties">
                <Direction size={14} aria-label={text.direction[call.direction] ?? call.direction} />{' '}
                <PhoneNumber number={call.from} />
                <span className="called">
                    {' '}
                    <span className="dim">→</span> <PhoneNumber number={call.to} />
                </span>
            </td>
            <td className="number">{formatDuration(metrics.call_duration_seconds * 1000)}</td>
            <td>{call.state === 'ended' ? (text.endReason[endReason ?? ''] ?? endReason) : text.activity.lost}</td>
            <td className="tags">
                <Notes call={call} />
            </td>
        </tr>
    );
});

export function HistoryTable({ calls }: { calls: readonly CallSummary[] }) {
    const { callSid } = useStore(route);
    const { columns } = text.history;
    return (
        <div className="table-frame">
            <table className="table rows">
                <thead>
                    <tr>
                        <th scope="col">{columns.started}</th>
                        <th scope="col">{columns.parties}</th>
                        <th scope="col" className="number">
                            {columns.duration}
                        </th>
                        <th scope="col">{columns.ended}</th>
                        <th scope="col">{columns.facts}</th>
                    </tr>
                </thead>
                <tbody>
                    {calls.map((call) => (
                        <Row key={call.callSid} call={call} selected={call.callSid === callSid} />
                    ))}
                </tbody>
            </table>
        </div>
    );
}
