import { Button, Group, Modal } from '@mantine/core';
import { useState } from 'react';

import { formatPhone, normalizePhone } from '../core/phone';
import { text } from '../text';
import { dialog } from './dialog';
import type { DialogProps } from './EndDialog';
import { PhoneInput } from './PhoneInput';

/** The button says where the caller goes: it is the confirmation. */
export function TransferDialog({ opened, onClose, send }: DialogProps) {
    const [written, setWritten] = useState('');
    const [tried, setTried] = useState(false);
    const target = normalizePhone(written);

    function transfer(): void {
        if (target === null) {
            setTried(true);
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
                <PhoneInput value={written} tried={tried} onChange={setWritten} />
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
