import type { Text } from '../declaration/text.ts';
import type { TrainingSettings } from '../document/schema.ts';
import { chosen, settingsOf } from '../document/training-settings.ts';
import { type EpochRecord, guideFigures } from '../protocol/live-run-messages.ts';
import { afterEpoch, endingText } from '../schedules/early-stopping.ts';
import { rateFactor } from '../schedules/rate-factor.ts';
import type { Progress } from './checkpoint.ts';

/** How a run's settings steer it: the rate of every step, and what an epoch's figures change. */
export class RunCourse {
  private readonly training: TrainingSettings;
  private readonly factor: (t: number) => number;
  private readonly scalars: ((t: number) => readonly number[]) | undefined;

  constructor(training: TrainingSettings, stepsPerEpoch: number) {
    const schedule = chosen(training, 'schedule');
    const { epochs, warmupSteps } = training;
    const steps = { stepsPerEpoch, steps: epochs * stepsPerEpoch, warmupSteps };
    const optimizer = chosen(training, 'optimizer');
    const { scalars } = optimizer.definition;
    this.training = training;
    this.factor = rateFactor(schedule.definition, schedule.params, steps);
    this.scalars = scalars && ((t) => scalars.at(optimizer.params, t));
  }

  /** What the next step is taken with: the rate that was set, times what the schedule makes of it. */
  rate({ learningRate, step, plateau }: Progress): number {
    return learningRate * this.factor(step) * plateau.factor;
  }

  /** What the optimizer's kernels read anew at step t = 1, 2, …; undefined where they read nothing. */
  scalarsAt(t: number): readonly number[] | undefined {
    return this.scalars?.(t);
  }

  /** Takes an epoch that has just ended into `progress`. Whether its weights are those to keep so far. */
  follow(progress: Progress, record: EpochRecord): boolean {
    const { training } = this;
    const guide = guideFigures(record);
    const { definition, params } = chosen(training, 'schedule');
    if (definition.afterEpoch !== undefined) {
      progress.plateau = definition.afterEpoch(params, progress.plateau, guide.loss);
    }
    const stopping = settingsOf(training, 'earlyStopping');
    if (stopping.monitor === 'never') return false;
    const { epoch, train } = record;
    progress.waiting = afterEpoch(stopping, progress.waiting, { epoch, train, guide });
    return stopping.keep === 'best' && progress.waiting.bestEpoch === epoch;
  }

  /** Why the run ended before its last epoch, where it did; `guide` is the part whose figures guided it. */
  ending({ waiting, epoch }: Progress, guide: Parameters<typeof endingText>[1]): Text | undefined {
    if (!waiting.ended) return undefined;
    return endingText(settingsOf(this.training, 'earlyStopping'), guide, waiting, epoch);
  }
}
