import { createContext, useContext, useEffect, useState } from 'react';

import type { Calls } from './calls';

export const CallsContext = createContext<Calls | null>(null);

export function useCalls(): Calls {
    const calls = useContext(CallsContext);
    if (!calls) throw new Error('used outside of CallsContext');
    return calls;
}

/** The server's time, as this call has it, every second: for what is told as "since" and "left". */
export function useNow(callSid: string | null = null, every = 1000): number {
    const calls = useCalls();
    const [now, setNow] = useState(() => calls.now(callSid));
    useEffect(() => {
        const timer = setInterval(() => {
            setNow(calls.now(callSid));
        }, every);
        return () => {
            clearInterval(timer);
        };
    }, [calls, callSid, every]);
    return now;
}
