import type { Plan, Program } from '../compiler/plan.ts';
import type { Samples } from '../data/sources/contract.ts';
import { elementCount } from '../declaration/tensor-type.ts';
import type { Arena } from '../runtime/arena.ts';

/** Samples by the id of their data node. */
export type SamplesByNode = ReadonlyMap<string, Samples>;

interface Stream {
  /** [count, size] */
  readonly from: Float32Array | Int32Array;
  readonly to: Float32Array | Int32Array;
  readonly size: number;
}

/** Samples of at most this many values are copied one value at a time, which costs less than a call. */
const smallSample = 32;

/** Copies rows of the samples to where a program reads its batch. */
export class Batches {
  /** One for each of the plan's inputs. */
  private readonly streams: readonly Stream[];

  constructor(samples: SamplesByNode, plan: Plan, arena: Arena) {
    this.streams = plan.inputs.map(({ node, port, dtype, shape }) => {
      const from = samples.get(node)?.[port];
      if (from === undefined) throw new Error(`there are no samples for the data node ${node}`);
      return { from, to: dtype === 'int32' ? arena.ints : arena.floats, size: elementCount(shape) };
    });
  }

  /** Loads samples rows[first], …, as many as the program's batch. */
  load(program: Program, rows: Uint32Array, first: number): void {
    const end = first + program.batch;
    for (let input = 0; input < this.streams.length; input++) {
      const { from, to, size } = this.streams[input];
      let word = program.inputs[input];
      for (let i = first; i < end; i++) {
        const start = rows[i] * size;
        if (size > smallSample) to.set(from.subarray(start, start + size), word);
        else for (let j = 0; j < size; j++) to[word + j] = from[start + j];
        word += size;
      }
    }
  }
}
