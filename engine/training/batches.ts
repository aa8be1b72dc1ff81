import type { Plan, Program } from '../compiler/plan.ts';
import type { Samples } from '../data/sources/contract.ts';
import { areNumbers, areStored } from '../data/sources/rows.ts';
import { elementCount } from '../declaration/tensor-type.ts';
import type { Arena } from '../runtime/arena.ts';
import { type MadeInput, slotBytes } from './batch-slots.ts';
import { BatchesAhead, type StartMaker } from './batches-ahead.ts';
import { type MadeRows, madeRows } from './made-rows.ts';

/** Samples by the id of their data node. */
export type SamplesByNode = ReadonlyMap<string, Samples>;

/** An input whose numbers lie there as they go into the batch. */
interface Stream {
  /** Of the plan's inputs. */
  readonly input: number;
  /** [count, size]; words, whatever numbers they hold: a loop over one kind of array is twice as quick as over two. */
  readonly from: Int32Array;
  readonly size: number;
}

/** An input that is made as it goes into the batch: bytes become numbers, images are varied. */
interface MadeStream {
  readonly input: number;
  readonly size: number;
  /** With an epoch as training varies it in that. */
  readonly rows: MadeRows;
}

/** How batches are made ahead: by whom, and from which times of making one and of what else is done in a step on. */
export interface Ahead {
  readonly start: StartMaker;
  readonly pays?: (makeMs: number, restMs: number) => boolean;
}

/** Batches that are made here before it is known what that takes; the first of all bring code and samples near. */
const gauged = { from: 2, to: 6 } as const;
/** Another thread is worth its while where batches take more of the time than this. */
const worthShare = 0.02;
/** Steps on batches that take more are long enough to wait for one. */
const mostSlotBytes = 2 ** 27;

/** Samples of at most this many values are copied one value at a time, which costs less than a call. */
const smallSample = 32;

/** Copies rows of the samples to where a program reads its batch. */
export class Batches {
  private readonly streams: readonly Stream[];
  private readonly made: readonly MadeStream[];
  private readonly to: Int32Array;
  private readonly floats: Float32Array;
  private readonly startAhead: (() => BatchesAhead) | undefined;
  private readonly pays: NonNullable<Ahead['pays']>;
  private ahead: BatchesAhead | undefined;
  private loads = 0;
  private makeMs = Infinity;
  private restMs = Infinity;
  private endedMs = 0;

  constructor(samples: SamplesByNode, plan: Plan, arena: Arena, seed: number, ahead?: Ahead) {
    this.to = arena.ints;
    this.floats = arena.floats;
    const streams: Stream[] = [];
    const made: MadeStream[] = [];
    const inputs: MadeInput[] = [];
    for (const [input, { node, port, shape }] of plan.inputs.entries()) {
      const found = samples.get(node);
      if (found === undefined) throw new Error(`there are no samples for the data node ${node}`);
      const from = found[port];
      const size = elementCount(shape);
      const rows = madeRows(found, port, shape, seed);
      if (rows !== undefined) {
        made.push({ input, size, rows });
        inputs.push({ samples: found, port, shape });
      } else if (!areNumbers(from)) throw new Error('only inputs are bytes');
      else streams.push({ input, from: new Int32Array(from.buffer, from.byteOffset, from.length), size });
    }
    this.streams = streams;
    this.made = made;
    // Reading from a disk may take longer later on than it does at first.
    const isStored = inputs.some((input) => areStored(input.samples.x));
    this.pays = ahead?.pays ?? ((makeMs, restMs) => isStored || makeMs > worthShare * restMs);
    const { train, evaluate } = plan.programs;
    const mostRows = [Math.max(train.batch, evaluate.batch), train.batch].find(
      (rows) => slotBytes(inputs, rows) <= mostSlotBytes,
    );
    this.startAhead =
      ahead && made.length > 0 && mostRows !== undefined
        ? () => new BatchesAhead(inputs, mostRows, seed, ahead.start)
        : undefined;
  }

  /** No thread makes batches any more. */
  close(): void {
    this.ahead?.close();
    this.ahead = undefined;
  }

