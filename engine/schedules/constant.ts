import { text } from '../declaration/text.ts';
import type { ScheduleDefinition } from './contract.ts';

const fields = {};

export const constant: ScheduleDefinition<typeof fields> = {
  type: 'constant',
  title: text('Constant', '恒定'),
  doc: {
    summary: text(
      'The learning rate stays as it was set. Right for first experiments and short runs.',
      '学习率始终保持所设的值。适合最初的尝试和较短的训练。',
    ),
    formula: String.raw`\eta_t = \eta`,
    references: [
      {
        title: 'A Stochastic Approximation Method',
        authors: 'H. Robbins, S. Monro',
        year: 1951,
        url: 'https://doi.org/10.1214/aoms/1177729586',
      },
    ],
  },
  fields,
  factor: () => () => 1,
  pytorch: () => '1.0',
};
