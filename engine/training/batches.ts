import type { Plan, Program } from '../compiler/plan.ts';
import type { Samples } from '../data/sources/contract.ts';
import { elementCount } from '../declaration/tensor-type.ts';
import type { Arena } from '../runtime/arena.ts';

/** Copies rows of the samples to where a program reads its batch. */
export class Batches {
  private readonly x: Float32Array;
  private readonly y: Float32Array | Int32Array;
  private readonly xSize: number;
  private readonly ySize: number;
  private readonly xTarget: Float32Array;
  private readonly yTarget: Float32Array | Int32Array;

  constructor(samples: Samples, plan: Plan, arena: Arena) {
    this.x = samples.x;
    this.y = samples.y;
    this.xSize = elementCount(plan.inputs.x);
    this.ySize = elementCount(plan.inputs.y.shape);
    this.xTarget = arena.floats;
    this.yTarget = plan.inputs.y.dtype === 'int32' ? arena.ints : arena.floats;
  }

  /** Loads samples rows[from], …, as many as the program's batch. */
  load(program: Program, rows: Uint32Array, from: number): void {
    const { x, y, xSize, ySize, xTarget, yTarget } = this;
    const end = from + program.batch;
    let xWord = program.x;
    let yWord = program.y;
    for (let i = from; i < end; i++) {
      const row = rows[i];
      const xRow = row * xSize;
      for (let j = 0; j < xSize; j++) xTarget[xWord++] = x[xRow + j];
      const yRow = row * ySize;
      for (let j = 0; j < ySize; j++) yTarget[yWord++] = y[yRow + j];
    }
  }
}
