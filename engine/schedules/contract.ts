import type { Fields, ParamsOf } from '../declaration/fields.ts';
import type { Documentation } from '../declaration/reference.ts';
import type { Text } from '../declaration/text.ts';

/** How long a run is meant to be. */
export interface RunLength {
  readonly stepsPerEpoch: number;
  readonly steps: number;
  /** Steps in which the learning rate rises from nearly 0; schedules that span the run begin behind them. */
  readonly warmupSteps: number;
}

/** What a schedule that waits for progress remembers from epoch to epoch. JSON, so that a checkpoint can hold it. */
export interface Plateau {
  /** The least loss so far; null before the first epoch. */
  readonly best: number | null;
  /** Epochs since then. */
  readonly waited: number;
  /** What the learning rate is multiplied by from here on, besides `factor`. */
  readonly factor: number;
}

export const notYetOnPlateau: Plateau = { best: null, waited: 0, factor: 1 };

/** How the learning rate changes over a run: what the rate that a person set is multiplied by at each step. */
export interface ScheduleDefinition<F extends Fields = Fields> {
  readonly type: string;
  readonly title: Text;
  readonly doc: Documentation;
  readonly fields: F;
  /** What is wrong with a field beyond its own range. Never throws. */
  check?(params: ParamsOf<F>): { readonly field: string; readonly message: Text } | undefined;
  /**
   * The factor at step t = 0, 1, …, a pure function of t. Must come from + − × ÷ √ alone, so that every machine gets the
   * same bits and a resumed run those of one that never stopped.
   */
  factor(params: ParamsOf<F>, run: RunLength): (t: number) => number;
  /** The factor as an expression of Python in `t`, `steps`, `warmup` and `per_epoch`. */
  pytorch(params: ParamsOf<F>): string;
  /** The new state after an epoch that came to this loss; only for a schedule that waits for progress. */
  afterEpoch?(params: ParamsOf<F>, state: Plateau, loss: number): Plateau;
}
