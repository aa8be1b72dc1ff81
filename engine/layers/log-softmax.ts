import { text } from '../declaration/text.ts';
import { logSoftmax as logSoftmaxOp } from '../ops/log-softmax.ts';
import { activation } from './activation-layer.ts';
import { checkNumbers } from './port-checks.ts';
import { checkSoftmaxAxis, faceOfAxis, softmaxAxisField } from './softmax-axis.ts';

export const logSoftmax = activation({
  type: 'log-softmax',
  title: text('LogSoftmax', 'LogSoftmax'),
  doc: {
    summary: text(
      'The logarithm of Softmax, exact also where a probability is too small to be written down. Stands before the NLL loss; both together are Cross-Entropy.',
      'Softmax 的对数，即使概率小到无法表示也仍然精确。放在 NLL 损失之前；二者合起来就是交叉熵。',
    ),
    when: text(
      'Only with NLL, or where log-probabilities are themselves the answer. Else give logits to Cross-Entropy.',
      '只与 NLL 一起使用，或结果本身就要对数概率；否则请把 logits 直接交给交叉熵。',
    ),
    formula: String.raw`y_n = x_n - \ln \sum_k e^{x_k}`,
    references: [
      {
        title: 'Deep Learning, section 6.2.2.3',
        authors: 'I. Goodfellow, Y. Bengio, A. Courville',
        year: 2016,
        url: 'https://www.deeplearningbook.org/contents/mlp.html',
      },
    ],
  },
  fields: { axis: softmaxAxisField },
  op: logSoftmaxOp,
  attributes: ({ axis }) => ({ axis }),
  face: ({ axis }) => faceOfAxis(axis),
  check: ({ axis }, inputs) => [...checkNumbers(inputs, 'x'), ...checkSoftmaxAxis(inputs, axis)],
  pytorch: ({ axis }) => `nn.LogSoftmax(dim=${axis})`,
});
