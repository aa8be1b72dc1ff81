import type { Fields, ParamsOf } from '../declaration/fields.ts';
import type { TensorType } from '../declaration/tensor-type.ts';
import { text } from '../declaration/text.ts';
import { adaptiveAveragePool as adaptiveAveragePoolOp } from '../ops/adaptive-average-pool.ts';
import type { LayerDefinition } from './contract.ts';
import { checkImagesOrSignals, checkNumbers } from './port-checks.ts';

const fields = {
  outputSize: {
    kind: 'integer',
    label: text('Output size', '输出大小'),
    help: text(
      'Rows that come out of an image, or elements that come out of a signal.',
      '图像输出的行数，或信号输出的元素个数。',
    ),
    min: 1,
    max: 1024,
    default: 2,
  },
  outputWidth: {
    kind: 'integer',
    label: text('Output width', '输出宽度'),
    help: text('Columns that come out of an image.', '图像输出的列数。'),
    min: 1,
    max: 1024,
    default: 2,
  },
} as const satisfies Fields;

const sizeOf = ({ outputSize, outputWidth }: ParamsOf<typeof fields>, x: TensorType | undefined): number[] =>
  x?.shape.length === 3 ? [outputSize] : [outputSize, outputWidth];

export const adaptiveAveragePool: LayerDefinition<typeof fields> = {
  type: 'adaptive-average-pool',
  shortName: 'pool',
  version: 1,
  title: text('AdaptiveAvgPool', '自适应平均池化（AdaptiveAvgPool）'),
  category: 'convolution',
  doc: {
    summary: text(
      'Averages images or signals of any size down to the size that is asked for, in bins as even as can be.',
      '把任意大小的图像或信号平均到指定大小，各格尽量均匀。',
    ),
    when: text(
      'Where images of different sizes must all end in the same shape, mostly before the first Linear layer.',
      '输入图像大小不一、却要得到同样形状时使用，多在第一个线性层之前。',
    ),
    formula: String.raw`y_{c,i} = \frac{1}{|B_i|} \sum_{h \in B_i} x_{c,h}, \quad B_i = \left\{ \left\lfloor \tfrac{i H}{n} \right\rfloor, \ldots, \left\lceil \tfrac{(i + 1) H}{n} \right\rceil - 1 \right\}`,
    references: [
      {
        title: 'Spatial Pyramid Pooling in Deep Convolutional Networks for Visual Recognition',
        authors: 'K. He, X. Zhang, S. Ren, J. Sun',
        year: 2014,
        url: 'https://arxiv.org/abs/1406.4729',
      },
    ],
  },
  fields,
  ports: {
    inputs: [{ name: 'x', label: text('x', 'x'), carries: 'numbers' }],
    outputs: [{ name: 'y', label: text('y', 'y'), carries: 'numbers' }],
  },
  example: { x: { shape: [2, 3, 8, 8], dtype: 'float32' } },
  face: (params, { x }) => sizeOf(params, x).join('×'),
  check: (_params, inputs) => [...checkNumbers(inputs, 'x'), ...checkImagesOrSignals(inputs, 'x')],
  weights: () => [],
  build: (g, params, { x }) => g.emit(adaptiveAveragePoolOp, { x }, { size: sizeOf(params, x) }),
  pytorch(params, { x }) {
    const size = sizeOf(params, x);
    return `nn.AdaptiveAvgPool${size.length}d(${size.length === 1 ? size[0] : `(${size.join(', ')})`})`;
  },
};
