import { Button, Popover, Textarea } from '@mantine/core';
import { Grid3x3, PhoneForwarded, PhoneOff, Send } from 'lucide-react';
import { useState, type KeyboardEvent } from 'react';

import { isLive, type CallRow } from '../core/callRow';
import { text } from '../text';
import { EndDialog } from './EndDialog';
import { Keypad } from './Keypad';
import { OutcomeLine } from './OutcomeLine';
import { TransferDialog } from './TransferDialog';
import { useOverride } from './useOverride';

const mostCharacters = 4000;

type Dialog = 'transfer' | 'end' | 'keypad' | null;

/**
 * All that a supervisor can do to a call. Nothing of it is offered when there is no call to do it to; one
 * that is being placed can be given up.
 */
export function StepIn({ row }: { row: CallRow }) {
    const [words, setWords] = useState('');
    const [dialog, setDialog] = useState<Dialog>(null);
    const { busy, outcome, send } = useOverride(row.callSid);
    const off = row.state !== 'active';
    const ready = words.trim() !== '' && !busy && !off;
    const close = (): void => {
        setDialog(null);
    };

    async function say(): Promise<void> {
        if (ready && (await send({ action: 'text', text: words.trim() }))) setWords('');
    }
    function onKeyDown(event: KeyboardEvent): void {
        if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
        event.preventDefault();
        void say();
    }

    return (
        <section className="step-in" aria-label={text.stepIn.title}>
            <form
                onSubmit={(event) => {
                    event.preventDefault();
                    void say();
                }}
            >
                <Textarea
                    aria-label={text.stepIn.say}
                    placeholder={off ? text.stepIn.notConnected : text.stepIn.sayPlaceholder}
                    rows={1}
                    maxLength={mostCharacters}
                    attributes={{ input: { dir: 'auto' } }}
                    disabled={off}
                    value={words}
                    onChange={(event) => {
                        setWords(event.currentTarget.value);
                    }}
                    onKeyDown={onKeyDown}
                />
                <Button type="submit" leftSection={<Send size={15} />} loading={busy} disabled={!ready}>
                    {text.stepIn.sayShort}
                </Button>
            </form>
            <div className="step-in-actions">
                <Popover
                    opened={dialog === 'keypad'}
                    onChange={(opened) => {
                        setDialog(opened ? 'keypad' : null);
                    }}
                    position="top-start"
                    trapFocus
                    returnFocus
                >
                    <Popover.Target>
                        <Button
                            size="xs"
                            variant="default"
                            leftSection={<Grid3x3 size={14} />}
                            disabled={off}
                            onClick={() => {
                                setDialog(dialog === 'keypad' ? null : 'keypad');
                            }}
                        >
                            {text.stepIn.keypad}
                        </Button>
                    </Popover.Target>
                    <Popover.Dropdown aria-label={text.stepIn.keypad}>
                        <Keypad callSid={row.callSid} />
                    </Popover.Dropdown>
                </Popover>
                <Button
                    size="xs"
                    variant="default"
                    leftSection={<PhoneForwarded size={14} />}
                    disabled={off}
                    onClick={() => {
                        setDialog('transfer');
                    }}
                >
                    {text.stepIn.transfer}
                </Button>
                <Button
                    size="xs"
                    variant="default"
                    className="danger"
                    leftSection={<PhoneOff size={14} />}
                    disabled={!isLive(row)}
                    onClick={() => {
                        setDialog('end');
                    }}
                >
                    {text.stepIn.end}
                </Button>
                <OutcomeLine outcome={outcome} />
            </div>
            <TransferDialog row={row} opened={dialog === 'transfer'} onClose={close} send={send} />
            <EndDialog row={row} opened={dialog === 'end'} onClose={close} send={send} />
        </section>
    );
}
