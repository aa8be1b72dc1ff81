import type { Problem } from '../declaration/problem.ts';
import { text } from '../declaration/text.ts';
import type { LayerProblem } from '../layers/contract.ts';
import type { ScheduleDefinition } from '../schedules/contract.ts';
import { lossOf } from './catalogue.ts';
import { checkParams, completeParams } from './check-params.ts';
import { validationShareOf } from './run-length.ts';
import type { NetwrightDocument, TrainingSettings } from './schema.ts';
import {
  type Choosable,
  type SettingChoice,
  type SettingGroup,
  settingChoices,
  settingGroups,
  settingsOf,
} from './training-settings.ts';

const choices = Object.keys(settingChoices) as SettingChoice[];
const groups = Object.keys(settingGroups) as SettingGroup[];

/** What is wrong with the training settings, by themselves and with each other. */
export function trainingProblems(document: NetwrightDocument): Problem[] {
  const { training } = document;
  const problems = [
    ...choices.flatMap((choice) =>
      choiceProblems(`training.${choice}`, training[choice], settingChoices[choice]),
    ),
    ...groups.flatMap((group) =>
      fieldProblems(`training.${group}`, checkParams(settingGroups[group], training[group])),
    ),
  ];
  return problems.length > 0 ? problems : [...earlyStoppingProblems(document), ...decayProblems(training)];
}

/** A choice may have more to say about its parameters than their ranges. */
type Known = Choosable & Pick<Partial<ScheduleDefinition>, 'check'>;

function choiceProblems(
  path: string,
  chosen: TrainingSettings[SettingChoice],
  known: readonly Known[],
): Problem[] {
  const definition = known.find((candidate) => candidate.type === chosen.type);
  if (definition === undefined) {
    const list = known.map((candidate) => candidate.type).join(', ');
    const message = text(
      `expected one of ${list}, found "${chosen.type}".`,
      `应为 ${list} 之一，实际为“${chosen.type}”。`,
    );
    return [{ code: 'unknown-choice', severity: 'error', place: { path: `${path}.type` }, message }];
  }
  const problems = fieldProblems(`${path}.params`, checkParams(definition.fields, chosen.params));
  if (problems.length > 0) return problems;
  const own = definition.check?.(completeParams(definition.fields, chosen.params));
  return own === undefined ? [] : fieldProblems(`${path}.params`, [{ code: 'wrong-text', ...own }]);
}

const fieldProblems = (path: string, found: readonly LayerProblem[]): Problem[] =>
  found.map(({ code, field, message }) => ({
    code,
    severity: 'error',
    place: { path: `${path}.${field ?? ''}` },
    message,
  }));

/** What early stopping watches has to be measured. */
function earlyStoppingProblems({ nodes, training }: NetwrightDocument): Problem[] {
  const { monitor } = settingsOf(training, 'earlyStopping');
  const place = { path: 'training.earlyStopping.monitor' };
  const isHeldOut = monitor === 'test-loss' || monitor === 'test-accuracy';
  if (isHeldOut && training.testShare === 0 && validationShareOf(training) === 0) {
    const message = text(
      'Early stopping watches held-out samples, but the validation share and the test share are 0; keep some for validation, or watch the training loss.',
      '提前停止依据留出的样本，但验证集与测试集的比例都为 0；请留出一部分用于验证，或改为按训练损失。',
    );
    return [{ code: 'nothing-to-monitor', severity: 'error', place, message }];
  }
  const losses = nodes.flatMap(({ type }) => lossOf(type) ?? []);
  if (monitor !== 'test-accuracy' || losses.length === 0 || losses.some((loss) => 'hits' in loss)) return [];
  const message = text(
    'Early stopping watches the accuracy, but with this loss no answer is right or wrong; watch the held-out loss.',
    '提前停止依据准确率，但此损失没有对错之分；请改为按留出部分的损失。',
  );
  return [{ code: 'nothing-to-monitor', severity: 'error', place, message }];
}

/** An optimizer that is made for weight decay and gets none is another one. */
function decayProblems(training: TrainingSettings): Problem[] {
  const definition = settingChoices.optimizer.find(({ type }) => type === training.optimizer.type);
  if (definition?.defaultDecay === undefined || settingsOf(training, 'regularisation').decay > 0) return [];
  const { en, zh } = definition.title;
  const message = text(
    `${en} works by weight decay, which is 0; set it, such as to ${definition.defaultDecay}.`,
    `${zh} 依靠权重衰减，而现在为 0；请设置一个值，例如 ${definition.defaultDecay}。`,
  );
  const place = { path: 'training.regularisation.decay' };
  return [{ code: 'no-weight-decay', severity: 'warning', place, message }];
}
