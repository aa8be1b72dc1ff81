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
  kernelSize: {
    kind: 'integer',
    label: text('Kernel size', '卷积核大小'),
    help: text(
      'How many neighbouring points of the signal the kernel covers.',
      '卷积核覆盖信号中相邻的多少个点。',
    ),
    min: 1,
    max: 1024,
    default: 5,
  },
  ...others,
} as const satisfies Fields;

const axesOf = ({ kernelSize, stride, dilation }: ParamsOf<typeof fields>): readonly KernelAxis[] => [
  { field: 'kernelSize', taps: kernelSize, stride, dilation },
];

export const conv1d: LayerDefinition<typeof fields> = {
  type: 'conv1d',
  version: 1,
  title: text('Conv1d', '一维卷积（Conv1d）'),
  category: 'convolution',
  doc: {
    summary: text(
      'Slides the same small kernels along a signal, so that a pattern is found whenever it occurs. For sound, sensors and other series.',
      '让同一组小卷积核沿信号滑动，因此图案无论何时出现都能被找到。适用于声音、传感器等序列。',
    ),
    when: text(
      'For data in one row whose neighbours belong together: sound, heartbeats, prices, text as embeddings.',
      '数据排成一行、相邻位置彼此相关时使用：声音、心电、价格、嵌入后的文本。',
    ),
    formula: String.raw`y_{o,i} = b_o + \sum_{c,k} W_{o,c,k}\; x_{c,\; i s + k d - p}`,
    references: [
      {
        title: 'Phoneme Recognition Using Time-Delay Neural Networks',
        authors: 'A. Waibel, T. Hanazawa, G. Hinton, K. Shikano, K. J. Lang',
        year: 1989,
        url: 'https://doi.org/10.1109/29.21701',
      },
    ],
  },
  fields,
  ports: {
    inputs: [{ name: 'x', label: text('x', 'x'), carries: 'numbers' }],
    outputs: [{ name: 'y', label: text('y', 'y'), carries: 'numbers' }],
  },
  example: { x: { shape: [2, 3, 16], dtype: 'float32' } },
  face: (params) => convolutionFace(params, axesOf(params)),
  check: (params, inputs) => checkConvolution(params, axesOf(params), inputs),
  weights: (params, inputs) => convolutionWeights(params, axesOf(params), inputs),
  build: (g, params, { x }, { weight, bias }) =>
    g.emit(convolution, { x, w: weight, b: bias }, geometryOf(params, axesOf(params), x)),
  pytorch: (params, inputs) => convolutionPytorch(params, axesOf(params), inputs),
  pytorchClass: paddedConvolutionClass(1),
};
