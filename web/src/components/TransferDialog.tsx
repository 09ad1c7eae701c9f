import { Button, Group, Modal, TextInput } from '@mantine/core';
import { useState } from 'react';

import { formatPhone, normalizePhone } from '../core/phone';
import { text } from '../text';
import { dialog } from './dialog';
import type { DialogProps } from './EndDialog';

/** The button says where the caller goes: it is the confirmation. */
export function TransferDialog({ opened, onClose, send }: DialogProps) {
    const [written, setWritten] = useState('');
    const [left, setLeft] = useState(false);
    const target = normalizePhone(written);

    function transfer(): void {
        if (target === null) {
            setLeft(true);
            return;
        }
        void send({ action: 'transfer', target });
        onClose();
    }
    return (
        <Modal {...dialog} opened={opened} onClose={onClose} title={text.stepIn.transferTitle}>
            <form
                noValidate
                onSubmit={(event) => {
                    event.preventDefault();
                    transfer();
                }}
            >
                <TextInput
                    type="tel"
                    data-autofocus
                    label={text.stepIn.transferLabel}
                    description={text.stepIn.transferHint}
                    autoComplete="off"
                    value={written}
                    error={left && target === null ? text.stepIn.transferWrong : null}
                    onChange={(event) => {
                        setWritten(event.currentTarget.value);
                    }}
                    onBlur={() => {
                        setLeft(written.trim() !== '');
                    }}
                />
                <p className="dim">{text.stepIn.transferExplained}</p>
                <Group justify="flex-end" mt="lg">
                    <Button variant="default" onClick={onClose}>
                        {text.cancel}
                    </Button>
                    <Button type="submit">
                        {target === null
                            ? text.stepIn.transfer
                            : text.stepIn.transferConfirm(formatPhone(target))}
                    </Button>
                </Group>
            </form>
        </Modal>
    );
}
