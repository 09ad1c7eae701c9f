import { Button, Group, Modal } from '@mantine/core';

import { isPlaced, type CallRow } from '../core/callRow';
import { formatPhone } from '../core/phone';
import type { Override } from '../data/api';
import { text } from '../text';
import { dialog } from './dialog';

export type DialogProps = {
    row: CallRow;
    opened: boolean;
    onClose: () => void;
    send: (override: Override) => Promise<boolean>;
};

export function EndDialog({ row, opened, onClose, send }: DialogProps) {
    function end(): void {
        void send({ action: 'end' });
        onClose();
    }
    return (
        <Modal {...dialog} opened={opened} onClose={onClose} title={text.stepIn.endTitle}>
            <p>
                {isPlaced(row)
                    ? text.stepIn.endPlacedExplained(formatPhone(row.to))
                    : text.stepIn.endExplained(formatPhone(row.from))}
            </p>
            <Group justify="flex-end" mt="lg">
                <Button variant="default" onClick={onClose} data-autofocus>
                    {text.cancel}
                </Button>
                <Button color="red" onClick={end}>
                    {text.stepIn.end}
                </Button>
            </Group>
        </Modal>
    );
}
