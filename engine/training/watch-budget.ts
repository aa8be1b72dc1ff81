/** Of the training time, at most. */
const share = 0.04;
/** Steps of each kind that are remembered. */
const remembered = 8;

/**
 * How often a step may be watched, so that looking takes a small share of the training time on any network. The quickest
 * of the last steps of each kind are compared: whatever else the machine does only makes steps longer.
 */
export class WatchBudget {
  private readonly plainMs: number[] = [];
  private readonly watchedMs: number[] = [];
  private endMs = -Infinity;

  addPlain(stepMs: number): void {
    this.plainMs.push(stepMs);
    if (this.plainMs.length > remembered) this.plainMs.shift();
  }

  /** A watched step that ended at `nowMs`. */
  addWatched(stepMs: number, nowMs: number): void {
    this.watchedMs.push(stepMs);
    if (this.watchedMs.length > remembered) this.watchedMs.shift();
    this.endMs = nowMs;
  }

  /** Time since the last watched step. */
  sinceMs(nowMs: number): number {
    return nowMs - this.endMs;
  }

  allows(nowMs: number): boolean {
    const isKnown = this.plainMs.length > 0 && this.watchedMs.length > 0;
    const extraMs = isKnown ? Math.max(0, Math.min(...this.watchedMs) - Math.min(...this.plainMs)) : 0;
    return this.sinceMs(nowMs) >= extraMs / share;
  }
}
