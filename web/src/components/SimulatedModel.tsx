import { Bot } from 'lucide-react';
import { useEffect, useState } from 'react';

import { getHealth } from '../data/api';
import { text } from '../text';

/** Says plainly that nobody talks to a real model here. */
export function SimulatedModel() {
    const [simulated, setSimulated] = useState(false);
    useEffect(() => {
        getHealth().then(
            ({ model }) => {
                setSimulated(model === 'simulated');
            },
            () => undefined,
        );
    }, []);
    if (!simulated) return null;
    return (
        <span className="simulated" title={text.simulatedModelExplained}>
            <Bot size={14} aria-hidden />
            {text.simulatedModel}
        </span>
    );
}
