import { TextInput } from '@mantine/core';
import { useState } from 'react';

import { normalizePhone } from '../core/phone';
import { text } from '../text';

type PhoneInputProps = {
    value: string;
    /** That it is wrong is said at once, because somebody has tried to go on with it. */
    tried: boolean;
    onChange: (written: string) => void;
};

/** A telephone number, first in its dialog. What is wrong with it is not said while it is written. */
export function PhoneInput({ value, tried, onChange }: PhoneInputProps) {
    const [left, setLeft] = useState(false);
    const wrong = (tried || left) && normalizePhone(value) === null;
    return (
        <TextInput
            type="tel"
            data-autofocus
            label={text.phone.label}
            description={text.phone.hint}
            autoComplete="off"
            value={value}
            error={wrong ? text.phone.wrong : null}
            onChange={(event) => {
                onChange(event.currentTarget.value);
            }}
            onBlur={() => {
                setLeft(value.trim() !== '');
            }}
        />
    );
}
