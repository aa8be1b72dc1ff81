import type { Fields } from '../declaration/fields.ts';
import { text } from '../declaration/text.ts';
import type { InitializerDefinition } from './contract.ts';

const fields = {
  from: {
    kind: 'number',
    label: text('From', '下限'),
    help: text('The least value that is drawn.', '取值范围的下限。'),
    min: -1000,
    max: 1000,
    default: -0.1,
    step: 0.1,
  },
  to: {
    kind: 'number',
    label: text('To', '上限'),
    help: text(
      'No value reaches it. Below the other end, the two change places.',
      '取值不会达到此上限。若小于下限，则两端互换。',
    ),
    min: -1000,
    max: 1000,
    default: 0.1,
    step: 0.1,
  },
} as const satisfies Fields;

export const uniform: InitializerDefinition<typeof fields> = {
  type: 'uniform',
  title: text('Uniform', '均匀分布'),
  doc: {
    summary: text(
      'Draws every weight from one interval, each number in it as likely as any other, whatever the size of its layer.',
      '所有权重都在同一区间内等可能地抽取，与层的大小无关。',
    ),
    formula: String.raw`w \sim \mathcal{U}(a, b)`,
    references: [
      {
        title: 'Efficient BackProp',
        authors: 'Y. LeCun, L. Bottou, G. B. Orr, K.-R. Müller',
        year: 1998,
        url: 'https://doi.org/10.1007/3-540-49430-8_2',
      },
    ],
  },
  fields,
  fill(values, { from, to }, _weight, random) {
    const low = Math.min(from, to);
    const width = Math.abs(to - from);
    for (let i = 0; i < values.length; i++) values[i] = low + width * random.uniform();
  },
};
