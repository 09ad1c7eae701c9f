import type { Connection } from '../core/connection';
import { formatClock } from '../core/format';
import { useCalls } from '../data/context';
import { useStore } from '../data/store';
import { text } from '../text';

function wordsOf({ phase, staleSince, attempt }: Connection): string {
    if (phase === 'live') return text.connection.live;
    if (attempt === 0 && staleSince === null) return text.connection.connecting;
    return text.connection.reconnecting;
}

/** Whether what is seen is what is. */
export function ConnectionBadge() {
    const connection = useStore(useCalls().socket.state);
    const { phase, staleSince } = connection;
    return (
        <span role="status" className="connection" data-phase={phase} title={staleSince ? text.connection.explain : ''}>
            <span className="dot" aria-hidden />
            {wordsOf(connection)}
            {phase !== 'live' && staleSince !== null && (
                <span className="stale"> {text.connection.staleSince(formatClock(staleSince))}</span>
            )}
        </span>
    );
}
