import { type Fields, type ParamValue, paramText } from '../../engine/declaration/fields.ts';
import type { NetwrightDocument, TrainingSettings } from '../../engine/document/schema.ts';
import {
  type Choosable,
  type SettingChoice,
  type SettingGroup,
  settingChoices,
  settingGroups,
  withChoice,
} from '../../engine/document/training-settings.ts';
import type { EditLabel } from './history.ts';
import { editProject, useDocumentStore } from './store.ts';

type NumberSetting =
  | 'learningRate'
  | 'warmupSteps'
  | 'batchSize'
  | 'epochs'
  | 'seed'
  | 'testShare'
  | 'validationShare';
/** A choice takes a type and sets its parameters to their defaults; a group takes the value of one of its fields. */
export type TrainingPath =
  | NumberSetting
  | SettingChoice
  | `${SettingChoice}.params.${string}`
  | `${SettingGroup}.${string}`;

/** Sets one training setting as a step of the history; quick successions on the same path are one step. */
export function setTraining(path: TrainingPath, value: ParamValue): void {
  editProject(
    { key: 'change', name: settingName(useDocumentStore.getState().project.training, path) },
    (draft) => assignTraining(draft.training, path, value),
    {
      mergeKey: `training ${path}`,
    },
  );
}

/** What a setting is called: the studio's own word, or the label of the field that declares it. */
function settingName(training: TrainingSettings, path: TrainingPath): NonNullable<EditLabel['name']> {
  const [setting, second, param] = path.split('.') as [string, string?, string?];
  if (isGroup(setting)) {
    const fields: Fields = settingGroups[setting];
    return fields[second ?? '']?.label ?? path;
  }
  if (isChoice(setting) && param !== undefined) {
    const choices: readonly Choosable[] = settingChoices[setting];
    return choices.find(({ type }) => type === training[setting].type)?.fields[param]?.label ?? path;
  }
  return { sentence: `settings.${setting as NumberSetting | SettingChoice}` };
}

const isChoice = (name: string): name is SettingChoice => Object.hasOwn(settingChoices, name);
const isGroup = (name: string): name is SettingGroup => Object.hasOwn(settingGroups, name);

export function assignTraining(training: TrainingSettings, path: TrainingPath, value: ParamValue): void {
  const [setting, second, param] = path.split('.') as [string, string?, string?];
  if (isChoice(setting)) {
    if (param !== undefined) training[setting].params[param] = value;
    else if (value !== training[setting].type)
      Object.assign(training, withChoice(training, setting, paramText(value)));
  } else if (isGroup(setting)) {
    if (second !== undefined) training[setting][second] = value;
  } else if (setting === 'validationShare' && value === 0) {
    // A project without a validation part says nothing of one.
    delete training.validationShare;
  } else if (typeof value === 'number') {
    training[setting as NumberSetting] = value;
  }
}

export const useTraining = (): NetwrightDocument['training'] =>
  useDocumentStore((state) => state.project.training);
