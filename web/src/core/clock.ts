/**
 * The clock of a call, which the server has, as seen from here. Countdowns and "silent for" are told
 * in its time, because a supervisor's computer may be minutes off. Each call has its own: they differ
 * by as much as the server's clock was set between their beginnings.
 *
 * It is told of messages that have just been sent. None is here before that, and the quickest one
 * tells the difference best: the least `arrived − sent` of all.
 */
export class ServerClock {
    private least = Infinity;

    heard(sent: number, arrived: number): void {
        this.least = Math.min(this.least, arrived - sent);
    }

    /** Within a second the clocks agree, as far as anyone can tell. */
    now(here: number): number {
        const known = Number.isFinite(this.least) && Math.abs(this.least) >= 1000;
        return known ? here - this.least : here;
    }
}
