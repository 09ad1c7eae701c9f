import { Alert, Button, Modal, SegmentedControl } from '@mantine/core';
import { Play } from 'lucide-react';
import { useEffect, useState } from 'react';

import { canSimulate, simulateCall } from '../data/api';
import { go } from '../data/route';
import { inWords } from '../data/words';
import { text } from '../text';
import { dialog } from './dialog';

/** Whether this server has simulated callers: in production it has not. */
export function useCanSimulate(): boolean {
    const [can, setCan] = useState(false);
    useEffect(() => {
        canSimulate().then(setCan, () => undefined);
    }, []);
    return can;
}

/** Someone from the numbers that are kept for fiction. */
function someNumber(): string {
    return `+1555010${String(Math.floor(Math.random() * 10_000)).padStart(4, '0')}`;
}

/** Has a caller of a chosen kind ring, and opens that call. */
export function Scenarios({ onStarted }: { onStarted?: () => void }) {
    const [speed, setSpeed] = useState('1');
    const [problem, setProblem] = useState<string | null>(null);
    const [starting, setStarting] = useState<string | null>(null);

    async function start(scenario: string): Promise<void> {
        setStarting(scenario);
        setProblem(null);
        try {
            const simulation = { from: someNumber(), to: '+18578167225', scenario, speed: Number(speed) };
            const { callSid } = await simulateCall(simulation);
            onStarted?.();
            go({ view: 'calls', callSid });
        } catch (error) {
            setProblem(`${text.simulate.failed} ${inWords(error)}`);
        }
        setStarting(null);
    }

    return (
        <div className="scenarios">
            {problem && (
                <Alert color="red" role="alert">
                    {problem}
                </Alert>
            )}
            <ul>
                {Object.entries(text.simulate.scenarios).map(([scenario, [name, description]]) => (
                    <li key={scenario}>
                        <button
                            type="button"
                            className="scenario"
                            disabled={starting !== null}
                            onClick={() => void start(scenario)}
                        >
                            <Play size={15} aria-hidden />
                            <span>
                                <strong>{name}</strong>
                                <span>{description}</span>
                            </span>
                        </button>
                    </li>
                ))}
            </ul>
            <SegmentedControl
                withItemsBorders={false}
                size="xs"
                aria-label={text.simulate.speed}
                value={speed}
                onChange={setSpeed}
                data={Object.entries(text.simulate.speeds).map(([value, label]) => ({ value, label }))}
            />
        </div>
    );
}

export function SimulateButton() {
    const [opened, setOpened] = useState(false);
    const close = (): void => {
        setOpened(false);
    };
    return (
        <>
            <Button
                size="xs"
                variant="default"
                leftSection={<Play size={14} />}
                onClick={() => {
                    setOpened(true);
                }}
            >
                {text.simulate.button}
            </Button>
            <Modal {...dialog} opened={opened} onClose={close} title={text.simulate.button} size="lg">
                <Scenarios onStarted={close} />
            </Modal>
        </>
    );
}
