import { useState } from 'react';

import { sendOverride, type Override } from '../data/api';
import { inWords } from '../data/words';
import { text } from '../text';

export type Outcome = { readonly good: boolean; readonly words: string };

/** Steps into a call, and says what became of it. */
export function useOverride(callSid: string) {
    const [busy, setBusy] = useState(false);
    const [outcome, setOutcome] = useState<Outcome | null>(null);

    async function send(override: Override): Promise<boolean> {
        setBusy(true);
        try {
            await sendOverride(callSid, override);
            setOutcome({ good: true, words: text.stepIn.done[override.action] });
            return true;
        } catch (error) {
            setOutcome({ good: false, words: inWords(error) });
            return false;
        } finally {
            setBusy(false);
        }
    }

    return { busy, outcome, send };
}
