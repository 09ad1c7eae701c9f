import { ActionIcon, Button } from '@mantine/core';
import { Headphones, Square, Volume2, VolumeX } from 'lucide-react';
import { useEffect, useState } from 'react';

import { Listening, tracks, type Track } from '../data/listening';
import { useStore } from '../data/store';
import { text } from '../text';

type SideProps = { track: Track; level: number; muted: boolean; onMute: (muted: boolean) => void };

function Side({ track, level, muted, onMute }: SideProps) {
    const name = text.list[track];
    const label = muted ? text.listen.unmute(name) : text.listen.mute(name);
    return (
        <span className="side">
            {name}
            <meter min={0} max={1} value={level} aria-label={text.listen.level(name)} />
            <ActionIcon
                size="sm"
                variant="subtle"
                color="gray"
                aria-label={label}
                title={label}
                aria-pressed={muted}
                onClick={() => {
                    onMute(!muted);
                }}
            >
                {muted ? <VolumeX size={14} /> : <Volume2 size={14} />}
            </ActionIcon>
        </span>
    );
}

function Controls({ listening }: { listening: Listening }) {
    const { phase, levels, muted } = useStore(listening.state);
    const on = phase === 'on' || phase === 'connecting';
    return (
        <div className="listen">
            <Button
                size="xs"
                variant={on ? 'light' : 'default'}
                leftSection={on ? <Square size={13} /> : <Headphones size={14} />}
                onClick={() => {
                    if (on) listening.stop();
                    else listening.start();
                }}
            >
                {on ? text.listen.stop : text.listen.start}
            </Button>
            {on &&
                tracks.map((track) => (
                    <Side
                        key={track}
                        track={track}
                        level={levels[track]}
                        muted={muted[track]}
                        onMute={(wanted) => {
                            listening.mute(track, wanted);
                        }}
                    />
                ))}
            <span role="status" className="dim">
                {phase === 'failed' && text.listen.failed}
                {phase === 'on' && text.listen.explained}
            </span>
        </div>
    );
}

/** Hearing a call that has audio. Nobody hears who listens. */
export function ListenIn({ callSid }: { callSid: string }) {
    const [listening] = useState(() => new Listening(callSid));
    useEffect(() => {
        return () => {
            listening.stop();
        };
    }, [listening]);
    return <Controls listening={listening} />;
}
