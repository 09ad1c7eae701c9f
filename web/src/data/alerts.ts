import { pendingQuestion, type CallRow } from '../core/callRow';
import { formatPhone } from '../core/phone';
import { text } from '../text';
import type { Calls } from './calls';
import { preferences } from './preferences';
import { go } from './route';

/** Two soft notes, made here: there is no sound file to load. */
function chime(): void {
    // Before anything was pressed, browsers keep a page silent.
    if (!navigator.userActivation.hasBeenActive) return;
    const audio = new AudioContext();
    [660, 880].forEach((frequency, index) => {
        const at = audio.currentTime + index * 0.18;
        const tone = audio.createOscillator();
        const volume = audio.createGain();
        tone.frequency.value = frequency;
        volume.gain.setValueAtTime(0, at);
        volume.gain.linearRampToValueAtTime(0.18, at + 0.02);
        volume.gain.exponentialRampToValueAtTime(0.001, at + 0.4);
        tone.connect(volume).connect(audio.destination);
        tone.start(at);
        tone.stop(at + 0.45);
    });
    setTimeout(() => void audio.close(), 1500);
}

function notify(row: CallRow, prompt: string): void {
    if (!('Notification' in window) || Notification.permission !== 'granted') return;
    const notification = new Notification(text.alerts.title(formatPhone(row.from)), {
        body: prompt.slice(0, 300),
        tag: row.callSid,
    });
    notification.onclick = () => {
        window.focus();
        go({ view: 'calls', callSid: row.callSid });
        notification.close();
    };
}

/** Asks for permission when there is none yet; true when notifications will be shown. */
export async function allowNotifications(): Promise<boolean> {
    if (!('Notification' in window)) return false;
    if (Notification.permission === 'granted') return true;
    return (await Notification.requestPermission()) === 'granted';
}

/** Tells of each question once, by sound, notification and the page's title. Returns how to stop. */
export function watchQuestions(calls: Calls): () => void {
    const told = new Map<string, number>();
    const look = (): void => {
        const { rows } = calls.snapshot.get();
        const asking = rows.filter((row) => pendingQuestion(row, calls.now(row.callSid)));
        document.title = asking.length > 0 ? `(${text.alerts.pageTitle(asking.length)}) Phony` : 'Phony';
        const fresh = asking.filter((row) => told.get(row.callSid) !== row.question?.expiresAt);
        for (const row of fresh) told.set(row.callSid, row.question?.expiresAt ?? 0);
        for (const callSid of told.keys())
            if (!asking.some((row) => row.callSid === callSid)) told.delete(callSid);
        if (fresh.length === 0) return;
        if (preferences.get().sound) chime();
        if (preferences.get().notify && !document.hasFocus())
            for (const row of fresh) notify(row, row.question?.prompt ?? '');
    };
    const stop = calls.snapshot.subscribe(look);
    const timer = setInterval(look, 1000);
    return () => {
        stop();
        clearInterval(timer);
        document.title = 'Phony';
    };
}
