import { createContext, useContext, useEffect, useState } from 'react';

import type { Calls } from './calls';

export const CallsContext = createContext<Calls | null>(null);

export function useCalls(): Calls {
    const calls = useContext(CallsContext);
    if (!calls) throw new Error('used outside of CallsContext');
    return calls;
}

/** The server's time, every second: for what is told as "since" and "left". */
export function useNow(every = 1000): number {
    const calls = useCalls();
    const [now, setNow] = useState(() => calls.now());
    useEffect(() => {
        const timer = setInterval(() => {
            setNow(calls.now());
        }, every);
        return () => {
            clearInterval(timer);
        };
    }, [calls, every]);
    return now;
}
