import type { Fields, ParamsOf } from '../declaration/fields.ts';
import type { TensorType } from '../declaration/tensor-type.ts';
import { text } from '../declaration/text.ts';
import { resizeLinear } from '../ops/resize-linear.ts';
import { upsampleLinear, upsampleNearest } from '../ops/upsample.ts';
import type { InputTypes, LayerDefinition, LayerProblem } from './contract.ts';
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
    when: { field: 'bySize', is: [false] },
  },
  rectangular: {
    kind: 'boolean',
    label: text('Its own factor for the width', '宽度另设倍数'),
    help: text(
      'For images: the factor above is for the height, and the width has its own.',
      '用于图像：以上倍数只管高度，宽度另行设置。',
    ),
    default: false,
    when: { field: 'bySize', is: [false] },
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
  bySize: {
    kind: 'boolean',
    label: text('To a size', '指定大小'),
    help: text(
      'The output has a size that is set here, larger or smaller, instead of so many times the size of the input.',
      '输出大小在此直接设定，可大可小，而不是输入的若干倍。',
    ),
    default: false,
  },
  height: {
    kind: 'integer',
    label: text('Height or length', '高度或长度'),
    help: text(
      'Rows of the image that comes out, or length of the signal.',
      '输出图像的行数，或信号的长度。',
    ),
    min: 1,
    max: 65536,
    default: 16,
    when: { field: 'bySize', is: [true] },
  },
  width: {
    kind: 'integer',
    label: text('Width', '宽度'),
    help: text('Columns of the image that comes out; a signal has none.', '输出图像的列数；信号没有。'),
    min: 1,
    max: 65536,
    default: 16,
    when: { field: 'bySize', is: [true] },
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
  corners: {
    kind: 'boolean',
    label: text('Corners on corners', '角点对齐'),
    help: text(
      'Whether the outermost elements stay the outermost, as with align_corners in PyTorch, or the middles of all elements keep their place.',
      '最外侧的元素仍在最外侧，还是各元素的中心位置保持不变。',
    ),
    default: false,
    when: { field: 'mode', is: ['linear'] },
  },
} as const satisfies Fields;

type UpsampleParams = ParamsOf<typeof fields>;

/** What comes out along each axis behind the channels. */
function sizeOf(params: UpsampleParams, { shape }: TensorType): number[] {
  const { scale, rectangular, scaleWidth, bySize, height, width } = params;
  return shape.slice(2).map((size, axis) => {
    if (bySize) return axis === 0 ? height : width;
    return size * (axis === 1 && rectangular ? scaleWidth : scale);
  });
}

/** One factor for each axis, where all of them are whole. */
function scalesOf(params: UpsampleParams, x: TensorType): number[] | undefined {
  const scales = sizeOf(params, x).map((size, axis) => size / (x.shape[axis + 2] as number));
  return scales.every((scale) => Number.isInteger(scale)) ? scales : undefined;
}

function checkRepeats(params: UpsampleParams, { x }: InputTypes): LayerProblem[] {
  if (params.mode === 'linear' || x === undefined || scalesOf(params, x) !== undefined) return [];
  const [to, from] = [sizeOf(params, x).join('×'), x.shape.slice(2).join('×')];
  return [
    {
      code: 'no-multiple',
      field: 'mode',
      message: text(
        `Repeated elements make whole multiples of ${from}, found ${to}. Linear goes to any size.`,
        `重复元素只能得到 ${from} 的整数倍，实际为 ${to}；线性插值可得到任意大小。`,
      ),
    },
  ];
}

export const upsample: LayerDefinition<typeof fields> = {
  type: 'upsample',
  version: 1,
  title: text('Upsample', '上采样（Upsample）'),
  category: 'convolution',
  doc: {
    summary: text(
      'Makes images or signals larger by a whole factor, or brings them to any size, without any weights. In decoders, before a convolution, instead of a transposed one.',
      '把图像或信号放大整数倍，或缩放到任意大小，没有任何权重。用于解码器，后接普通卷积，可代替转置卷积。',
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
  face({ scale, rectangular, scaleWidth, bySize, height, width, mode, corners }, { x }) {
    const size = x?.shape.length === 3 ? `${height}` : `${height}×${width}`;
    const factors = bySize ? `→ ${size}` : `×${scale}${rectangular ? `×${scaleWidth}` : ''}`;
    if (mode !== 'linear') return factors;
    return corners
      ? text(`${factors} · linear · corners`, `${factors} · 线性 · 角点对齐`)
      : text(`${factors} · linear`, `${factors} · 线性`);
  },
  check(params, inputs) {
    const problems = [...checkNumbers(inputs, 'x'), ...checkImagesOrSignals(inputs, 'x')];
    return problems.length > 0 ? problems : checkRepeats(params, inputs);
  },
  weights: () => [],
  build(g, params, { x }) {
    const scales = scalesOf(params, x);
    if (params.mode !== 'linear') return g.emit(upsampleNearest, { x }, { scales: scales as number[] });
    if (scales !== undefined && !params.corners) return g.emit(upsampleLinear, { x }, { scales });
    return g.emit(resizeLinear, { x }, { size: sizeOf(params, x), corners: params.corners ? 1 : 0 });
  },
  pytorch(params, { x }) {
    const { scale, mode, bySize, corners } = params;
    const isSignal = x?.shape.length === 3;
    const [height, width = height] = bySize
      ? [params.height, ...(isSignal ? [] : [params.width])]
      : [scale, ...(params.rectangular && !isSignal ? [params.scaleWidth] : [])];
    const sizes = height === width ? `${height}` : `(${height}, ${width})`;
    const linear = isSignal ? 'linear' : 'bilinear';
    const options = [
      `${bySize ? 'size' : 'scale_factor'}=${sizes}`,
      `mode='${mode === 'linear' ? linear : 'nearest'}'`,
      ...(mode === 'linear' && corners ? ['align_corners=True'] : []),
    ];
    return `nn.Upsample(${options.join(', ')})`;
  },
};
