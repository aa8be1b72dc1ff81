import { text } from '../declaration/text.ts';
import { subtract as subtractOp } from '../ops/subtract.ts';
import type { LayerDefinition } from './contract.ts';
import { aligned, checkOperands, operandPort } from './operands.ts';

export const subtract: LayerDefinition<Record<string, never>> = {
  type: 'subtract',
  version: 1,
  title: text('Subtract', '相减'),
  category: 'linear',
  doc: {
    summary: text(
      'The first input less the second. A branch that has learnt what is wrong with its input, such as noise, is taken away from it. Sizes of 1 are repeated to fit the other input.',
      '第一个输入减去第二个。若一个分支学会了输入中多余的部分（例如噪声），就从输入中把它减去。大小为 1 的维度会重复，以适合另一输入。',
    ),
    when: text(
      'Where the difference of two branches is what matters: a comparison, or noise that is to be removed.',
      '两个分支之差才是所需时使用：作比较，或去除噪声。',
    ),
    formula: 'y = a - b',
    references: [
      {
        title: 'Beyond a Gaussian Denoiser: Residual Learning of Deep CNN for Image Denoising',
        authors: 'K. Zhang, W. Zuo, Y. Chen, D. Meng, L. Zhang',
        year: 2016,
        url: 'https://arxiv.org/abs/1608.03981',
      },
    ],
  },
  fields: {},
  ports: { inputs: [operandPort('a'), operandPort('b')], outputs: [operandPort('y')] },
  face: () => '',
  check: (_params, inputs) => checkOperands(inputs, ['a', 'b'], '−'),
  weights: () => [],
  build(g, _params, { a, b }) {
    const rank = Math.max(a.shape.length, b.shape.length);
    return g.emit(subtractOp, { a: aligned(g, a, rank), b: aligned(g, b, rank) });
  },
  pytorch: () => 'Subtract()  # a - b',
  pytorchClass: `class Subtract(nn.Module):
    def forward(self, a, b):
        return a - b`,
};
