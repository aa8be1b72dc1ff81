import { text } from '../declaration/text.ts';
import { multiply as multiplyOp } from '../ops/multiply.ts';
import type { LayerDefinition } from './contract.ts';
import { aligned, checkOperands, operandPort } from './operands.ts';

export const multiply: LayerDefinition<Record<string, never>> = {
  type: 'multiply',
  version: 1,
  title: text('Multiply', '相乘'),
  category: 'linear',
  doc: {
    summary: text(
      'The product of two inputs, number by number. Behind a Sigmoid it is a gate: one branch says how much of the other passes. Sizes of 1 are repeated to fit: weights C×1×1 of the channels scale a whole image C×H×W.',
      '两个输入逐元素相乘。放在 Sigmoid 之后就是门控：一个分支决定另一个分支通过多少。大小为 1 的维度会重复以适合另一输入：C×1×1 的通道权重可缩放整幅图像 C×H×W。',
    ),
    when: text(
      'For gates, and for channels that are weighed by their importance, as in squeeze-and-excitation.',
      '用于门控，或按重要性给通道加权，例如 squeeze-and-excitation。',
    ),
    formula: String.raw`y = a \odot b`,
    references: [
      {
        title: 'Squeeze-and-Excitation Networks',
        authors: 'J. Hu, L. Shen, S. Albanie, G. Sun, E. Wu',
        year: 2017,
        url: 'https://arxiv.org/abs/1709.01507',
      },
    ],
  },
  fields: {},
  ports: { inputs: [operandPort('a'), operandPort('b')], outputs: [operandPort('y')] },
  example: {
    a: { shape: [2, 4, 3, 3], dtype: 'float32' },
    b: { shape: [2, 4, 1, 1], dtype: 'float32' },
  },
  face: () => '',
  check: (_params, inputs) => checkOperands(inputs, ['a', 'b'], '·'),
  weights: () => [],
  build(g, _params, { a, b }) {
    const rank = Math.max(a.shape.length, b.shape.length);
    return g.emit(multiplyOp, { a: aligned(g, a, rank), b: aligned(g, b, rank) });
  },
  pytorch: () => 'Multiply()  # a * b',
  pytorchClass: `class Multiply(nn.Module):
    def forward(self, a, b):
        return a * b`,
};
