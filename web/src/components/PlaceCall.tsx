import { ActionIcon, Alert, Button, Checkbox, Group, Modal, Stack, TextInput } from '@mantine/core';
import { PhoneOutgoing } from 'lucide-react';
import { useState } from 'react';

import { formatPhone, normalizePhone } from '../core/phone';
import { placeCall } from '../data/api';
import { go } from '../data/route';
import { inWords } from '../data/words';
import { text } from '../text';
import { dialog } from './dialog';
import { PhoneInput } from './PhoneInput';

type Order = { written: string; consent: boolean; consentedBy: string; hangUp: boolean };

const blank: Order = { written: '', consent: false, consentedBy: '', hangUp: false };

/** `randomUUID` is there over https only. */
function newKey(): string {
    return [...crypto.getRandomValues(new Uint32Array(4))].map((part) => part.toString(16)).join('-');
}

/** Has somebody called who has agreed to it, and opens that call. */
function PlaceCallForm({ onDone }: { onDone: () => void }) {
    const [order, setOrder] = useState(blank);
    // An order that is sent again, because no answer came, is the same order. One that says something else is not.
    const [key, setKey] = useState(newKey);
    const [tried, setTried] = useState(false);
    const [busy, setBusy] = useState(false);
    const [problem, setProblem] = useState<string | null>(null);
    const to = normalizePhone(order.written);
    const by = order.consentedBy.trim();

    function change(part: Partial<Order>): void {
        setOrder({ ...order, ...part });
        setKey(newKey());
    }
    async function place(): Promise<void> {
        setTried(true);
        if (to === null || !order.consent || busy) return;
        setBusy(true);
        setProblem(null);
        try {
            const { callSid } = await placeCall(
                {
                    to,
                    consent: true,
                    ...(by !== '' && { consentedBy: by }),
                    ...(order.hangUp && { machineDetection: 'Enable' as const }),
                },
                key,
            );
            onDone();
            go({ view: 'calls', callSid });
        } catch (error) {
            setProblem(`${text.place.failed} ${inWords(error)}`);
            setBusy(false);
        }
    }

    return (
        <form
            noValidate
            onSubmit={(event) => {
                event.preventDefault();
                void place();
            }}
        >
            <Stack gap="md">
                {problem && (
                    <Alert color="red" role="alert">
                        {problem}
                    </Alert>
                )}
                <PhoneInput
                    value={order.written}
                    tried={tried}
                    onChange={(written) => {
                        change({ written });
                    }}
                />
                <Checkbox
                    label={text.place.consent}
                    checked={order.consent}
                    error={tried && !order.consent ? text.place.consentNeeded : null}
                    onChange={(event) => {
                        change({ consent: event.currentTarget.checked });
                    }}
                />
                <TextInput
                    label={text.place.consentedBy}
                    description={text.place.consentedByHint}
                    maxLength={60}
                    attributes={{ input: { dir: 'auto' } }}
                    autoComplete="off"
                    value={order.consentedBy}
                    onChange={(event) => {
                        change({ consentedBy: event.currentTarget.value });
                    }}
                />
                <Checkbox
                    label={text.place.hangUp}
                    description={text.place.hangUpHint}
                    checked={order.hangUp}
                    onChange={(event) => {
                        change({ hangUp: event.currentTarget.checked });
                    }}
                />
            </Stack>
            <Group justify="flex-end" mt="lg">
                <Button variant="default" onClick={onDone}>
                    {text.cancel}
                </Button>
                <Button type="submit" loading={busy}>
                    {to === null ? text.place.call : text.place.confirm(formatPhone(to))}
                </Button>
            </Group>
        </form>
    );
}

/** Where there is little room, it is known by its icon. */
export function PlaceCallButton({ small = false }: { small?: boolean }) {
    const [opened, setOpened] = useState(false);
    const close = (): void => {
        setOpened(false);
    };
    const open = (): void => {
        setOpened(true);
    };
    const icon = <PhoneOutgoing size={15} aria-hidden />;
    return (
        <>
            {small ? (
                <ActionIcon
                    variant="default"
                    size={30}
                    aria-label={text.place.title}
                    title={text.place.title}
                    onClick={open}
                >
                    {icon}
                </ActionIcon>
            ) : (
                <Button size="xs" variant="default" leftSection={icon} onClick={open}>
                    {text.place.title}
                </Button>
            )}
            <Modal {...dialog} opened={opened} onClose={close} title={text.place.title}>
                <PlaceCallForm onDone={close} />
            </Modal>
        </>
    );
}
