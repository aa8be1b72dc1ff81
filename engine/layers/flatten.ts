import { text } from '../declaration/text.ts';
import { reshape } from '../ops/reshape.ts';
import type { LayerDefinition } from './contract.ts';

export const flatten: LayerDefinition = {
  type: 'flatten',
  version: 1,
  title: text('Flatten', '展平'),
  category: 'shape',
  doc: {
    summary: text(
      'Writes everything that a sample holds into one row. Put it between layers for images or sequences and a Linear layer that is to see all of it.',
      '把一个样本的全部内容排成一行。放在处理图像或序列的层与要看到全部内容的线性层之间。',
    ),
    when: text(
      'Once, where the part for images ends. Behind GlobalAvgPool it is not needed.',
      '在处理图像的部分结束处用一次；全局平均池化之后不需要它。',
    ),
    formula: String.raw`[N, d_1, \ldots, d_k] \to [N, d_1 \cdots d_k]`,
    references: [
      {
        title: 'Gradient-Based Learning Applied to Document Recognition',
        authors: 'Y. LeCun, L. Bottou, Y. Bengio, P. Haffner',
        year: 1998,
        url: 'https://doi.org/10.1109/5.726791',
      },
    ],
  },
  fields: {},
  ports: {
    inputs: [{ name: 'x', label: text('x', 'x'), carries: 'any' }],
    outputs: [{ name: 'y', label: text('y', 'y'), carries: 'any' }],
  },
  face: () => '',
  check: () => [],
  weights: () => [],
  build: (g, _params, { x }) => g.emit(reshape, { x }, { shape: [0, -1] }),
  pytorch: () => 'nn.Flatten()',
};
