import type { Fields } from '../declaration/fields.ts';
import { type Text, text } from '../declaration/text.ts';

/** When a run ends before its last epoch, and with which weights. */
export const earlyStoppingFields = {
  monitor: {
    kind: 'choice',
    label: text('Stop early', '提前停止'),
    help: text(
      'Ends the run when this has stopped getting better. What is held out is the validation part; without one it is the test part.',
      '当所选指标不再变好时结束训练。留出部分指验证集；没有验证集时为测试集。',
    ),
    options: [
      { value: 'never', label: text('never', '不启用') },
      { value: 'test-loss', label: text('by held-out loss', '按留出部分的损失') },
      { value: 'test-accuracy', label: text('by held-out accuracy', '按留出部分的准确率') },
      { value: 'train-loss', label: text('by training loss', '按训练损失') },
    ],
    default: 'never',
  },
  patience: {
    kind: 'integer',
    label: text('Patience', '耐心'),
    unit: text('epochs', '轮'),
    help: text(
      'The run ends when so many epochs in a row were no better than the best one.',
      '连续这么多轮都没有超过最好的一轮时，训练结束。',
    ),
    min: 1,
    max: 1_000_000,
    default: 10,
    when: { field: 'monitor', is: ['test-loss', 'test-accuracy', 'train-loss'] },
  },
  minChange: {
    kind: 'number',
    label: text('Least change', '最小变化'),
    help: text(
      'What differs from the best value by no more than this is no better: in units of the loss, or as a share of right answers.',
      '与最好值相差不超过此数不算变好：单位与损失相同，或为正确率。',
    ),
    min: 0,
    max: 1000,
    default: 0,
    step: 0.001,
    when: { field: 'monitor', is: ['test-loss', 'test-accuracy', 'train-loss'] },
  },
  keep: {
    kind: 'choice',
    label: text('Weights at the end', '结束时的权重'),
    help: text(
      'Those of the best epoch, also where the run goes on to its last one, or those of the last.',
      '采用最好一轮的权重（即使训练一直进行到最后一轮），或采用最后一轮的权重。',
    ),
    options: [
      { value: 'best', label: text('of the best epoch', '最好一轮') },
      { value: 'last', label: text('of the last epoch', '最后一轮') },
    ],
    default: 'best',
    when: { field: 'monitor', is: ['test-loss', 'test-accuracy', 'train-loss'] },
  },
} as const satisfies Fields;

/** What early stopping remembers from epoch to epoch. JSON, so that a checkpoint can hold it. */
export interface Waiting {
  /** The best value so far, and its epoch; null and 0 before the first epoch. */
  readonly best: number | null;
  readonly bestEpoch: number;
  /** The run is to end here. */
  readonly ended: boolean;
}

export const notYetWaiting: Waiting = { best: null, bestEpoch: 0, ended: false };

export interface EpochFigures {
  readonly loss: number;
  readonly accuracy?: number;
}

/** What is watched of an epoch, signed so that less is better. */
function watched(monitor: string, train: EpochFigures, guide: EpochFigures): number {
  if (monitor === 'train-loss') return train.loss;
  return monitor === 'test-accuracy' ? -(guide.accuracy ?? -guide.loss) : guide.loss;
}

/** The state after an epoch. */
export function afterEpoch(
  {
    monitor,
    patience,
    minChange,
  }: { readonly monitor: string; readonly patience: number; readonly minChange: number },
  state: Waiting,
  {
    epoch,
    train,
    guide,
  }: { readonly epoch: number; readonly train: EpochFigures; readonly guide: EpochFigures },
): Waiting {
  const value = watched(monitor, train, guide);
  if (state.best === null || value < state.best - minChange)
    return { best: value, bestEpoch: epoch, ended: false };
  return { ...state, ended: epoch - state.bestEpoch >= patience };
}

const partNames = {
  train: text('training', '训练'),
  validation: text('validation', '验证'),
  test: text('test', '测试'),
} as const;

/** What a monitor watches where that part guides the run. */
function watchedText(monitor: string, guide: keyof typeof partNames): Text {
  const { en, zh } = partNames[monitor === 'train-loss' ? 'train' : guide];
  return monitor === 'test-accuracy'
    ? text(`the ${en} accuracy`, `${zh}准确率`)
    : text(`the ${en} loss`, `${zh}损失`);
}

/** Why a run ended before its time, in one sentence. */
export function endingText(
  { monitor, keep }: { readonly monitor: string; readonly keep: string },
  guide: keyof typeof partNames,
  { bestEpoch }: Waiting,
  epoch: number,
): Text {
  const { en, zh } = watchedText(monitor, guide);
  const kept =
    keep === 'best'
      ? text(`; the weights of epoch ${bestEpoch} are kept`, `，保留第 ${bestEpoch} 轮的权重`)
      : text('; the weights of the last epoch are kept', '，保留最后一轮的权重');
  return text(
    `Stopped early after epoch ${epoch}: ${en} has not got better since epoch ${bestEpoch}${kept.en}.`,
    `在第 ${epoch} 轮后提前停止：${zh}自第 ${bestEpoch} 轮起没有变好${kept.zh}。`,
  );
}
