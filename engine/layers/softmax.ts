import { text } from '../declaration/text.ts';
import { softmax as softmaxOp } from '../ops/softmax.ts';
import { activation } from './activation-layer.ts';
import { checkFeatures, checkNumbers } from './port-checks.ts';

export const softmax = activation({
  type: 'softmax',
  title: text('Softmax', 'Softmax'),
  doc: {
    summary: text(
      'Turns each row of numbers into probabilities that sum to 1. Leave it out before Cross-Entropy, which has it inside.',
      '把每一行数值变成和为 1 的概率。后接“交叉熵”时不要加，它已内含。',
    ),
    formula: String.raw`y_n = \frac{e^{x_n}}{\sum_k e^{x_k}}`,
    references: [
      {
        title:
          'Probabilistic Interpretation of Feedforward Classification Network Outputs, with Relationships to Statistical Pattern Recognition',
        authors: 'J. S. Bridle',
        year: 1990,
        url: 'https://doi.org/10.1007/978-3-642-76153-9_28',
      },
    ],
  },
  fields: {},
  op: softmaxOp,
  check: (_params, inputs) => [...checkNumbers(inputs, 'x'), ...checkFeatures(inputs, 'x')],
  pytorch: () => 'nn.Softmax(dim=-1)',
});
