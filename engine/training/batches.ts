import type { Plan, Program } from '../compiler/plan.ts';
import type { Samples } from '../data/sources/contract.ts';
import { elementCount } from '../declaration/tensor-type.ts';
import type { Arena } from '../runtime/arena.ts';

/** Samples by the id of their data node. */
export type SamplesByNode = ReadonlyMap<string, Samples>;

interface Stream {
  /** [count, size]; words, whatever numbers they hold: a loop over one kind of array is twice as quick as over two. */
  readonly from: Int32Array;
  readonly size: number;
}

/** Samples of at most this many values are copied one value at a time, which costs less than a call. */
const smallSample = 32;

/** Copies rows of the samples to where a program reads its batch. */
export class Batches {
  /** One for each of the plan's inputs. */
  private readonly streams: readonly Stream[];
  private readonly to: Int32Array;

  constructor(samples: SamplesByNode, plan: Plan, arena: Arena) {
    this.to = arena.ints;
    this.streams = plan.inputs.map(({ node, port, shape }) => {
      const from = samples.get(node)?.[port];
      if (from === undefined) throw new Error(`there are no samples for the data node ${node}`);
      const words = new Int32Array(from.buffer, from.byteOffset, from.length);
      return { from: words, size: elementCount(shape) };
    });
  }

  /** Loads samples rows[first], …, as many as the program's batch. */
  load(program: Program, rows: Uint32Array, first: number): void {
    const end = first + program.batch;
    const { to, streams } = this;
    for (let input = 0; input < streams.length; input++) {
      const { from, size } = streams[input];
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
  }
}
