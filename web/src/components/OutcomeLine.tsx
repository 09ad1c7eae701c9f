import { AlertTriangle, Check } from 'lucide-react';

import type { Outcome } from './useOverride';

/** What became of the last action. It is there before it has words, or nobody would read them out. */
export function OutcomeLine({ outcome }: { outcome: Outcome | null }) {
    return (
        <p className="outcome" role="status" data-good={outcome?.good}>
            {outcome && (
                <>
                    {outcome.good ? <Check size={14} aria-hidden /> : <AlertTriangle size={14} aria-hidden />}
                    {outcome.words}
                </>
            )}
        </p>
    );
}
