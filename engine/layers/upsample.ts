import type { Fields, ParamsOf } from '../declaration/fields.ts';
import type { TensorType } from '../declaration/tensor-type.ts';
import { text } from '../declaration/text.ts';
import { upsampleLinear, upsampleNearest } from '../ops/upsample.ts';
import type { LayerDefinition } from './contract.ts';
import { checkImagesOrSignals, checkNumbers } from './port-checks.ts';

const fields = {
  scale: {
    kind: 'integer',
    label: text('Factor', '放大倍数'),
    help: text(
      'How many times as large an image gets in height and width, or a signal in length.',
      '图像的高和宽（或信号的长度）放大到几倍。',
    ),
    min: 1,
    max: 4096,
    default: 2,
  },
  rectangular: {
    kind: 'boolean',
    label: text('Its own factor for the width', '宽度另设倍数'),
    help: text(
      'For images: the factor above is for the height, and the width has its own.',
      '用于图像：以上倍数只管高度，宽度另行设置。',
    ),
    default: false,
  },
  scaleWidth: {
    kind: 'integer',
    label: text('Factor of the width', '宽度倍数'),
    help: text('How many times as wide an image gets.', '图像的宽度放大到几倍。'),
    min: 1,
    max: 4096,
    default: 1,
    when: { field: 'rectangular', is: [true] },
  },
  mode: {
    kind: 'choice',
    label: text('Between the elements', '插值方式'),
    help: text(
      'Repeat each element, which leaves edges sharp, or pass from one to the next in a straight line, which is smooth.',
      '重复每个元素，边缘保持锐利；或在相邻元素之间线性过渡，结果平滑。',
    ),
    options: [
      { value: 'nearest', label: text('repeat', '最近邻（重复）') },
      { value: 'linear', label: text('linear (bilinear)', '线性（双线性）') },
    ],
    default: 'nearest',
  },
} as const satisfies Fields;

/** One factor for each axis behind the channels. */
const scalesOf = (
  { scale, rectangular, scaleWidth }: ParamsOf<typeof fields>,
  { shape }: TensorType,
): number[] => shape.slice(2).map((_, axis) => (axis === 1 && rectangular ? scaleWidth : scale));

export const upsample: LayerDefinition<typeof fields> = {
  type: 'upsample',
  version: 1,
  title: text('Upsample', '上采样（Upsample）'),
  category: 'convolution',
  doc: {
    summary: text(
      'Makes images or signals larger by a whole factor, without any weights. In decoders, before a convolution, instead of a transposed one.',
      '把图像或信号放大整数倍，没有任何权重。用于解码器，后接普通卷积，可代替转置卷积。',
    ),
    when: text(
      'In decoders such as that of U-Net, each time the image is to become twice as large.',
      '用于 U-Net 等的解码器，每次把图像放大一倍。',
    ),
    formula: String.raw`y_{c,i,j} = x_{c, \lfloor i / s \rfloor, \lfloor j / s \rfloor} \quad \text{or linear between } x \text{ at } \tfrac{i + 1/2}{s} - \tfrac{1}{2}`,
    references: [
      {
        title: 'Deconvolution and Checkerboard Artifacts',
        authors: 'A. Odena, V. Dumoulin, C. Olah',
        year: 2016,
        url: 'https://doi.org/10.23915/distill.00003',
      },
    ],
  },
  fields,
  ports: {
    inputs: [{ name: 'x', label: text('x', 'x'), carries: 'numbers' }],
    outputs: [{ name: 'y', label: text('y', 'y'), carries: 'numbers' }],
  },
  example: { x: { shape: [2, 3, 8, 8], dtype: 'float32' } },
  face({ scale, rectangular, scaleWidth, mode }) {
    const factors = `×${scale}${rectangular ? `×${scaleWidth}` : ''}`;
    return mode === 'linear' ? text(`${factors} · linear`, `${factors} · 线性`) : factors;
  },
  check: (_params, inputs) => [...checkNumbers(inputs, 'x'), ...checkImagesOrSignals(inputs, 'x')],
  weights: () => [],
  build: (g, params, { x }) =>
    g.emit(
      params.mode === 'linear' ? upsampleLinear : upsampleNearest,
      { x },
      { scales: scalesOf(params, x) },
    ),
  pytorch(params, { x }) {
    const { scale, mode } = params;
    const linear = x?.shape.length === 3 ? 'linear' : 'bilinear';
    const [height, width = height] = x === undefined ? [scale] : scalesOf(params, x);
    const factor = height === width ? `${height}` : `(${height}, ${width})`;
    return `nn.Upsample(scale_factor=${factor}, mode='${mode === 'linear' ? linear : 'nearest'}')`;
  },
};
