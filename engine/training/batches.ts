import type { Plan, Program } from '../compiler/plan.ts';
import type { Samples } from '../data/sources/contract.ts';
import { MixedTargets, VariedImages } from '../data/sources/mixup.ts';
import { copyRow, rowSource } from '../data/sources/rows.ts';
import { elementCount } from '../declaration/tensor-type.ts';
import type { Arena } from '../runtime/arena.ts';

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
  readonly rows: { copy(row: number, epoch: number | undefined, to: Float32Array, at: number): void };
}

/** Samples of at most this many values are copied one value at a time, which costs less than a call. */
const smallSample = 32;

/** Copies rows of the samples to where a program reads its batch. */
export class Batches {
  private readonly streams: readonly Stream[];
  private readonly made: readonly MadeStream[];
  private readonly to: Int32Array;
  private readonly floats: Float32Array;

  constructor(samples: SamplesByNode, plan: Plan, arena: Arena, seed: number) {
    this.to = arena.ints;
    this.floats = arena.floats;
    const streams: Stream[] = [];
    const made: MadeStream[] = [];
    for (const [input, { node, port, shape }] of plan.inputs.entries()) {
      const found = samples.get(node);
      if (found === undefined) throw new Error(`there are no samples for the data node ${node}`);
      const from = found[port];
      const size = elementCount(shape);
      const rows = madeRows(found, port, shape, seed);
      if (rows !== undefined) made.push({ input, size, rows });
      else if (from instanceof Uint8Array) throw new Error('only inputs are bytes');
      else streams.push({ input, from: new Int32Array(from.buffer, from.byteOffset, from.length), size });
    }
    this.streams = streams;
    this.made = made;
  }

  /**
   * Loads samples rows[first], …, as many as the program's batch; with an epoch, images as they are varied in it, and
   * otherwise as they are.
   */
  load(program: Program, rows: Uint32Array, first: number, epoch?: number): void {
    const end = first + program.batch;
    const { to, streams } = this;
    for (let stream = 0; stream < streams.length; stream++) {
      const { input, from, size } = streams[stream];
      let word = program.inputs[input];
      if (size === 1) {
        for (let i = first; i < end; i++) to[word++] = from[rows[i]];
      } else if (size === 2) {
        for (let i = first; i < end; i++, word += 2) {
          const start = 2 * rows[i];
          to[word] = from[start];
          to[word + 1] = from[start + 1];
        }
      } else if (size <= smallSample) {
        for (let i = first; i < end; i++) {
          const start = rows[i] * size;
          for (let j = 0; j < size; j++) to[word++] = from[start + j];
        }
      } else {
        for (let i = first; i < end; i++) {
          const start = rows[i] * size;
          to.set(from.subarray(start, start + size), word);
          word += size;
        }
      }
    }
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

/** Undefined where numbers go into the batch as they lie there. */
function madeRows(
  samples: Samples,
  port: 'x' | 'y',
  shape: readonly number[],
  seed: number,
): MadeStream['rows'] | undefined {
  if (port === 'y') return samples.mixing && new MixedTargets(samples.y, samples.mixing, seed);
  const source = rowSource(samples, 'x', elementCount(shape));
  const varied = VariedImages.of(samples, source, shape, seed);
  if (varied !== undefined || source.table === undefined) return varied;
  return { copy: (row, _epoch, to, at) => copyRow(source, row, to, at) };
}
