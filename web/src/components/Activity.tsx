import { BellRing, Ear, Hourglass, Mic, PhoneOff, PhoneOutgoing, Unplug, Volume2, type LucideIcon } from 'lucide-react';

import { activityOf, type Activity as Kind, type CallRow } from '../core/callRow';
import { text } from '../text';

const icons: Record<Kind, LucideIcon> = {
    caller_speaking: Mic,
    thinking: Hourglass,
    agent_speaking: Volume2,
    listening: Ear,
    dialing: PhoneOutgoing,
    ringing: BellRing,
    lost: Unplug,
    ended: PhoneOff,
};

/** What goes on in a call: by colour, by icon, and in words. */
export function Activity({ row, now }: { row: CallRow; now: number }) {
    const activity = activityOf(row, now);
    // That is said among its troubles.
    if (activity === 'lost') return null;
    const Icon = icons[activity];
    return (
        <span className="activity" data-activity={activity}>
            <Icon size={14} aria-hidden />
            {text.activity[activity]}
        </span>
    );
}
