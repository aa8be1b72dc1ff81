import { defaultParams, type Fields, type Params, type ParamsOf } from '../declaration/fields.ts';
import type { Text } from '../declaration/text.ts';
import { initializers } from '../initializers/index.ts';
import { clippingFields } from '../optimizers/clipping.ts';
import type { OptimizerDefinition } from '../optimizers/contract.ts';
import { optimizers } from '../optimizers/index.ts';
import { regularisationFields } from '../optimizers/regularisation.ts';
import type { ScheduleDefinition } from '../schedules/contract.ts';
import { earlyStoppingFields } from '../schedules/early-stopping.ts';
import { schedules } from '../schedules/index.ts';
import { completeParams } from './check-params.ts';
import type { TrainingSettings } from './schema.ts';

/** One of several kinds that a training setting may name; each declares its own parameters. */
export interface Choosable {
  readonly type: string;
  readonly title: Text;
  readonly doc: { readonly summary: Text };
  readonly fields: Fields;
}

/** Settings of the form { type, params }, and the kinds there are. */
export const settingChoices = {
  optimizer: Object.values<OptimizerDefinition>(optimizers),
  schedule: Object.values<ScheduleDefinition>(schedules),
  initializer: Object.values(initializers),
} as const satisfies Record<string, readonly Choosable[]>;
export type SettingChoice = keyof typeof settingChoices;

/** Settings that are a set of fields each. */
export const settingGroups = {
  regularisation: regularisationFields,
  clipping: clippingFields,
  earlyStopping: earlyStoppingFields,
} as const satisfies Record<string, Fields>;
export type SettingGroup = keyof typeof settingGroups;

/** A group's values with every missing one at its default. */
export const settingsOf = <G extends SettingGroup>(
  training: TrainingSettings,
  group: G,
): ParamsOf<(typeof settingGroups)[G]> =>
  completeParams(settingGroups[group], training[group]) as ParamsOf<(typeof settingGroups)[G]>;

/** The definition that a choice names, and its complete parameters; the choice must be one there is. */
export function chosen(
  training: TrainingSettings,
  choice: 'optimizer',
): { definition: OptimizerDefinition; params: Params };
export function chosen(
  training: TrainingSettings,
  choice: 'schedule',
): { definition: ScheduleDefinition; params: Params };
export function chosen(
  training: TrainingSettings,
  choice: SettingChoice,
): { definition: Choosable; params: Params } {
  const { type, params } = training[choice];
  const definition = settingChoices[choice].find((known) => known.type === type) as Choosable;
  return { definition, params: completeParams(definition.fields, params) };
}

/** Settings of a run at one learning rate, in which nothing holds weights or gradients back or ends it early. */
export const plainSettings = () =>
  ({
    schedule: { type: schedules.constant.type, params: {} },
    warmupSteps: 0,
    regularisation: { ...defaultParams(regularisationFields) },
    clipping: { ...defaultParams(clippingFields) },
    earlyStopping: { ...defaultParams(earlyStoppingFields) },
  }) satisfies Partial<TrainingSettings>;

/**
 * The settings with another kind chosen, its parameters at their defaults; undefined when there is no such kind. A
 * learning rate and a weight decay that were the former optimizer's own give way to the new one's; chosen ones stay.
 */
export function withChoice(
  training: TrainingSettings,
  choice: SettingChoice,
  type: string,
): TrainingSettings | undefined {
  const definition = settingChoices[choice].find((known) => known.type === type);
  if (definition === undefined) return undefined;
  const changed = { ...training, [choice]: { type, params: { ...defaultParams(definition.fields) } } };
  if (choice !== 'optimizer') return changed;
  const [before, after] = [training.optimizer.type, type].map((name) =>
    settingChoices.optimizer.find((known) => known.type === name),
  );
  if (after === undefined) return changed;
  const { learningRate, regularisation } = training;
  const decay = settingsOf(training, 'regularisation').decay;
  return {
    ...changed,
    learningRate: learningRate === before?.defaultLearningRate ? after.defaultLearningRate : learningRate,
    regularisation:
      decay === (before?.defaultDecay ?? 0)
        ? { ...regularisation, decay: after.defaultDecay ?? 0 }
        : regularisation,
  };
}
