import { histogramWords } from '../../engine/kernels/telemetry.ts';

/** All watched tensors at one step: [watched, histogramWords]. */
export interface Snapshot {
  readonly step: number;
  readonly words: Int32Array;
}

const memoryBytes = 64 * 1024 * 1024;
const bytesPerWord = 4;

/**
 * Histograms of a run over time, bounded: the newest are all kept, of the older ones ever fewer the older they are,
 * so that the whole run stays visible. The first is never dropped.
 */
export class TelemetryHistory {
  readonly #capacity: number;
  readonly #recent: number;
  #snapshots: Snapshot[] = [];

  constructor(watchedCount: number, capacity = 400) {
    const frameBytes = Math.max(1, watchedCount) * histogramWords * bytesPerWord;
    this.#capacity = Math.max(8, Math.min(capacity, Math.floor(memoryBytes / frameBytes)));
    this.#recent = this.#capacity >> 1;
  }

  /** Oldest first, steps rising. */
  get snapshots(): readonly Snapshot[] {
    return this.#snapshots;
  }

  get newest(): Snapshot | undefined {
    return this.#snapshots.at(-1);
  }

  add(snapshot: Snapshot): void {
    const newest = this.newest;
    // A paused run may report the same step again: the later report replaces the earlier.
    if (newest && newest.step >= snapshot.step) this.#snapshots.pop();
    this.#snapshots.push(snapshot);
    if (this.#snapshots.length > this.#capacity) this.#snapshots.splice(this.#mostCrowded(), 1);
  }

  /** The older snapshot whose neighbours lie closest together for its age: dropping it costs least. */
  #mostCrowded(): number {
    const all = this.#snapshots;
    const now = (all.at(-1) as Snapshot).step;
    let least = Infinity;
    let found = 1;
    for (let i = 1; i < all.length - this.#recent; i++) {
      const gap = all[i + 1].step - all[i - 1].step;
      const crowding = gap / (now - all[i].step);
      if (crowding < least) {
        least = crowding;
        found = i;
      }
    }
    return found;
  }
}
