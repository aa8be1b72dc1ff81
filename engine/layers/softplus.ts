import { text } from '../declaration/text.ts';
import { softplus as softplusOp } from '../ops/activations.ts';
import { activation } from './activation-layer.ts';

export const softplus = activation({
  type: 'softplus',
  title: text('Softplus', 'Softplus'),
  doc: {
    summary: text(
      'A smooth ReLU that is never 0: for outputs that must be positive, such as a variance.',
      '光滑的 ReLU，永不为 0：适合必须为正的输出，例如方差。',
    ),
    when: text(
      'Last, before anything that must not be 0 or negative: a scale, a rate, a variance.',
      '输出不得为 0 或负数时作最后一层：尺度、速率、方差。',
    ),
    formula: String.raw`y = \ln(1 + e^x)`,
    references: [
      {
        title: 'Incorporating Second-Order Functional Knowledge for Better Option Pricing',
        authors: 'C. Dugas, Y. Bengio, F. Bélisle, C. Nadeau, R. Garcia',
        year: 2001,
        url: 'https://papers.nips.cc/paper/1920-incorporating-second-order-functional-knowledge-for-better-option-pricing',
      },
    ],
  },
  fields: {},
  op: softplusOp,
  pytorch: () => 'nn.Softplus()',
});
