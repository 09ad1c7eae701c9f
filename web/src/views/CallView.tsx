import { Loader } from '@mantine/core';
import { useEffect, useState } from 'react';

import { Announcer } from '../components/Announcer';
import { AuditTable } from '../components/AuditTable';
import { CallHeader } from '../components/CallHeader';
import { ListenIn } from '../components/ListenIn';
import { QuestionPanel } from '../components/QuestionPanel';
import { StepIn } from '../components/StepIn';
import { Transcript } from '../components/Transcript';
import { pendingQuestion } from '../core/callRow';
import { useCalls, useNow } from '../data/context';
import { OpenCall } from '../data/openCall';
import { route } from '../data/route';
import { checkSession } from '../data/session';
import { useStore } from '../data/store';
import { inWords } from '../data/words';
import { text } from '../text';

function Waiting({ callSid }: { callSid: string }) {
    return (
        <div className="placeholder centre" role="status">
            <Loader type="dots" aria-hidden />
            <h2>{text.call.expected}</h2>
            <p className="sid">
                <bdi>{callSid}</bdi>
            </p>
            <p>{text.call.expectedMore}</p>
        </div>
    );
}

function Question({ call }: { call: OpenCall }) {
    const now = useNow(call.callSid);
    const { view } = useStore(call.state);
    const question = view && pendingQuestion(view.row, now);
    if (!question) return null;
    return <QuestionPanel key={question.expiresAt} callSid={call.callSid} question={question} now={now} />;
}

function OpenedCall({ call }: { call: OpenCall }) {
    const { phase, view, record, error } = useStore(call.state);
    const { turn } = useStore(route);
    if (phase === 'failed')
        return (
            <p className="placeholder centre" role="alert">
                {text.call.failed} {inWords(error)}
            </p>
        );
    if (phase === 'expected') return <Waiting callSid={call.callSid} />;
    if (!view) return <p className="placeholder centre">{text.loading}</p>;
    return (
        <article className="open-call" data-call-open={call.callSid}>
            <CallHeader view={view} record={record} />
            {phase === 'live' && view.row.audio && view.row.state === 'active' && <ListenIn callSid={call.callSid} />}
            <Transcript entries={view.entries} turn={turn} live={phase === 'live'}>
                {record && record.overrides.length > 0 && phase === 'past' && (
                    <AuditTable overrides={record.overrides} />
                )}
            </Transcript>
            <Question call={call} />
            {phase === 'live' && <StepIn row={view.row} />}
            <Announcer entries={view.entries} question={view.row.question?.prompt ?? null} />
        </article>
    );
}

/** One call, from before it connects until long after it ended. */
export function CallView({ callSid }: { callSid: string }) {
    const calls = useCalls();
    const [call, setCall] = useState<OpenCall | null>(null);
    useEffect(() => {
        const opened = new OpenCall(
            callSid,
            () => calls.now(callSid),
            () => void checkSession(),
        );
        // eslint-disable-next-line react-hooks/set-state-in-effect -- what is opened here is closed here
        setCall(opened);
        void opened.start();
        return () => {
            opened.stop();
        };
    }, [calls, callSid]);
    return call ? <OpenedCall call={call} /> : null;
}
