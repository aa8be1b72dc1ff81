import type { Plan, Program } from '../compiler/plan.ts';
import { Augmenter } from '../data/sources/augment.ts';
import type { Samples } from '../data/sources/contract.ts';
import { copyRow, type RowSource, rowSource } from '../data/sources/rows.ts';
import { elementCount } from '../declaration/tensor-type.ts';
import type { Arena } from '../runtime/arena.ts';

/** Samples by the id of their data node. */
export type SamplesByNode = ReadonlyMap<string, Samples>;

interface Stream {
  readonly rows: RowSource;
  readonly to: Float32Array | Int32Array;
  /** Where images are varied while training. */
  readonly augmenter: Augmenter | undefined;
}

/** Copies rows of the samples to where a program reads its batch. */
export class Batches {
  /** One for each of the plan's inputs. */
  private readonly streams: readonly Stream[];

  constructor(samples: SamplesByNode, plan: Plan, arena: Arena, seed: number) {
    this.streams = plan.inputs.map(({ node, port, dtype, shape }) => {
      const from = samples.get(node);
      if (from === undefined) throw new Error(`there are no samples for the data node ${node}`);
      const { augmentation } = from;
      const rows = rowSource(from, port, elementCount(shape));
      const isVaried = augmentation !== undefined && port === 'x' && shape.length === 3;
      return {
        rows,
        augmenter: isVaried ? new Augmenter(rows, shape, augmentation, seed) : undefined,
        to: dtype === 'int32' ? arena.ints : arena.floats,
      };
    });
  }

  /**
   * Loads samples rows[first], …, as many as the program's batch; with an epoch, images as they are varied in it, and
   * otherwise as they are.
   */
  load(program: Program, rows: Uint32Array, first: number, epoch?: number): void {
    const end = first + program.batch;
    for (let input = 0; input < this.streams.length; input++) {
      const { rows: from, to, augmenter } = this.streams[input];
      let word = program.inputs[input];
      for (let i = first; i < end; i++) {
        if (augmenter !== undefined && epoch !== undefined) augmenter.copy(rows[i], epoch, to, word);
        else copyRow(from, rows[i], to, word);
        word += from.size;
      }
    }
  }
}
