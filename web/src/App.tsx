import { lazy, Suspense, useEffect, useState } from 'react';

import { ErrorBoundary } from './components/ErrorBoundary';
import { Header } from './components/Header';
import { SignIn } from './components/SignIn';
import { watchQuestions } from './data/alerts';
import { Calls } from './data/calls';
import { CallsContext } from './data/context';
import { route } from './data/route';
import { checkSession, session } from './data/session';
import { useStore } from './data/store';
import { text } from './text';
import { CallsView } from './views/CallsView';

const LatencyView = lazy(() => import('./views/LatencyView'));
const HistoryView = lazy(() => import('./views/HistoryView'));

function Views() {
    const { view } = useStore(route);
    return (
        <ErrorBoundary key={view}>
            <Suspense fallback={<p className="placeholder">{text.loading}</p>}>
                {view === 'calls' && <CallsView />}
                {view === 'latency' && <LatencyView />}
                {view === 'history' && <HistoryView />}
            </Suspense>
        </ErrorBoundary>
    );
}

/** Whoever is here may watch: the connection lives as long as the session does. */
function Dashboard() {
    const [calls] = useState(() => new Calls(() => void checkSession()));
    useEffect(() => {
        calls.start();
        const stopWatching = watchQuestions(calls);
        return () => {
            stopWatching();
            calls.stop();
        };
    }, [calls]);
    return (
        <CallsContext value={calls}>
            <a className="skip-link" href="#content">
                {text.skip}
            </a>
            <Header />
            <main id="content" className="content" tabIndex={-1}>
                <Views />
            </main>
        </CallsContext>
    );
}

export function App() {
    const { phase } = useStore(session);
    useEffect(() => {
        void checkSession();
    }, []);
    if (phase === 'asking') return null;
    return phase === 'in' ? <Dashboard /> : <SignIn />;
}
