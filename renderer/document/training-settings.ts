import { defaultParams, type Fields, type ParamValue } from '../../engine/declaration/fields.ts';
import type { NetwrightDocument, TrainingSettings } from '../../engine/document/schema.ts';
import { initializers } from '../../engine/initializers/index.ts';
import { optimizers } from '../../engine/optimizers/index.ts';
import { edit, useDocumentStore } from './store.ts';

type NumberSetting = 'learningRate' | 'batchSize' | 'epochs' | 'seed' | 'testShare';
/** `optimizer` and `initializer` take a type and set its parameters to their defaults. */
type ChoiceSetting = 'optimizer' | 'initializer';
export type TrainingPath = NumberSetting | ChoiceSetting | `${ChoiceSetting}.params.${string}`;

interface Choosable {
  readonly type: string;
  readonly fields: Fields;
  readonly defaultLearningRate?: number;
}

const known: Readonly<Record<ChoiceSetting, readonly Choosable[]>> = {
  optimizer: Object.values(optimizers),
  initializer: Object.values(initializers),
};

/** Sets one training setting as a step of the history; quick successions on the same path are one step. */
export function setTraining(path: TrainingPath, value: ParamValue): void {
  edit({ key: 'training' }, (draft) => assignTraining(draft.training, path, value), {
    mergeKey: `training ${path}`,
  });
}

export function assignTraining(training: TrainingSettings, path: TrainingPath, value: ParamValue): void {
  const [setting, , param] = path.split('.') as [keyof TrainingSettings, string?, string?];
  if (setting !== 'optimizer' && setting !== 'initializer') {
    if (typeof value === 'number') training[setting] = value;
  } else if (param !== undefined) {
    training[setting].params[param] = value;
  } else {
    choose(training, setting, value);
  }
}

/** A learning rate that was the old optimizer's own follows to the new one's; one that a person chose stays. */
function choose(training: TrainingSettings, setting: ChoiceSetting, type: ParamValue): void {
  const of = (wanted: ParamValue): Choosable | undefined =>
    known[setting].find((choice) => choice.type === wanted);
  const before = of(training[setting].type);
  const after = of(type);
  if (after === undefined || before === after) return;
  training[setting] = { type: after.type, params: { ...defaultParams(after.fields) } };
  if (after.defaultLearningRate !== undefined && training.learningRate === before?.defaultLearningRate)
    training.learningRate = after.defaultLearningRate;
}

export const useTraining = (): NetwrightDocument['training'] =>
  useDocumentStore((state) => state.document.training);
