import { power } from '../arithmetic/power.ts';
import type { Fields } from '../declaration/fields.ts';
import { text } from '../declaration/text.ts';
import type { ScheduleDefinition } from './contract.ts';
import { gammaField, pythonUnits, unitField, unitsBehind } from './unit.ts';

const fields = {
  every: {
    kind: 'integer',
    label: text('Every', '每隔'),
    help: text('How long each learning rate lasts.', '每个学习率维持多久。'),
    min: 1,
    max: 1_000_000_000,
    default: 30,
  },
  ...unitField,
  ...gammaField,
} as const satisfies Fields;

export const step: ScheduleDefinition<typeof fields> = {
  type: 'step',
  title: text('Step', '阶梯衰减'),
  doc: {
    summary: text(
      'Lowers the learning rate by the same factor at regular intervals: first large steps, then finer ones.',
      '每隔固定的时间把学习率乘以同一系数：先大步，后小步。',
    ),
    formula: String.raw`\eta_t = \eta\, \gamma^{\lfloor t / T \rfloor}`,
    references: [
      {
        title: 'Deep Residual Learning for Image Recognition',
        authors: 'K. He, X. Zhang, S. Ren, J. Sun',
        year: 2016,
        url: 'https://arxiv.org/abs/1512.03385',
      },
    ],
  },
  fields,
  pytorch: ({ every, unit, gamma }) => `${gamma} ** (${pythonUnits(unit)} // ${every})`,
  factor({ every, unit, gamma }, run) {
    const behind = unitsBehind(unit, run);
    return (t) => power(gamma, Math.floor(behind(t) / every));
  },
};
