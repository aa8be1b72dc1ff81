import type { Samples, StoredRows } from '../data/sources/contract.ts';
import { areStored } from '../data/sources/rows.ts';
import { elementCount } from '../declaration/tensor-type.ts';

/** An input of a batch that is made, with the samples that it is made of. */
export interface MadeInput {
  readonly samples: Samples;
  readonly port: 'x' | 'y';
  /** Of one sample. */
  readonly shape: readonly number[];
}

/** Samples as another thread takes them up: arrays that both see, and the place of rows that it opens itself. */
export type HandedSamples = Omit<Samples, 'x' | 'statistics' | 'preparation'> & {
  readonly x: Exclude<Samples['x'], StoredRows> | { readonly place: string };
};

/** All that a thread needs to make batches ahead; travels as worker data. */
export interface MakerSeat {
  /** Cells: how many batches were asked for, whether all is over, and of each slot its state, turn, epoch and rows. */
  readonly control: SharedArrayBuffer;
  /** [slots, batch] */
  readonly rows: SharedArrayBuffer;
  /** [slots, words of a batch] */
  readonly words: SharedArrayBuffer;
  readonly batch: number;
  readonly seed: number;
  readonly inputs: readonly (Omit<MadeInput, 'samples'> & { readonly samples: HandedSamples })[];
}

/** Two wait while the one before is used. */
export const slotCount = 2;

export const cell = { asked: 0, over: 1, failed: 2, slots: 3 } as const;
/** Of a slot, from its first cell on. */
export const slotCell = { state: 0, turn: 1, epoch: 2, rows: 3 } as const;
const slotCells = 4;
/** The epoch of rows as they are. */
export const noEpoch = -1;

/** Only who finds a slot `wanted` may take it; only who took it makes it `ready`. */
export const state = { free: 0, wanted: 1, taken: 2, ready: 3 } as const;

export const cellOf = (slot: number, part: keyof typeof slotCell): number =>
  cell.slots + slot * slotCells + slotCell[part];

/** Both threads' view of the slots. */
export class BatchSlots {
  readonly cells: Int32Array;
  private readonly rows: Uint32Array;
  private readonly words: Float32Array;
  private readonly batch: number;
  private readonly slotWords: number;

  constructor({ control, rows, words, batch }: MakerSeat) {
    this.cells = new Int32Array(control);
    this.rows = new Uint32Array(rows);
    this.words = new Float32Array(words);
    this.batch = batch;
    this.slotWords = this.words.length / slotCount;
  }

  rowsOf(slot: number): Uint32Array {
    const first = slot * this.batch;
    return this.rows.subarray(first, first + this.cells[cellOf(slot, 'rows')]);
  }

  /** The numbers of a slot, input after input, each [batch, size]. */
  wordsOf(slot: number): Float32Array {
    return this.words.subarray(slot * this.slotWords, (slot + 1) * this.slotWords);
  }

  /** Puts the numbers of rows into a slot that is free. */
  write(slot: number, rows: Uint32Array): void {
    this.rows.set(rows, slot * this.batch);
    this.cells[cellOf(slot, 'rows')] = rows.length;
  }

  /** Whether the slot passes from one state to another just now. */
  passes(slot: number, from: number, to: number): boolean {
    return Atomics.compareExchange(this.cells, cellOf(slot, 'state'), from, to) === from;
  }
}

/** Of the numbers of batches of so many rows. */
export const slotBytes = (inputs: readonly MadeInput[], rows: number): number =>
  4 * slotCount * rows * inputs.reduce((sum, { shape }) => sum + elementCount(shape), 0);

export function makerSeat(inputs: readonly MadeInput[], batch: number, seed: number): MakerSeat {
  const handed = new Map<Samples, HandedSamples>();
  for (const { samples } of inputs) if (!handed.has(samples)) handed.set(samples, handedSamples(samples));
  return {
    control: new SharedArrayBuffer(4 * cellOf(slotCount, 'state')),
    rows: new SharedArrayBuffer(4 * slotCount * batch),
    words: new SharedArrayBuffer(slotBytes(inputs, batch)),
    batch,
    seed,
    inputs: inputs.map(({ samples, port, shape }) => ({
      samples: handed.get(samples) as HandedSamples,
      port,
      shape,
    })),
  };
}

function handedSamples({ count, x, y, scaling, augmentation, mixing }: Samples): HandedSamples {
  return {
    count,
    x: areStored(x) ? { place: x.place } : sharedOf(x),
    y,
    ...(scaling && { scaling }),
    ...(augmentation && { augmentation }),
    ...(mixing && { mixing }),
  };
}

/** The array itself where another thread can see it, or a copy that it can. */
function sharedOf<T extends Float32Array | Int32Array | Uint8Array>(values: T): T {
  if (values.buffer instanceof SharedArrayBuffer) return values;
  const Kind = values.constructor as new (buffer: SharedArrayBuffer) => T;
  const shared = new Kind(new SharedArrayBuffer(values.byteLength));
  shared.set(values);
  return shared;
}
