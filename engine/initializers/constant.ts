import type { Fields } from '../declaration/fields.ts';
import { text } from '../declaration/text.ts';
import type { InitializerDefinition } from './contract.ts';

const fields = {
  value: {
    kind: 'number',
    label: text('Value', '数值'),
    help: text('What every weight starts from.', '每个权重的初始值。'),
    min: -1000,
    max: 1000,
    default: 0.1,
    step: 0.1,
  },
} as const satisfies Fields;

export const constant: InitializerDefinition<typeof fields> = {
  type: 'constant',
  title: text('Constant', '常数'),
  doc: {
    summary: text(
      'Every weight starts from the same number. Units of one layer that start alike stay alike, so it shows what random starts are for.',
      '所有权重从同一个数开始。同一层中起点相同的单元会一直相同，由此可以看出随机初始化的作用。',
    ),
    formula: 'w = c',
    references: [
      {
        title: 'Deep Learning, section 8.4',
        authors: 'I. Goodfellow, Y. Bengio, A. Courville',
        year: 2016,
        url: 'https://www.deeplearningbook.org/contents/optimization.html',
      },
    ],
  },
  fields,
  fill(values, { value }) {
    values.fill(value);
  },
};
