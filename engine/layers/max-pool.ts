import { text } from '../declaration/text.ts';
import { maxPool as maxPoolOp } from '../ops/max-pool.ts';
import type { LayerDefinition } from './contract.ts';
import { checkWindow, windowFace, windowFields, windowOf, windowPytorch } from './pooling-window.ts';

export const maxPool: LayerDefinition<typeof windowFields> = {
  type: 'max-pool',
  version: 1,
  title: text('MaxPool', '最大池化（MaxPool）'),
  category: 'convolution',
  doc: {
    summary: text(
      'Keeps the largest number of each window, so that images or signals get smaller and it matters less where exactly a pattern stands. The first of equal numbers gets the gradient.',
      '每个窗口只保留最大的数，图像或信号随之变小，图案的确切位置也不再那么要紧。有几个数并列最大时，梯度归第一个。',
    ),
    when: text(
      'Between stages of a convolutional network, 2×2 with stride 2. A convolution with stride 2 does the same with weights of its own.',
      '放在卷积网络各级之间，常用 2×2、步幅 2；步幅为 2 的卷积也能缩小尺寸，但自带权重。',
    ),
    formula: String.raw`y_{c,i,j} = \max_{k,l} x_{c,\; i s + k - p,\; j s + l - p}`,
    references: [
      {
        title:
          'Unsupervised Learning of Invariant Feature Hierarchies with Applications to Object Recognition',
        authors: 'M. Ranzato, F. J. Huang, Y.-L. Boureau, Y. LeCun',
        year: 2007,
        url: 'https://doi.org/10.1109/CVPR.2007.383157',
      },
    ],
  },
  fields: windowFields,
  ports: {
    inputs: [{ name: 'x', label: text('x', 'x'), carries: 'numbers' }],
    outputs: [{ name: 'y', label: text('y', 'y'), carries: 'numbers' }],
  },
  example: { x: { shape: [2, 3, 8, 8], dtype: 'float32' } },
  face: windowFace,
  check: checkWindow,
  weights: () => [],
  build: (g, params, { x }) => g.emit(maxPoolOp, { x }, windowOf(params, x)),
  pytorch: (params, inputs) => windowPytorch('MaxPool', params, inputs),
};
