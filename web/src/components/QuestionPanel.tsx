import { Button, Textarea } from '@mantine/core';
import { HelpCircle } from 'lucide-react';
import { useState, type KeyboardEvent } from 'react';

import type { Question } from '../core/callRow';
import { formatDuration } from '../core/format';
import { text } from '../text';
import { OutcomeLine } from './OutcomeLine';
import { useOverride } from './useOverride';

/** In the last seconds the countdown is red. */
const urgent = 15_000;

type Props = { callSid: string; question: Question; now: number };

/** The agent asks, the caller waits, and the time is short. */
export function QuestionPanel({ callSid, question, now }: Props) {
    const [answer, setAnswer] = useState('');
    const { busy, outcome, send } = useOverride(callSid);
    const left = question.expiresAt - now;
    const ready = answer.trim() !== '' && !busy;

    function submit(): void {
        if (ready) void send({ action: 'clarification', response: answer.trim() });
    }
    function onKeyDown(event: KeyboardEvent): void {
        if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
        event.preventDefault();
        submit();
    }

    return (
        <section className="question" aria-label={text.question.title}>
            <div className="question-head">
                <HelpCircle size={18} aria-hidden />
                <strong>{text.question.title}</strong>
                <span className="countdown" data-urgent={left < urgent || undefined}>
                    {text.question.left(formatDuration(left))}
                </span>
            </div>
            <p dir="auto" className="question-prompt">
                {question.prompt}
            </p>
            <form
                onSubmit={(event) => {
                    event.preventDefault();
                    submit();
                }}
            >
                <Textarea
                    aria-label={text.question.label}
                    placeholder={text.question.placeholder}
                    maxLength={4000}
                    rows={2}
                    attributes={{ input: { dir: 'auto' } }}
                    value={answer}
                    onChange={(event) => {
                        setAnswer(event.currentTarget.value);
                    }}
                    onKeyDown={onKeyDown}
                />
                <Button type="submit" loading={busy} disabled={!ready}>
                    {text.question.send}
                </Button>
            </form>
            <OutcomeLine outcome={outcome} />
        </section>
    );
}
