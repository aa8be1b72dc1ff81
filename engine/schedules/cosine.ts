import { cosineOfHalfTurns } from '../arithmetic/half-turns.ts';
import type { Fields } from '../declaration/fields.ts';
import { text } from '../declaration/text.ts';
import type { ScheduleDefinition } from './contract.ts';

const fields = {
  minimum: {
    kind: 'number',
    label: text('Ends at, as a share', '最低比例'),
    help: text(
      'The least learning rate, as a share of the one that is set: 0.01 ends at a hundredth.',
      '最低学习率与所设学习率之比：0.01 表示最后降到百分之一。',
    ),
    min: 0,
    max: 1,
    default: 0,
    step: 0.01,
  },
} as const satisfies Fields;

export const cosine: ScheduleDefinition<typeof fields> = {
  type: 'cosine',
  title: text('Cosine', '余弦退火'),
  doc: {
    summary: text(
      'Follows half a wave of a cosine from the learning rate that is set down to the least one, over the whole run.',
      '在整个训练中沿半个余弦波，从所设的学习率降到最低值。',
    ),
    formula: String.raw`\eta_t = \eta \left( r + (1 - r)\, \tfrac{1}{2} \left( 1 + \cos \tfrac{\pi t}{T} \right) \right)`,
    references: [
      {
        title: 'SGDR: Stochastic Gradient Descent with Warm Restarts',
        authors: 'I. Loshchilov, F. Hutter',
        year: 2017,
        url: 'https://arxiv.org/abs/1608.03983',
      },
    ],
  },
  fields,
  pytorch: ({ minimum }) =>
    `${minimum} + (1 - ${minimum}) * 0.5 * (1 + math.cos(math.pi * min(max(0, t - warmup) / max(1, steps - warmup), 1)))`,
  factor({ minimum }, { steps, warmupSteps }) {
    const span = Math.max(1, steps - warmupSteps);
    return (t) => {
      const done = Math.min(Math.max(0, t - warmupSteps), span) / span;
      return minimum + (1 - minimum) * 0.5 * (1 + cosineOfHalfTurns(done));
    };
  },
};
