import type { Fields } from '../declaration/fields.ts';
import { text } from '../declaration/text.ts';
import { convolution } from '../ops/convolution.ts';
import type { LayerDefinition } from './contract.ts';
import {
  checkConvolution,
  convolutionFace,
  convolutionFields,
  convolutionPytorch,
  convolutionWeights,
  geometryOf,
  paddedConvolutionClass,
} from './convolution-layer.ts';

const { outChannels, ...others } = convolutionFields;

const fields = {
  outChannels,
  kernelHeight: {
    kind: 'integer',
    label: text('Kernel height', '卷积核高度'),
    help: text('Rows of the image that the kernel covers.', '卷积核覆盖图像的行数。'),
    min: 1,
    max: 1024,
    default: 3,
  },
  kernelWidth: {
    kind: 'integer',
    label: text('Kernel width', '卷积核宽度'),
    help: text('Columns of the image that the kernel covers.', '卷积核覆盖图像的列数。'),
    min: 1,
    max: 1024,
    default: 3,
  },
  ...others,
} as const satisfies Fields;

export const conv2d: LayerDefinition<typeof fields> = {
  type: 'conv2d',
  version: 1,
  title: text('Conv2d', '二维卷积（Conv2d）'),
  category: 'convolution',
  doc: {
    summary: text(
      'Looks at every place of an image through the same small kernels, so that a pattern is found wherever it stands. The first choice for images.',
      '用同一组小卷积核查看图像的每个位置，因此图案无论出现在哪里都能被找到。处理图像的首选。',
    ),
    when: text(
      'For images and all that lies on a grid. Begin with 3×3 kernels, and double the channels whenever the size is halved.',
      '用于图像等网格状数据。从 3×3 卷积核开始；尺寸每减半一次，通道数就加倍。',
    ),
    formula: String.raw`y_{o,i,j} = b_o + \sum_{c,k,l} W_{o,c,k,l}\; x_{c,\; i s + k d - p,\; j s + l d - p}`,
    references: [
      {
        title: 'Gradient-Based Learning Applied to Document Recognition',
        authors: 'Y. LeCun, L. Bottou, Y. Bengio, P. Haffner',
        year: 1998,
        url: 'https://doi.org/10.1109/5.726791',
      },
      {
        title: 'A guide to convolution arithmetic for deep learning',
        authors: 'V. Dumoulin, F. Visin',
        year: 2016,
        url: 'https://arxiv.org/abs/1603.07285',
      },
    ],
  },
  fields,
  ports: {
    inputs: [{ name: 'x', label: text('x', 'x'), carries: 'numbers' }],
    outputs: [{ name: 'y', label: text('y', 'y'), carries: 'numbers' }],
  },
  example: { x: { shape: [2, 3, 8, 8], dtype: 'float32' } },
  face: (params) => convolutionFace(params, [params.kernelHeight, params.kernelWidth]),
  check: (params, inputs) =>
    checkConvolution(
      params,
      [
        { field: 'kernelHeight', size: params.kernelHeight },
        { field: 'kernelWidth', size: params.kernelWidth },
      ],
      inputs,
    ),
  weights: (params, inputs) => convolutionWeights(params, [params.kernelHeight, params.kernelWidth], inputs),
  build: (g, params, { x }, { weight, bias }) =>
    g.emit(
      convolution,
      { x, w: weight, b: bias },
      geometryOf(params, [params.kernelHeight, params.kernelWidth], x),
    ),
  pytorch: (params, inputs) => convolutionPytorch(params, [params.kernelHeight, params.kernelWidth], inputs),
  pytorchClass: paddedConvolutionClass(2),
};
