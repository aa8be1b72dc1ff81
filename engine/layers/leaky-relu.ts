import type { Fields } from '../declaration/fields.ts';
import { text } from '../declaration/text.ts';
import { leakyRelu as leakyReluOp } from '../ops/activations.ts';
import { activation } from './activation-layer.ts';

const fields = {
  slope: {
    kind: 'number',
    label: text('Slope', '斜率'),
    help: text(
      'What negative numbers are multiplied by. 0 is ReLU, 1 no activation at all.',
      '负数要乘的系数。取 0 即 ReLU，取 1 等于没有激活。',
    ),
    min: 0,
    max: 1,
    default: 0.01,
    step: 0.01,
  },
} as const satisfies Fields;

export const leakyRelu = activation({
  type: 'leaky-relu',
  title: text('LeakyReLU', 'LeakyReLU'),
  doc: {
    summary: text(
      'ReLU that lets a little of the negative side through, so that no unit can die.',
      '让负半轴也漏过一点的 ReLU，单元因此不会死亡。',
    ),
    when: text(
      'When many units of ReLU are dead, and in discriminators; a slope of 0.01 to 0.2 is usual.',
      'ReLU 单元大量死亡时使用，判别器中也常用；斜率常取 0.01 至 0.2。',
    ),
    formula: String.raw`y = \begin{cases} x & x > 0 \\ \mathrm{slope} \cdot x & x \le 0 \end{cases}`,
    references: [
      {
        title: 'Rectifier Nonlinearities Improve Neural Network Acoustic Models',
        authors: 'A. L. Maas, A. Y. Hannun, A. Y. Ng',
        year: 2013,
        url: 'https://ai.stanford.edu/~amaas/papers/relu_hybrid_icml2013_final.pdf',
      },
    ],
  },
  fields,
  op: leakyReluOp,
  attributes: ({ slope }) => ({ slope }),
  face: ({ slope }) => `${slope}`,
  pytorch: ({ slope }) => `nn.LeakyReLU(${slope})`,
});
