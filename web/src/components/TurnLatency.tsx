import { Timer } from 'lucide-react';

import { formatMilliseconds } from '../core/format';
import { thresholds } from '../core/trouble';
import type { Latency } from '../generated/api';
import { text } from '../text';

/** How long a caller waits before it is felt. */
function paceOf(milliseconds: number): 'quick' | 'slow' | 'very-slow' {
    if (milliseconds >= thresholds.verySlowTurn) return 'very-slow';
    return milliseconds >= thresholds.slowTurn ? 'slow' : 'quick';
}

/** While these last the caller hears something: nobody waits for them. */
const heard = new Set(['reply_complete', 'playback_ended']);

/** The stages of a turn's silence as a bar, each as wide as it was long. */
export function StageBar({ latency }: { latency: Latency }) {
    return (
        <span className="stage-bar" aria-hidden>
            {latency.stages.filter(({ stage }) => !heard.has(stage)).map(({ stage, ms }) => (
                <span
                    key={stage}
                    data-stage={stage}
                    style={{ flexGrow: ms }}
                    title={`${text.stages[stage]}: ${formatMilliseconds(ms)}`}
                />
            ))}
        </span>
    );
}

function StageList({ latency }: { latency: Latency }) {
    return (
        <ul className="stages" aria-label={text.stageList}>
            {latency.stages.map(({ stage, ms }) => (
                <li key={stage} data-stage={stage}>
                    <span className="swatch" aria-hidden />
                    {text.stages[stage]}
                    <span className="number">{formatMilliseconds(ms)}</span>
                </li>
            ))}
        </ul>
    );
}

/** How long the caller waited; opened, where that time went. */
export function TurnLatency({ latency, marked }: { latency: Latency; marked: boolean }) {
    const heardAfter = latency.first_audio_playback_ms;
    return (
        <details className="turn-latency" open={marked || undefined}>
            <summary data-pace={heardAfter === undefined ? undefined : paceOf(heardAfter)}>
                <Timer size={12} aria-hidden />
                {heardAfter === undefined ? text.entry.turn(latency.turn) : formatMilliseconds(heardAfter)}
                {latency.failed && ` · ${text.entry.failed}`}
            </summary>
            <StageBar latency={latency} />
            <StageList latency={latency} />
        </details>
    );
}
