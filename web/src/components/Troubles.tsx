import { AlertTriangle, Clock, HelpCircle, MicOff, Scissors, Unplug, type LucideIcon } from 'lucide-react';

import type { CallRow } from '../core/callRow';
import { formatDuration, formatMilliseconds } from '../core/format';
import { troublesOf, type Trouble, type TroubleKind } from '../core/trouble';
import { text } from '../text';

const icons: Record<TroubleKind, LucideIcon> = {
    question: HelpCircle,
    lost: Unplug,
    silence: MicOff,
    error: AlertTriangle,
    slow: Clock,
    interruption: Scissors,
};

function words({ kind, since }: Trouble, row: CallRow, now: number): string {
    switch (kind) {
        case 'question':
            return text.trouble.question(formatDuration(since - now));
        case 'silence':
            return text.trouble.silence(formatDuration(now - since));
        case 'slow':
            return text.trouble.slow(formatMilliseconds(row.latency?.first_audio_playback_ms ?? 0));
        case 'interruption':
            return text.trouble.interruption(row.interruptions);
        case 'lost':
        case 'error':
            return text.trouble[kind];
    }
}

export function Troubles({ row, now }: { row: CallRow; now: number }) {
    return troublesOf(row, now).map((trouble) => {
        const Icon = icons[trouble.kind];
        return (
            <span key={trouble.kind} className="trouble" data-severity={trouble.severity}>
                <Icon size={13} aria-hidden />
                {words(trouble, row, now)}
            </span>
        );
    });
}
