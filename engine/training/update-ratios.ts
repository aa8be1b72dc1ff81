import type { Plan } from '../compiler/plan.ts';
import { sampleStride } from '../compiler/watch.ts';
import type { Arena } from '../runtime/arena.ts';
import { viewOf } from './weights.ts';

interface Weight {
  /** Among the watched tensors. */
  readonly index: number;
  readonly live: Float32Array;
  readonly stride: number;
  /** Every stride-th element. */
  readonly before: Float32Array;
}

/**
 * How far a step moves each weight: ‖Δw‖ / ‖w‖, a measure of whether the learning rate suits it (about 10⁻³ does). Taken
 * around the updates of watched steps, on one thread and in double precision: the same wherever it is computed. Of a large
 * weight every n-th element is looked at, so that it costs next to nothing.
 */
export class UpdateRatios {
  /** One for each watched tensor; NaN for what is no weight, for one that is frozen, and before a step was watched. */
  readonly ratios: Float32Array;
  private readonly weights: readonly Weight[];

  constructor(plan: Plan, arena: Arena) {
    const { watched } = plan.programs.trainWatched;
    this.ratios = new Float32Array(watched.length).fill(Number.NaN);
    this.weights = watched.flatMap(({ kind, node, tensor }, index): Weight[] => {
      const weight =
        kind === 'weight'
          ? plan.weights.find((known) => known.node === node && known.weight === tensor)
          : undefined;
      if (weight?.gradient === undefined) return [];
      const live = viewOf(weight, arena) as Float32Array;
      const stride = sampleStride(live.length);
      return [{ index, live, stride, before: new Float32Array(Math.ceil(live.length / stride)) }];
    });
  }

  /** Called before the updates of a watched step. */
  beforeUpdate(): void {
    for (const { live, stride, before } of this.weights) {
      for (let i = 0; i < before.length; i++) before[i] = live[i * stride] as number;
    }
  }

  afterUpdate(): void {
    for (const { index, live, stride, before } of this.weights) {
      let moved = 0;
      let whole = 0;
      for (let i = 0; i < before.length; i++) {
        const from = before[i] as number;
        const by = (live[i * stride] as number) - from;
        moved += by * by;
        whole += from * from;
      }
      // A bias that begins with zeros has no ratio yet.
      this.ratios[index] = whole === 0 ? Number.NaN : Math.sqrt(moved / whole);
    }
  }

  /** For a step that changes nothing. */
  forget(): void {
    this.ratios.fill(Number.NaN);
  }
}
