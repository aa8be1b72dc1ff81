import type { Params } from '../declaration/fields.ts';
import type { RunLength, ScheduleDefinition } from './contract.ts';

/** What the learning rate is multiplied by at step t = 0, 1, …: the schedule, risen to over the first steps. */
export function rateFactor(
  schedule: ScheduleDefinition,
  params: Params,
  run: RunLength,
): (t: number) => number {
  const factor = schedule.factor(params, run);
  const { warmupSteps } = run;
  return (t) => (t < warmupSteps ? (factor(t) * (t + 1)) / warmupSteps : factor(t));
}
