/** Of the training time, at most. */
const share = 0.04;
/** Steps of each kind that are remembered. */
const remembered = 8;
/** What is told of all tensors may be so much: who reads it has other things to do, and may sit at the other end of a wire. */
const bytesPerMs = 4096;

/**
 * How often a step may be watched, so that looking takes a small share of the training time on any network, and reading
 * what was seen a small share of the studio's. The quickest
 * of the last steps of each kind are compared: whatever else the machine does only makes steps longer.
 */
export class WatchBudget {
  private readonly plainMs: number[] = [];
  private readonly watchedMs: number[] = [];
  private endMs = -Infinity;
  private readonly readingMs: number;

  /** `bytes` are told of every watched step. */
  constructor(bytes: number) {
    this.readingMs = bytes / bytesPerMs;
  }

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
    return this.sinceMs(nowMs) >= Math.max(extraMs / share, this.readingMs);
  }
}
