import { text } from '../declaration/text.ts';
import { tanh as tanhOp } from '../ops/activations.ts';
import { activation } from './activation-layer.ts';

export const tanh = activation({
  type: 'tanh',
  title: text('Tanh', 'Tanh'),
  doc: {
    summary: text(
      'Squeezes every number between −1 and 1, with 0 staying 0: smooth, and gentler on gradients than Sigmoid.',
      '把任何数压到 −1 与 1 之间，0 仍为 0：光滑，对梯度也比 Sigmoid 友好。',
    ),
    when: text(
      'Where outputs lie between −1 and 1, such as pixels of a generator, and in small or recurrent networks; initialise with Xavier.',
      '输出在 −1 与 1 之间时使用，例如生成器的像素，也用于小型网络和循环网络；初始化选 Xavier。',
    ),
    formula: String.raw`y = \tanh x = \frac{e^{x} - e^{-x}}{e^{x} + e^{-x}}`,
    references: [
      {
        title: 'Efficient BackProp',
        authors: 'Y. LeCun, L. Bottou, G. B. Orr, K.-R. Müller',
        year: 1998,
        url: 'https://doi.org/10.1007/3-540-49430-8_2',
      },
    ],
  },
  fields: {},
  op: tanhOp,
  pytorch: () => 'nn.Tanh()',
});
