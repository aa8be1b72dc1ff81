import { text } from '../declaration/text.ts';
import { softmax as softmaxOp } from '../ops/softmax.ts';
import { activation } from './activation-layer.ts';
import { checkNumbers } from './port-checks.ts';
import { checkSoftmaxAxis, faceOfAxis, softmaxAxisField } from './softmax-axis.ts';

export const softmax = activation({
  type: 'softmax',
  title: text('Softmax', 'Softmax'),
  doc: {
    summary: text(
      'Turns the numbers along one axis into probabilities that sum to 1: classes of a sample, keys of a query. Leave it out before Cross-Entropy, which has it inside.',
      '把沿一个轴的数值变成和为 1 的概率：样本的各个类别，或查询对各个键的权重。后接“交叉熵”时不要加，它已内含。',
    ),
    when: text(
      'Where probabilities are wanted inside the network, above all in attention. At its end the loss does it.',
      '网络内部需要概率时使用，主要是注意力；网络末尾由损失完成。',
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
  fields: { axis: softmaxAxisField },
  op: softmaxOp,
  attributes: ({ axis }) => ({ axis }),
  face: ({ axis }) => faceOfAxis(axis),
  check: ({ axis }, inputs) => [...checkNumbers(inputs, 'x'), ...checkSoftmaxAxis(inputs, axis)],
  pytorch: ({ axis }) => `nn.Softmax(dim=${axis})`,
});
