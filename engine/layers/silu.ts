import { text } from '../declaration/text.ts';
import { silu as siluOp } from '../ops/activations.ts';
import { activation } from './activation-layer.ts';

export const silu = activation({
  type: 'silu',
  title: text('SiLU', 'SiLU'),
  doc: {
    summary: text(
      'The input times its own sigmoid, also called Swish: smooth, a little below 0 for small negative numbers. Usual in Mamba and in convolutional networks of recent years.',
      '输入乘以自身的 sigmoid，又称 Swish：光滑，小的负数略低于 0。Mamba 与近年的卷积网络常用。',
    ),
    when: text(
      'In place of ReLU where a little more computation buys accuracy, as in EfficientNet and in Mamba.',
      '愿意用少许计算换取精度时代替 ReLU，例如 EfficientNet 与 Mamba。',
    ),
    formula: String.raw`y = x\, \sigma(x)`,
    references: [
      {
        title:
          'Sigmoid-Weighted Linear Units for Neural Network Function Approximation in Reinforcement Learning',
        authors: 'S. Elfwing, E. Uchibe, K. Doya',
        year: 2017,
        url: 'https://arxiv.org/abs/1702.03118',
      },
    ],
  },
  fields: {},
  op: siluOp,
  pytorch: () => 'nn.SiLU()',
});
