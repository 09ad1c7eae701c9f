import { PhoneIncoming, PhoneOutgoing } from 'lucide-react';
import { memo } from 'react';

import { durationOf, otherNumber, type CallRow } from '../core/callRow';
import { formatDuration, formatMilliseconds } from '../core/format';
import { useNow } from '../data/context';
import { hrefOf } from '../data/route';
import { text } from '../text';
import { Activity } from './Activity';
import { PhoneNumber } from './PhoneNumber';
import { Troubles } from './Troubles';

type Props = {
    row: CallRow;
    selected: boolean;
    /** The one that Tab leads to. */
    focusable: boolean;
    onOpen: (callSid: string) => void;
};

/** Long enough for any line, and short enough for any sentence: nobody reads the rest here. */
const mostWords = 200;

function LastWords({ row }: { row: CallRow }) {
    const fromCaller = row.lastSpeaker === 'caller';
    const words = (fromCaller ? row.callerText : row.agentText).slice(0, mostWords);
    if (row.lastSpeaker === null || !words) return <span className="words none">{text.list.noWords}</span>;
    return (
        <span className="words">
            <span className="speaker">{fromCaller ? text.list.caller : text.list.agent}</span> <bdi>{words}</bdi>
        </span>
    );
}

function Latency({ row }: { row: CallRow }) {
    const heardAfter = row.latency?.first_audio_playback_ms;
    if (heardAfter === undefined) return null;
    return (
        <span className="row-latency" title={text.list.firstWord}>
            <span className="visually-hidden">{text.list.firstWord} </span>
            {formatMilliseconds(heardAfter)}
        </span>
    );
}

export const CallListItem = memo(function CallListItem({ row, selected, focusable, onOpen }: Props) {
    const now = useNow(row.callSid);
    const Direction = row.direction.startsWith('outbound') ? PhoneOutgoing : PhoneIncoming;
    const direction = text.direction[row.direction] ?? row.direction;
    return (
        <a
            href={hrefOf({ callSid: row.callSid })}
            className="call-row"
            data-call={row.callSid}
            data-state={row.state}
            aria-current={selected ? 'true' : undefined}
            tabIndex={focusable ? 0 : -1}
            onClick={(event) => {
                if (event.metaKey || event.ctrlKey || event.shiftKey) return;
                event.preventDefault();
                onOpen(row.callSid);
            }}
        >
            <span className="row-line">
                <Direction size={15} aria-label={direction} className="direction" />
                <strong>
                    <PhoneNumber number={otherNumber(row)} />
                </strong>
                <span className="row-end">{formatDuration(durationOf(row, now))}</span>
            </span>
            <span className="row-line">
                <LastWords row={row} />
            </span>
            <span className="row-line chips">
                <Activity row={row} now={now} />
                <Troubles row={row} now={now} />
                <span className="row-end">
                    <Latency row={row} />
                </span>
            </span>
        </a>
    );
});
