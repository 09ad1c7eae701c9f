/** Twenty renderings a second are more than anyone can read. */
const pause = 50;

/** A page that nobody sees gets no frames, but questions are to be heard there, too. */
const longestWait = 300;

/**
 * Calls `work` with a next frame, however often it is asked for before that: a thousand events a
 * second are still a few renderings. What comes after a while of silence is shown with the very
 * next frame.
 */
export function onNextFrame(work: () => void): () => void {
    let due = false;
    let last = -Infinity;
    const run = (): void => {
        if (!due) return;
        due = false;
        last = performance.now();
        work();
    };
    return () => {
        if (due) return;
        due = true;
        setTimeout(() => {
            const fallback = setTimeout(run, longestWait);
            requestAnimationFrame(() => {
                clearTimeout(fallback);
                run();
            });
        }, Math.max(0, last + pause - performance.now()));
    };
}
