import { decodeMuLaw, loudness, sampleRate } from '../core/muLaw';
import { Store } from './store';

export const tracks = ['caller', 'agent'] as const;
export type Track = (typeof tracks)[number];

export type ListeningState = {
    readonly phase: 'off' | 'connecting' | 'on' | 'failed';
    readonly levels: Readonly<Record<Track, number>>;
    readonly muted: Readonly<Record<Track, boolean>>;
};

const silence = { caller: 0, agent: 0 };

/** Behind what happens by so much, so that frames which come late are still in time. Seconds. */
const delay = 0.15;

type Frame = { track: Track; chunk: string };

/** A frame of /listen/ws, or null when it is something else. */
function parseFrame(text: string): Frame | null {
    const message = JSON.parse(text) as { event?: unknown; media?: Partial<Record<string, unknown>> };
    const { track, chunk } = message.media ?? {};
    const known = tracks.find((name) => name === track);
    return message.event === 'media' && known && typeof chunk === 'string' ? { track: known, chunk } : null;
}

/** The live audio of one call: both sides, each with its volume and its level. */
export class Listening {
    readonly state = new Store<ListeningState>({
        phase: 'off',
        levels: silence,
        muted: { caller: false, agent: false },
    });
    private readonly callSid: string;
    private socket: WebSocket | null = null;
    private audio: AudioContext | null = null;
    private readonly volumes = new Map<Track, GainNode>();
    private readonly playedUntil = new Map<Track, number>();

    constructor(callSid: string) {
        this.callSid = callSid;
    }

    start(): void {
        this.stop();
        this.audio = new AudioContext();
        for (const track of tracks) {
            const volume = this.audio.createGain();
            volume.gain.value = this.state.get().muted[track] ? 0 : 1;
            volume.connect(this.audio.destination);
            this.volumes.set(track, volume);
        }
        this.change({ phase: 'connecting' });
        this.connect();
    }

    stop(): void {
        const { socket } = this;
        this.socket = null;
        socket?.close();
        void this.audio?.close();
        this.audio = null;
        this.volumes.clear();
        this.playedUntil.clear();
        this.change({ phase: 'off', levels: silence });
    }

    mute(track: Track, muted: boolean): void {
        this.change({ muted: { ...this.state.get().muted, [track]: muted } });
        const volume = this.volumes.get(track);
        if (volume) volume.gain.value = muted ? 0 : 1;
    }

    private change(part: Partial<ListeningState>): void {
        this.state.set({ ...this.state.get(), ...part });
    }

    private connect(): void {
        const protocol = location.protocol === 'https:' ? 'wss:' : 'ws:';
        const query = new URLSearchParams({ callSid: this.callSid });
        const socket = new WebSocket(`${protocol}//${location.host}/listen/ws?${query.toString()}`);
        this.socket = socket;
        socket.onopen = () => {
            this.change({ phase: 'on' });
        };
        socket.onmessage = ({ data }) => {
            const frame = typeof data === 'string' ? parseFrame(data) : null;
            if (frame && this.socket === socket) this.play(frame);
        };
        socket.onclose = ({ code }) => {
            if (this.socket !== socket) return;
            this.stop();
            if (code !== 1000) this.change({ phase: 'failed' });
        };
    }

    private play({ track, chunk }: Frame): void {
        const { audio } = this;
        const volume = this.volumes.get(track);
        const sound = decodeMuLaw(chunk);
        if (!audio || !volume || sound.length === 0) return;
        this.change({ levels: { ...this.state.get().levels, [track]: loudness(sound) } });
        const buffer = audio.createBuffer(1, sound.length, sampleRate);
        buffer.copyToChannel(sound, 0);
        const source = audio.createBufferSource();
        source.buffer = buffer;
        source.connect(volume);
        // Behind the one before; after a gap, or when too much has gathered, anew.
        const now = audio.currentTime;
        const next = this.playedUntil.get(track) ?? 0;
        const at = next < now || next > now + 1 ? now + delay : next;
        source.start(at);
        this.playedUntil.set(track, at + buffer.duration);
    }
}
