import { text } from '../declaration/text.ts';
import { selu as seluOp } from '../ops/activations.ts';
import { activation } from './activation-layer.ts';

export const selu = activation({
  type: 'selu',
  title: text('SELU', 'SELU'),
  doc: {
    summary: text(
      'An ELU scaled so that, with weights of variance 1 / fan-in, signals keep mean 0 and variance 1 from layer to layer without any normalisation.',
      '缩放后的 ELU：权重方差取 1/扇入时，信号逐层保持均值 0、方差 1，无需归一化。',
    ),
    when: text(
      'For deep networks of Linear layers alone, initialised with variance 1 / fan-in (LeCun), without BatchNorm.',
      '用于只由线性层组成的深层网络，初始化方差取 1/扇入（LeCun），不加批归一化。',
    ),
    formula: String.raw`y = \lambda \begin{cases} x & x > 0 \\ \alpha (e^x - 1) & x \le 0 \end{cases}, \quad \lambda \approx 1.0507,\ \alpha \approx 1.6733`,
    references: [
      {
        title: 'Self-Normalizing Neural Networks',
        authors: 'G. Klambauer, T. Unterthiner, A. Mayr, S. Hochreiter',
        year: 2017,
        url: 'https://arxiv.org/abs/1706.02515',
      },
    ],
  },
  fields: {},
  op: seluOp,
  pytorch: () => 'nn.SELU()',
});
