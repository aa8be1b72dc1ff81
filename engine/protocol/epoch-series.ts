import type { EpochRecord } from './live-run-messages.ts';

/** Epoch records of a run: all of them up to the capacity, then every second, fourth, …; the newest is always there. */
export class EpochSeries {
  readonly #capacity: number;
  #kept: EpochRecord[] = [];
  #stride = 1;
  #newest: EpochRecord | undefined;
  #added = 0;

  constructor(capacity = 2048) {
    this.#capacity = capacity;
  }

  get newest(): EpochRecord | undefined {
    return this.#newest;
  }

  get records(): readonly EpochRecord[] {
    const last = this.#kept.at(-1);
    return this.#newest && this.#newest !== last ? [...this.#kept, this.#newest] : this.#kept;
  }

  add(record: EpochRecord): void {
    this.#newest = record;
    if (this.#added++ % this.#stride === 0) this.#kept.push(record);
    if (this.#kept.length > this.#capacity) {
      this.#kept = this.#kept.filter((_, index) => index % 2 === 0);
      this.#stride *= 2;
    }
  }
}
