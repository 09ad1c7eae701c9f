import { Alert, Button, PasswordInput } from '@mantine/core';
import { useState, type SubmitEvent } from 'react';

import logo from '../assets/phony.svg';
import { RequestError } from '../data/api';
import { checkSession, session, signIn } from '../data/session';
import { useStore } from '../data/store';
import { inWords } from '../data/words';
import { text } from '../text';

function Unreachable() {
    return (
        <>
            <Alert color="red" role="alert">
                {text.session.unreachable}
            </Alert>
            <Button onClick={() => void checkSession()}>{text.retry}</Button>
        </>
    );
}

function TokenForm({ expired }: { expired: boolean }) {
    const [token, setToken] = useState('');
    const [busy, setBusy] = useState(false);
    const [problem, setProblem] = useState<string | null>(null);

    async function submit(event: SubmitEvent): Promise<void> {
        event.preventDefault();
        setBusy(true);
        setProblem(null);
        try {
            await signIn(token.trim());
        } catch (error) {
            const wrong = error instanceof RequestError && error.status === 401;
            setProblem(wrong ? text.session.wrong : inWords(error));
            setBusy(false);
        }
    }

    return (
        <form onSubmit={(event) => void submit(event)} className="sign-in-form">
            {expired && (
                <Alert color="yellow" role="status">
                    {text.session.expired}
                </Alert>
            )}
            <PasswordInput
                label={text.session.token}
                value={token}
                onChange={(event) => {
                    setToken(event.currentTarget.value);
                }}
                autoComplete="current-password"
                data-autofocus
                autoFocus // eslint-disable-line jsx-a11y/no-autofocus -- all that this page is for
                required
                error={problem}
            />
            <Button type="submit" loading={busy} disabled={!token.trim()}>
                {text.session.signIn}
            </Button>
        </form>
    );
}

export function SignIn() {
    const state = useStore(session);
    return (
        <main className="sign-in">
            <div className="sign-in-card">
                <img src={logo} alt="" width={44} height={44} />
                <h1>{text.session.title}</h1>
                {state.phase === 'unreachable' ? (
                    <Unreachable />
                ) : (
                    <TokenForm expired={state.phase === 'signed_out' && state.expired} />
                )}
            </div>
        </main>
    );
}
