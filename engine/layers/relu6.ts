import type { Fields } from '../declaration/fields.ts';
import { text } from '../declaration/text.ts';
import { clippedRelu } from '../ops/activations.ts';
import { activation } from './activation-layer.ts';

const fields = {
  ceiling: {
    kind: 'number',
    label: text('Ceiling', '上限'),
    help: text('The largest number that comes out.', '输出的最大值。'),
    min: 0,
    max: 1e6,
    exclusiveMin: true,
    default: 6,
    step: 0.5,
  },
} as const satisfies Fields;

export const relu6 = activation({
  type: 'relu6',
  title: text('ReLU6', 'ReLU6'),
  doc: {
    summary: text(
      'ReLU that lets nothing above 6 through. Numbers with a ceiling survive being stored in few bits, so networks for phones use it.',
      '不让大于 6 的数通过的 ReLU。有上限的数值用很少的位数也能存好，因此手机上的网络常用它。',
    ),
    when: text(
      'In networks that will run in eight bits, such as MobileNet; elsewhere the ceiling is of no use.',
      '网络将以 8 位运行时使用，例如 MobileNet；其他情况下上限没有用处。',
    ),
    formula: String.raw`y = \min(\max(x, 0), \mathrm{ceiling})`,
    references: [
      {
        title: 'MobileNetV2: Inverted Residuals and Linear Bottlenecks',
        authors: 'M. Sandler, A. Howard, M. Zhu, A. Zhmoginov, L.-C. Chen',
        year: 2018,
        url: 'https://arxiv.org/abs/1801.04381',
      },
    ],
  },
  fields,
  op: clippedRelu,
  attributes: ({ ceiling }) => ({ ceiling }),
  face: ({ ceiling }) => `≤ ${ceiling}`,
  pytorch: ({ ceiling }) => (ceiling === 6 ? 'nn.ReLU6()' : `nn.Hardtanh(0.0, ${ceiling})`),
});
