import type { Plan, Program } from '../compiler/plan.ts';
import type { Samples } from '../data/sources/contract.ts';
import { copyRow, type RowSource, rowSource } from '../data/sources/rows.ts';
import { elementCount } from '../declaration/tensor-type.ts';
import type { Arena } from '../runtime/arena.ts';

/** Samples by the id of their data node. */
export type SamplesByNode = ReadonlyMap<string, Samples>;

interface Stream {
  readonly rows: RowSource;
  readonly to: Float32Array | Int32Array;
}

/** Copies rows of the samples to where a program reads its batch. */
export class Batches {
  /** One for each of the plan's inputs. */
  private readonly streams: readonly Stream[];

  constructor(samples: SamplesByNode, plan: Plan, arena: Arena) {
    this.streams = plan.inputs.map(({ node, port, dtype, shape }) => {
      const from = samples.get(node);
      if (from === undefined) throw new Error(`there are no samples for the data node ${node}`);
      return {
        rows: rowSource(from, port, elementCount(shape)),
        to: dtype === 'int32' ? arena.ints : arena.floats,
      };
    });
  }

  /** Loads samples rows[first], …, as many as the program's batch. */
  load(program: Program, rows: Uint32Array, first: number): void {
    const end = first + program.batch;
    for (let input = 0; input < this.streams.length; input++) {
      const { rows: from, to } = this.streams[input];
      let word = program.inputs[input];
      for (let i = first; i < end; i++) {
        copyRow(from, rows[i], to, word);
        word += from.size;
      }
    }
  }
}
