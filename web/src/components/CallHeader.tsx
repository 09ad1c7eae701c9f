import { ActionIcon, Button, CopyButton } from '@mantine/core';
import { ArrowLeft, ArrowRight, Check, Copy, Download, PhoneIncoming, PhoneOutgoing } from 'lucide-react';

import type { CallView } from '../core/callLog';
import { durationOf } from '../core/callRow';
import { callToCsv, callToJson } from '../core/exportCall';
import { formatDayAndMinute, formatDuration, formatMilliseconds } from '../core/format';
import { quantile } from '../core/latencyStats';
import type { Call } from '../generated/api';
import { useNow } from '../data/context';
import { download } from '../data/download';
import { go, route } from '../data/route';
import { useStore } from '../data/store';
import { text } from '../text';
import { Activity } from './Activity';
import { PhoneNumber } from './PhoneNumber';
import { Troubles } from './Troubles';

function CallSid({ callSid }: { callSid: string }) {
    return (
        <span className="sid">
            <span className="visually-hidden">{text.call.callSid} </span>
            <bdi>{callSid}</bdi>
            <CopyButton value={callSid}>
                {({ copied, copy }) => (
                    <ActionIcon
                        size="sm"
                        variant="subtle"
                        color="gray"
                        aria-label={copied ? text.call.copied : `${text.call.copy}: ${text.call.callSid}`}
                        onClick={copy}
                    >
                        {copied ? <Check size={13} /> : <Copy size={13} />}
                    </ActionIcon>
                )}
            </CopyButton>
        </span>
    );
}

function Metrics({ view }: { view: CallView }) {
    const { row, latencies } = view;
    const heard = latencies.flatMap((latency) => latency.first_audio_playback_ms ?? []).sort((a, b) => a - b);
    const median = quantile(heard, 0.5);
    const facts: [name: keyof typeof text.call.metrics, value: string | number][] = [
        ['transcript_count', row.metrics.transcript_count],
        ['command_count', row.metrics.command_count],
        ['override_count', row.metrics.override_count],
        ['interruptions', row.interruptions],
        ['errors', row.errors],
        ['latency', median === null ? '–' : formatMilliseconds(median)],
    ];
    return (
        <dl className="facts">
            {facts.map(([name, value]) => (
                <div key={name} data-nothing={value === 0 || value === '–' || undefined}>
                    <dt>{text.call.metrics[name]}</dt>
                    <dd>{value}</dd>
                </div>
            ))}
        </dl>
    );
}

function Exports({ record }: { record: Call }) {
    return (
        <span className="exports">
            <Button
                size="compact-xs"
                variant="default"
                leftSection={<Download size={13} />}
                aria-label={`${text.call.export} CSV`}
                onClick={() => {
                    download(`${record.callSid}.csv`, 'text/csv', callToCsv(record));
                }}
            >
                CSV
            </Button>
            <Button
                size="compact-xs"
                variant="default"
                leftSection={<Download size={13} />}
                aria-label={`${text.call.export} JSON`}
                onClick={() => {
                    download(`${record.callSid}.json`, 'application/json', callToJson(record));
                }}
            >
                JSON
            </Button>
        </span>
    );
}

export function CallHeader({ view, record }: { view: CallView; record: Call | null }) {
    const { view: where } = useStore(route);
    const { row } = view;
    const now = useNow(row.callSid);
    const Direction = row.direction.startsWith('outbound') ? PhoneOutgoing : PhoneIncoming;
    return (
        <header className="call-header">
            <div className="call-title">
                <ActionIcon
                    className="call-back"
                    variant="subtle"
                    color="gray"
                    aria-label={text.back}
                    onClick={() => {
                        go({ view: where });
                    }}
                >
                    <ArrowLeft size={20} />
                </ActionIcon>
                <h2>
                    <Direction size={18} aria-label={text.direction[row.direction] ?? row.direction} />
                    <PhoneNumber number={row.from} />
                    <ArrowRight size={15} aria-label={text.call.to} className="dim" />
                    <span className="dim">
                        <PhoneNumber number={row.to} />
                    </span>
                </h2>
                <span className="call-clock">{formatDuration(durationOf(row, now))}</span>
            </div>
            <div className="call-state chips">
                <Activity row={row} now={now} />
                {row.state === 'ended' && <span>{text.endReason[row.endReason ?? ''] ?? row.endReason}</span>}
                <Troubles row={row} now={now} />
                <span className="dim">{formatDayAndMinute(row.startedAt)}</span>
                <CallSid callSid={row.callSid} />
                {record && row.state === 'ended' && <Exports record={record} />}
            </div>
            <Metrics view={view} />
        </header>
    );
}
