import type { Fields, ParamsOf } from '../declaration/fields.ts';
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
  type KernelAxis,
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
  rectangular: {
    kind: 'boolean',
    label: text('Columns apart', '列另行设置'),
    help: text(
      'Stride and dilation above are for rows, and columns have their own.',
      '以上步幅和膨胀率只管行方向，列方向另行设置。',
    ),
    default: false,
  },
  strideWidth: {
    kind: 'integer',
    label: text('Stride of columns', '列步幅'),
    help: text('Columns from one output to the next.', '从一个输出到下一个输出移动的列数。'),
    min: 1,
    max: 1024,
    default: 1,
    when: { field: 'rectangular', is: [true] },
  },
  dilationWidth: {
    kind: 'integer',
    label: text('Dilation of columns', '列膨胀率'),
    help: text(
      'Distance between neighbouring columns of the kernel; 1 leaves no gaps.',
      '卷积核相邻两列之间的距离；取 1 时没有间隔。',
    ),
    min: 1,
    max: 1024,
    default: 1,
    when: { field: 'rectangular', is: [true] },
  },
} as const satisfies Fields;

/** Rows, then columns. */
function axesOf(params: ParamsOf<typeof fields>): readonly KernelAxis[] {
  const { kernelHeight, kernelWidth, stride, dilation, rectangular, strideWidth, dilationWidth } = params;
  const columns = rectangular ? { stride: strideWidth, dilation: dilationWidth } : { stride, dilation };
  return [
    { field: 'kernelHeight', taps: kernelHeight, stride, dilation },
    { field: 'kernelWidth', taps: kernelWidth, ...columns },
  ];
}

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
  face: (params) => convolutionFace(params, axesOf(params)),
  check: (params, inputs) => checkConvolution(params, axesOf(params), inputs),
  weights: (params, inputs) => convolutionWeights(params, axesOf(params), inputs),
  build: (g, params, { x }, { weight, bias }) =>
    g.emit(convolution, { x, w: weight, b: bias }, geometryOf(params, axesOf(params), x)),
  pytorch: (params, inputs) => convolutionPytorch(params, axesOf(params), inputs),
  pytorchClass: paddedConvolutionClass(2),
};
