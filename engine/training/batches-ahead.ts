import { NetwrightError } from '../declaration/problem.ts';
import { text } from '../declaration/text.ts';
import {
  BatchSlots,
  cell,
  cellOf,
  type MadeInput,
  type MakerSeat,
  makerSeat,
  noEpoch,
  slotCount,
  state,
} from './batch-slots.ts';

/** A thread that runs `makeBatches`. */
export interface Maker {
  /** Told when it ended before it was to. */
  onEnd: () => void;
}

export type StartMaker = (seat: MakerSeat) => Maker;

/** As long as a batch that has been begun is waited for; then it is made here, whatever has become of the other thread. */
const patienceMs = 2000;

/**
 * Batches that another thread makes while steps are taken. What it has made is taken only where rows and epoch are those that
 * are wanted now, and whoever finds a batch that nobody has begun makes it himself: the bits, and that there is a batch, do not
 * depend on the other thread.
 */
export class BatchesAhead {
  private readonly slots: BatchSlots;
  private readonly mostRows: number;
  private turn = 0;

  /** `mostRows` a batch has. */
  constructor(inputs: readonly MadeInput[], mostRows: number, seed: number, start: StartMaker) {
    const seat = makerSeat(inputs, mostRows, seed);
    this.slots = new BatchSlots(seat);
    this.mostRows = mostRows;
    start(seat).onEnd = () => Atomics.store(this.slots.cells, cell.failed, 1);
  }

  /** Hands the numbers of these rows to `use`, input after input; false where they are not there. */
  take(rows: Uint32Array, epoch: number | undefined, use: (words: Float32Array) => void): boolean {
    const { slots } = this;
    const slot = this.slotWith(rows, epoch);
    if (slot === undefined || slots.passes(slot, state.wanted, state.free)) return false;
    if (!this.isReady(slot)) return false;
    use(slots.wordsOf(slot));
    Atomics.store(slots.cells, cellOf(slot, 'state'), state.free);
    return true;
  }

  /** Asks for the batches that come next, from rows[first] on, and lets go of others. */
  expect(rows: Uint32Array, first: number, batch: number, epoch: number | undefined): void {
    const { slots } = this;
    const { cells } = slots;
    if (batch > this.mostRows) return;
    const kept: number[] = [];
    const missing: Uint32Array[] = [];
    for (let i = 0; i < slotCount; i++) {
      const from = first + i * batch;
      if (from >= rows.length) break;
      const wanted = rows.subarray(from, from + batch);
      const slot = this.slotWith(wanted, epoch);
      if (slot === undefined) missing.push(wanted);
      else kept.push(slot);
    }
    for (let slot = 0; slot < slotCount && missing.length > 0; slot++) {
      if (kept.includes(slot) || !this.isFreed(slot)) continue;
      slots.write(slot, missing.shift() as Uint32Array);
      cells[cellOf(slot, 'epoch')] = epoch ?? noEpoch;
      cells[cellOf(slot, 'turn')] = this.turn++;
      Atomics.store(cells, cellOf(slot, 'state'), state.wanted);
      Atomics.add(cells, cell.asked, 1);
      Atomics.notify(cells, cell.asked);
    }
  }

  /** Throws a NetwrightError where the other thread ended before it was to. */
  requireMaker(): void {
    if (Atomics.load(this.slots.cells, cell.failed) === 0) return;
    throw new NetwrightError(
      'batches.ended',
      text('The thread that makes batches ended unexpectedly.', '用于准备批数据的线程意外终止。'),
    );
  }

  close(): void {
    const { cells } = this.slots;
    Atomics.store(cells, cell.over, 1);
    Atomics.add(cells, cell.asked, 1);
    Atomics.notify(cells, cell.asked);
  }

  private slotWith(rows: Uint32Array, epoch: number | undefined): number | undefined {
    const { slots } = this;
    for (let slot = 0; slot < slotCount; slot++) {
      if (Atomics.load(slots.cells, cellOf(slot, 'state')) === state.free) continue;
      if (slots.cells[cellOf(slot, 'epoch')] === (epoch ?? noEpoch) && areSame(slots.rowsOf(slot), rows))
        return slot;
    }
    return undefined;
  }

  /** Waits for what the other thread has begun. */
  private isReady(slot: number): boolean {
    const { cells } = this.slots;
    const at = cellOf(slot, 'state');
    const until = performance.now() + patienceMs;
    while (Atomics.load(cells, at) === state.taken) {
      if (performance.now() > until || Atomics.load(cells, cell.failed) !== 0) return false;
      Atomics.wait(cells, at, state.taken, 50);
    }
    return true;
  }

  private isFreed(slot: number): boolean {
    const { slots } = this;
    return (
      slots.passes(slot, state.wanted, state.free) ||
      slots.passes(slot, state.ready, state.free) ||
      Atomics.load(slots.cells, cellOf(slot, 'state')) === state.free
    );
  }
}

function areSame(some: Uint32Array, others: Uint32Array): boolean {
  if (some.length !== others.length) return false;
  for (let i = 0; i < some.length; i++) if (some[i] !== others[i]) return false;
  return true;
}
