import type { Plan } from '../compiler/plan.ts';
import { histogramWords } from '../kernels/telemetry.ts';
import type { Arena } from '../runtime/arena.ts';
import { UpdateRatios } from './update-ratios.ts';

/** What the last watched step showed of every watched tensor. */
export class WatchedFigures {
  /** [watched tensors · histogramWords] */
  readonly histograms: Int32Array;
  /** How far the step moved each of them. */
  readonly updates: UpdateRatios;
  /** The step after which `histograms` were taken; 0 = not yet. */
  step = 0;
  private readonly plan: Plan;
  private readonly arena: Arena;

  constructor(plan: Plan, arena: Arena) {
    this.plan = plan;
    this.arena = arena;
    this.histograms = new Int32Array(plan.programs.trainWatched.watched.length * histogramWords);
    this.updates = new UpdateRatios(plan, arena);
  }

  /** Takes over the histograms that the watched program has left in the arena. */
  take(step: number): void {
    let at = 0;
    for (const { histogram } of this.plan.programs.trainWatched.watched) {
      this.histograms.set(this.arena.ints.subarray(histogram, histogram + histogramWords), at);
      at += histogramWords;
    }
    this.step = step;
  }
}
