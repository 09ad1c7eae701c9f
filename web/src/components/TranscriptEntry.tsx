import {
    AlertTriangle,
    CircleSlash,
    HelpCircle,
    Keyboard,
    PhoneForwarded,
    PhoneIncoming,
    PhoneOutgoing,
    PhoneOff,
    Scissors,
    UserRound,
    type LucideIcon,
} from 'lucide-react';
import { memo, type ReactNode } from 'react';

import { formatClock } from '../core/format';
import { formatPhone } from '../core/phone';
import type { AgentLine, CallerLine, Entry, QuestionLine, SupervisorLine } from '../core/transcript';
import { useNow } from '../data/context';
import { route } from '../data/route';
import { useStore } from '../data/store';
import { text } from '../text';
import { TurnLatency } from './TurnLatency';

function Time({ at }: { at: number }) {
    return (
        <time className="time" dateTime={new Date(at).toISOString()}>
            {formatClock(at)}
        </time>
    );
}

/** Words of others: whatever direction they run in ends with them. */
function Words({ children }: { children: string }) {
    return (
        <span dir="auto" className="said">
            {children}
        </span>
    );
}

function Caller({ line }: { line: CallerLine }) {
    return (
        <li className="line caller" data-interim={line.interim || undefined}>
            <span className="who">{text.entry.caller}</span>
            <Time at={line.at} />
            <p dir="auto">{line.text}</p>
        </li>
    );
}

function Agent({ line, marked }: { line: AgentLine; marked: boolean }) {
    return (
        <li className="line agent" data-turn={line.turn || undefined} data-marked={marked || undefined}>
            <span className="who">{text.entry.agent}</span>
            <Time at={line.at} />
            <p dir="auto">
                {line.text}
                {line.state === 'streaming' && <span className="cursor" role="img" aria-label={text.entry.speaking} />}
                {line.unheard && (
                    <>
                        <span className="visually-hidden"> {text.entry.unheard} </span>
                        <del className="unheard">{line.unheard}</del>
                    </>
                )}
            </p>
            <span className="line-foot">
                {line.state === 'interrupted' && (
                    <span className="cut">
                        <Scissors size={12} aria-hidden /> {line.cutBy ? text.entry.cutBy[line.cutBy] : text.entry.cut}
                    </span>
                )}
                {line.latency && <TurnLatency latency={line.latency} marked={marked} />}
            </span>
        </li>
    );
}

/** Something that happened, told in one line. */
function Note({ Icon, at, tone, children }: { Icon: LucideIcon; at: number; tone?: string; children: ReactNode }) {
    return (
        <li className="note" data-tone={tone}>
            <Icon size={14} aria-hidden />
            <span className="note-text">{children}</span>
            <Time at={at} />
        </li>
    );
}

function Supervisor({ line }: { line: SupervisorLine }) {
    const value = line.action === 'transfer' ? formatPhone(line.value) : line.value;
    return (
        <Note Icon={UserRound} at={line.at} tone="supervisor">
            <strong>
                <bdi>{line.supervisor || text.entry.someone}</bdi>
            </strong>{' '}
            {text.entry.supervisor[line.action]} {value && <Words>{value}</Words>}
            {line.refused !== null && (
                <em className="rejected">
                    {' '}
                    {text.entry.rejected(text.rejection[line.refused] ?? text.reasons[line.refused] ?? line.refused)}
                </em>
            )}
        </Note>
    );
}

function Question({ line }: { line: QuestionLine }) {
    const { callSid } = useStore(route); // it is open
    const now = useNow(callSid);
    const outcome = line.answered
        ? text.entry.questionAnswered
        : now < line.expiresAt
          ? text.entry.questionOpen
          : text.entry.questionExpired;
    return (
        <Note Icon={HelpCircle} at={line.at} tone="question">
            {text.entry.question} <Words>{line.prompt}</Words> <em>{outcome}</em>
        </Note>
    );
}

const commandIcons: Record<string, LucideIcon> = {
    press: Keyboard,
    transfer: PhoneForwarded,
    end_call: PhoneOff,
    request_user: HelpCircle,
};

function Command({ line }: { line: Extract<Entry, { kind: 'command' }> }) {
    const { command, rejected } = line;
    const value = command === 'transfer' ? formatPhone(line.value) : line.value;
    const Icon = rejected === null ? (commandIcons[command] ?? Keyboard) : CircleSlash;
    return (
        <Note Icon={Icon} at={line.at} tone={rejected === null ? 'command' : 'rejected'}>
            {text.entry.command[command] ?? <bdi>{command}</bdi>} {value && <Words>{value}</Words>}
            {rejected !== null && (
                <em className="rejected"> {text.entry.rejected(text.rejection[rejected] ?? rejected)}</em>
            )}
        </Note>
    );
}

type Props = { entry: Entry; marked: boolean };

export const TranscriptEntry = memo(function TranscriptEntry({ entry, marked }: Props) {
    switch (entry.kind) {
        case 'caller':
            return <Caller line={entry} />;
        case 'agent':
            return <Agent line={entry} marked={marked} />;
        case 'supervisor':
            return <Supervisor line={entry} />;
        case 'question':
            return <Question line={entry} />;
        case 'command':
            return <Command line={entry} />;
        case 'keys':
            return (
                <Note Icon={Keyboard} at={entry.at}>
                    {text.entry.keys} <Words>{entry.digits}</Words>
                </Note>
            );
        case 'error':
            return (
                <Note Icon={AlertTriangle} at={entry.at} tone="error">
                    <Words>{entry.message}</Words> <code>{entry.code}</code>
                </Note>
            );
        case 'turn':
            return (
                <li className="line agent wordless" data-turn={entry.latency.turn} data-marked={marked || undefined}>
                    <span className="who">{text.entry.turn(entry.latency.turn)}</span>
                    <Time at={entry.at} />
                    <p>{text.entry.wordless}</p>
                    <span className="line-foot">
                        <TurnLatency latency={entry.latency} marked={marked} />
                    </span>
                </li>
            );
        case 'gap':
            return (
                <Note Icon={CircleSlash} at={entry.at} tone="rejected">
                    {text.entry.gap(entry.missed)}
                </Note>
            );
        case 'started':
            return (
                <Note Icon={entry.state === 'active' ? PhoneIncoming : PhoneOutgoing} at={entry.at}>
                    {text.entry.started[entry.state]}
                </Note>
            );
        case 'ended':
            return (
                <Note Icon={PhoneOff} at={entry.at} tone="ended">
                    {text.endReason[entry.reason] ?? entry.reason}
                </Note>
            );
    }
});
