import { useState, type KeyboardEvent } from 'react';

import { isDtmf } from '../core/phone';
import { text } from '../text';
import { OutcomeLine } from './OutcomeLine';
import { useOverride } from './useOverride';

const keys = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '0', '#'];

/** A telephone's keys, for the mouse and for the keyboard. What was pressed last is shown. */
export function Keypad({ callSid }: { callSid: string }) {
    const [pressed, setPressed] = useState('');
    const { outcome, send } = useOverride(callSid);

    async function press(digit: string): Promise<void> {
        setPressed((before) => (before + digit).slice(-24));
        await send({ action: 'dtmf', digit });
    }
    function onKeyDown(event: KeyboardEvent): void {
        if (!isDtmf(event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
        event.preventDefault();
        void press(event.key);
    }

    return (
        // eslint-disable-next-line jsx-a11y/no-static-element-interactions -- keys typed at its buttons
        <div className="keypad" onKeyDown={onKeyDown}>
            <output className="pressed" aria-label={text.stepIn.pressed}>
                {pressed || <span className="dim">{text.stepIn.keypadHint}</span>}
            </output>
            <div className="keys">
                {keys.map((digit) => (
                    <button
                        key={digit}
                        type="button"
                        aria-label={text.stepIn.key(digit)}
                        onClick={() => void press(digit)}
                    >
                        {digit}
                    </button>
                ))}
            </div>
            <OutcomeLine outcome={outcome?.good ? null : outcome} />
        </div>
    );
}