  /**
   * Loads samples rows[first], …, as many as the program's batch; with an epoch, images as they are varied in it, and
   * otherwise as they are.
   */
  load(program: Program, rows: Uint32Array, first: number, epoch?: number): void {
    const end = first + program.batch;
    for (let stream = 0; stream < this.streams.length; stream++) {
      const { input, from, size } = this.streams[stream];
      const word = program.inputs[input];
      if (size === 1) copyWords(from, rows, first, end, this.to, word);
      else if (size === 2) copyPairs(from, rows, first, end, this.to, word);
      else copyRows(from, size, rows, first, end, this.to, word);
    }
    if (this.made.length === 0) return;
    if (this.startAhead === undefined || this.loads >= gauged.to)
      this.takeOrMake(program, rows, first, epoch);
    else this.gauge(program, rows, first, epoch);
  }

  /** Makes a batch here and looks what that takes. */
  private gauge(program: Program, rows: Uint32Array, first: number, epoch: number | undefined): void {
    const begin = performance.now();
    this.makeAll(program, rows, first, epoch);
    const end = performance.now();
    this.loads++;
    if (this.loads > gauged.from) {
      this.makeMs = Math.min(this.makeMs, end - begin);
      this.restMs = Math.min(this.restMs, begin - this.endedMs);
    }
    this.endedMs = end;
    if (this.loads === gauged.to && this.pays(this.makeMs, this.restMs)) this.ahead = this.startAhead?.();
  }

  private takeOrMake(program: Program, rows: Uint32Array, first: number, epoch: number | undefined): void {
    const { ahead } = this;
    const end = first + program.batch;
    const isThere = ahead?.take(rows.subarray(first, end), epoch, (words) => {
      let at = 0;
      for (const { input, size } of this.made) {
        const count = program.batch * size;
        this.floats.set(words.subarray(at, at + count), program.inputs[input]);
        at += count;
      }
    });
    if (isThere !== true) this.makeAll(program, rows, first, epoch);
    if (ahead === undefined) return;
    // Where it was the samples that made the other thread fail, making them here has told it.
    ahead.requireMaker();
    ahead.expect(rows, end, program.batch, epoch);
  }

  private makeAll(program: Program, rows: Uint32Array, first: number, epoch: number | undefined): void {
    for (let stream = 0; stream < this.made.length; stream++) this.make(program, stream, rows, first, epoch);
  }

  private make(
    program: Program,
    stream: number,
    rows: Uint32Array,
    first: number,
    epoch: number | undefined,
  ): void {
    const { input, rows: from, size } = this.made[stream];
    const end = first + program.batch;
    let word = program.inputs[input];
    for (let i = first; i < end; i++) {
      from.copy(rows[i], epoch, this.floats, word);
      word += size;
    }
  }
}

// A small step is over in microseconds. Four rows at a time, because going round costs as much as copying one.

function copyWords(
  from: Int32Array,
  rows: Uint32Array,
  first: number,
  end: number,
  to: Int32Array,
  word: number,
): void {
  let i = first;
  for (; i + 4 <= end; i += 4, word += 4) {
    to[word] = from[rows[i]];
    to[word + 1] = from[rows[i + 1]];
    to[word + 2] = from[rows[i + 2]];
    to[word + 3] = from[rows[i + 3]];
  }
  for (; i < end; i++) to[word++] = from[rows[i]];
}

function copyPairs(
  from: Int32Array,
  rows: Uint32Array,
  first: number,
  end: number,
  to: Int32Array,
  word: number,
): void {
  let i = first;
  for (; i + 4 <= end; i += 4, word += 8) {
    // A shift stays among whole numbers, where `2 *` would reckon with larger ones.
    const a = rows[i] << 1;
    const b = rows[i + 1] << 1;
    const c = rows[i + 2] << 1;
    const d = rows[i + 3] << 1;
    to[word] = from[a];
    to[word + 1] = from[a + 1];
    to[word + 2] = from[b];
    to[word + 3] = from[b + 1];
    to[word + 4] = from[c];
    to[word + 5] = from[c + 1];
    to[word + 6] = from[d];
    to[word + 7] = from[d + 1];
  }
  for (; i < end; i++, word += 2) {
    to[word] = from[2 * rows[i]];
    to[word + 1] = from[2 * rows[i] + 1];
  }
}

function copyRows(
  from: Int32Array,
  size: number,
  rows: Uint32Array,
  first: number,
  end: number,
  to: Int32Array,
  word: number,
): void {
  for (let i = first; i < end; i++, word += size) {
    const start = rows[i] * size;
    if (size > smallSample) to.set(from.subarray(start, start + size), word);
    else for (let j = 0; j < size; j++) to[word + j] = from[start + j];
  }
}
