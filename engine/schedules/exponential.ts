import { power } from '../arithmetic/power.ts';
import type { Fields } from '../declaration/fields.ts';
import { text } from '../declaration/text.ts';
import type { ScheduleDefinition } from './contract.ts';
import { gammaField, pythonUnits, unitField, unitsBehind } from './unit.ts';

const fields = {
  gamma: { ...gammaField.gamma, default: 0.99, step: 0.01 },
  ...unitField,
} as const satisfies Fields;

export const exponential: ScheduleDefinition<typeof fields> = {
  type: 'exponential',
  title: text('Exponential', '指数衰减'),
  doc: {
    summary: text(
      'Multiplies the learning rate by the same factor after every epoch or step, so that it falls evenly on a logarithmic scale.',
      '每一轮或每一步后都把学习率乘以同一系数，在对数坐标上匀速下降。',
    ),
    formula: String.raw`\eta_t = \eta\, \gamma^{\,t}`,
    references: [
      {
        title: 'An Exponential Learning Rate Schedule for Deep Learning',
        authors: 'Z. Li, S. Arora',
        year: 2020,
        url: 'https://arxiv.org/abs/1910.07454',
      },
    ],
  },
  fields,
  pytorch: ({ gamma, unit }) => `${gamma} ** (${pythonUnits(unit)})`,
  factor({ gamma, unit }, run) {
    const behind = unitsBehind(unit, run);
    return (t) => power(gamma, behind(t));
  },
};
