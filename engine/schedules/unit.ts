import type { Fields } from '../declaration/fields.ts';
import { text } from '../declaration/text.ts';
import type { RunLength } from './contract.ts';

/** What a schedule that changes in jumps counts. */
export const unitField = {
  unit: {
    kind: 'choice',
    label: text('Counted in', '计数单位'),
    help: text('Whole epochs, or steps, one for each batch.', '按整轮计，或按步计（每个批次一步）。'),
    options: [
      { value: 'epochs', label: text('epochs', '轮') },
      { value: 'steps', label: text('steps', '步') },
    ],
    default: 'epochs',
  },
} as const satisfies Fields;

/** How many whole units lie behind step t. */
export const unitsBehind =
  (unit: string, { stepsPerEpoch }: RunLength) =>
  (t: number): number =>
    unit === 'steps' ? t : Math.floor(t / stepsPerEpoch);

/** The same as an expression of Python. */
export const pythonUnits = (unit: string): string => (unit === 'steps' ? 't' : 't // per_epoch');

export const gammaField = {
  gamma: {
    kind: 'number',
    label: text('Factor γ', '衰减系数 γ'),
    help: text('What the learning rate is multiplied by each time.', '每次学习率乘以的系数。'),
    min: 0,
    max: 1,
    exclusiveMin: true,
    default: 0.1,
    step: 0.05,
  },
} as const satisfies Fields;
