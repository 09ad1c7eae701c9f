export type View = 'calls' | 'latency' | 'history';

/** What the address of the page says, which a supervisor can send to another. */
export type Route = {
    readonly view: View;
    readonly callSid: string | null;
    readonly turn: number | null;
};

/** The server's own rule for a call SID. */
const callSidPattern = /^[A-Za-z0-9_.:=-]{1,128}$/;

export function parseRoute(query: string): Route {
    const parameters = new URLSearchParams(query);
    const view = parameters.get('view');
    const callSid = parameters.get('callSid');
    const turn = Number(parameters.get('turn'));
    return {
        view: view === 'latency' || view === 'history' ? view : 'calls',
        callSid: callSid !== null && callSidPattern.test(callSid) ? callSid : null,
        turn: Number.isInteger(turn) && turn > 0 ? turn : null,
    };
}

export function routeQuery({ view, callSid, turn }: Partial<Route>): string {
    const parameters = new URLSearchParams();
    if (view && view !== 'calls') parameters.set('view', view);
    if (callSid) parameters.set('callSid', callSid);
    if (turn) parameters.set('turn', String(turn));
    const query = parameters.toString();
    return query ? `?${query}` : '';
}
