import type { Plan } from '../compiler/plan.ts';
import type { Arena } from '../runtime/arena.ts';
import type { Progress } from './checkpoint.ts';

/** Copying up to this many words per step, on average, costs well under a percent of a step of that size. */
const wordsPerStep = 16384;

/**
 * The newest weights, with optimizer state and progress, that are known to give a finite loss and finite gradients.
 * Small networks keep those of every step, larger ones those of every n-th, n depending on the size alone.
 */
export class LastGood {
  private readonly live: readonly Float32Array[];
  private readonly kept: readonly Float32Array[];
  private readonly interval: number;
  private progress: Progress | undefined;

  constructor(plan: Plan, arena: Arena) {
    this.live = [plan.weightWords, plan.stateWords]
      .filter(({ words }) => words > 0)
      .map(({ offset, words }) => arena.floats.subarray(offset, offset + words));
    this.kept = this.live.map((words) => new Float32Array(words.length));
    const words = this.live.reduce((sum, { length }) => sum + length, 0);
    this.interval = Math.max(1, Math.ceil(words / wordsPerStep));
  }

  /** Called between a backward pass that was finite and the update that follows it. */
  offer(progress: Progress): void {
    if (progress.step % this.interval === 0) this.keep(progress);
  }

  keep(progress: Progress): void {
    for (let i = 0; i < this.live.length; i++) this.kept[i]?.set(this.live[i]);
    // A new object costs less than looking for the fields of an old one.
    this.progress = { ...progress };
  }

  /** Puts them back and says which step they are of. */
  restore(): Progress {
    if (this.progress === undefined) throw new Error('nothing was kept yet');
    for (let i = 0; i < this.live.length; i++) this.live[i]?.set(this.kept[i]);
    return this.progress;
  }
}
