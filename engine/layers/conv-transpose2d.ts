import type { Fields, ParamsOf } from '../declaration/fields.ts';
import { text } from '../declaration/text.ts';
import { addChannels } from '../ops/add-channels.ts';
import { transposedConvolution } from '../ops/convolution.ts';
import type { InputTypes, LayerDefinition, LayerProblem } from './contract.ts';
import { channelsOf, checkImages } from './convolution-layer.ts';
import { biasOf } from './initial-weights.ts';
import { checkNumbers } from './port-checks.ts';

const fields = {
  outChannels: {
    kind: 'integer',
    label: text('Out channels', '输出通道数'),
    help: text('How many feature maps come out.', '输出多少张特征图。'),
    min: 1,
    max: 65536,
    default: 16,
  },
  kernelHeight: {
    kind: 'integer',
    label: text('Kernel height', '卷积核高度'),
    help: text('Rows of the output that each input pixel is spread over.', '每个输入像素散布到输出的行数。'),
    min: 1,
    max: 1024,
    default: 2,
  },
  kernelWidth: {
    kind: 'integer',
    label: text('Kernel width', '卷积核宽度'),
    help: text(
      'Columns of the output that each input pixel is spread over.',
      '每个输入像素散布到输出的列数。',
    ),
    min: 1,
    max: 1024,
    default: 2,
  },
  stride: {
    kind: 'integer',
    label: text('Stride', '步幅'),
    help: text(
      'How far apart neighbouring input pixels land in the output; 2 doubles the size. A kernel that is no multiple of it leaves a chequered pattern.',
      '相邻输入像素在输出中相隔的距离；取 2 时尺寸加倍。卷积核大小若不是它的倍数，会留下棋盘状纹样。',
    ),
    min: 1,
    max: 1024,
    default: 2,
  },
  pad: {
    kind: 'integer',
    label: text('Padding', '填充'),
    help: text('How many pixels are cut off at each edge of the output.', '在输出的每条边上裁掉多少像素。'),
    min: 0,
    max: 1024,
    default: 0,
  },
  outputPadding: {
    kind: 'integer',
    label: text('Output padding', '输出填充'),
    help: text(
      'Rows and columns that the output has more, at the bottom and on the right; chooses among the sizes that a convolution with this stride leads back from. Less than the stride.',
      '输出在下方和右侧多出的行数和列数；用于在此步幅的卷积可能对应的几种尺寸中选定一种。须小于步幅。',
    ),
    min: 0,
    max: 1023,
    default: 0,
  },
  dilation: {
    kind: 'integer',
    label: text('Dilation', '膨胀'),
    help: text(
      'How far apart neighbouring elements of the kernel land in the output.',
      '卷积核的相邻元素在输出中相隔的距离。',
    ),
    min: 1,
    max: 1024,
    default: 1,
  },
  groups: {
    kind: 'integer',
    label: text('Groups', '分组数'),
    help: text(
      'Channels are cut into so many groups that do not see each other; as many as there are channels give each its own kernel. Must divide the channels that go in and those that come out.',
      '把通道分成这么多组，组间互不相见；组数等于通道数时，每个通道有自己的卷积核。须能整除输入与输出通道数。',
    ),
    min: 1,
    max: 65536,
    default: 1,
  },
  bias: {
    kind: 'boolean',
    label: text('Bias', '偏置'),
    help: text('Adds a trained number to each output channel.', '给每个输出通道加上一个可训练的数。'),
    default: true,
  },
} as const satisfies Fields;

type TransposeParams = ParamsOf<typeof fields>;

/** Height and width of what comes out, for an input [N, C, H, W]. */
function outputSize(params: TransposeParams, shape: readonly number[]): [number, number] {
  const { kernelHeight, kernelWidth, stride, pad, outputPadding, dilation } = params;
  const of = (size: number, kernel: number): number =>
    (size - 1) * stride + (kernel - 1) * dilation + 1 - 2 * pad + outputPadding;
  return [of(shape[2] as number, kernelHeight), of(shape[3] as number, kernelWidth)];
}

function checkSize(params: TransposeParams, inputs: InputTypes): LayerProblem[] {
  const { x } = inputs;
  const { pad } = params;
  if (x === undefined) return [];
  const [height, width] = outputSize(params, x.shape);
  if (height >= 1 && width >= 1) return [];
  const uncut = `${height + 2 * pad}×${width + 2 * pad}`;
  return [
    {
      code: 'nothing-left',
      field: 'pad',
      message: text(
        `Nothing is left of an output of ${uncut} when ${pad} pixels are cut off at each edge.`,
        `大小为 ${uncut} 的输出，每条边裁掉 ${pad} 个像素后一无所剩。`,
      ),
    },
  ];
}

function checkOutputPadding({ outputPadding, stride }: TransposeParams): LayerProblem[] {
  if (outputPadding < stride) return [];
  return [
    {
      code: 'output-padding-too-large',
      field: 'outputPadding',
      message: text(
        `Output padding must be less than the stride of ${stride}, found ${outputPadding}.`,
        `输出填充须小于步幅 ${stride}，实际为 ${outputPadding}。`,
      ),
    },
  ];
}

function checkGroups({ groups, outChannels }: TransposeParams, inputs: InputTypes): LayerProblem[] {
  const channels = [
    { en: 'input', zh: '输入', count: channelsOf(inputs) ?? groups },
    { en: 'output', zh: '输出', count: outChannels },
  ];
  return channels
    .filter(({ count }) => count % groups !== 0)
    .map(({ en, zh, count }) => ({
      code: 'groups-mismatch',
      field: 'groups',
      message: text(
        `The ${count} ${en} channels cannot be cut into ${groups} equal groups.`,
        `${count} 个${zh}通道无法均分成 ${groups} 组。`,
      ),
    }));
}

export const convTranspose2d: LayerDefinition<typeof fields> = {
  type: 'conv-transpose2d',
  version: 1,
  title: text('ConvTranspose2d', '转置卷积（ConvTranspose2d）'),
  category: 'convolution',
  doc: {
    summary: text(
      'The way back through a convolution: every input pixel is spread over the output by a kernel, and what overlaps is added. Enlarges images in decoders and generators.',
      '把卷积倒过来走：每个输入像素经卷积核散布到输出上，重叠处相加。用于解码器和生成器中放大图像。',
    ),
    when: text(
      'Where an image has to grow and the network is to learn how. If a checkerboard shows in the output, take Upsample and a convolution.',
      '需要放大图像、且放大方式由网络学习时使用；若输出出现棋盘格，请改用上采样加卷积。',
    ),
    formula: String.raw`y_{o,\; i s + k - p,\; j s + l - p} \mathrel{+}= \sum_{c} W_{c,o,k,l}\; x_{c,i,j}, \quad y_o \mathrel{+}= b_o`,
    references: [
      {
        title: 'Deconvolutional Networks',
        authors: 'M. D. Zeiler, D. Krishnan, G. W. Taylor, R. Fergus',
        year: 2010,
        url: 'https://doi.org/10.1109/CVPR.2010.5539957',
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
  face({ outChannels, kernelHeight, kernelWidth, stride, pad, dilation, groups }) {
    const further = [
      ...(pad === 0 ? [] : [`p${pad}`]),
      ...(dilation === 1 ? [] : [`d${dilation}`]),
      ...(groups === 1 ? [] : [`g${groups}`]),
    ];
    return [`${outChannels} · ${kernelHeight}×${kernelWidth} · s${stride}`, ...further].join(' · ');
  },
  check(params, inputs) {
    const ofPort = [...checkNumbers(inputs, 'x'), ...checkImages(inputs, 2)];
    const ofSizes =
      ofPort.length > 0 ? ofPort : [...checkGroups(params, inputs), ...checkSize(params, inputs)];
    return [...checkOutputPadding(params), ...ofSizes];
  },
  weights({ outChannels, kernelHeight, kernelWidth, groups, bias }, inputs) {
    const channels = channelsOf(inputs);
    if (channels === undefined) return [];
    const taps = kernelHeight * kernelWidth;
    const fan = { fanIn: (channels / groups) * taps, fanOut: (outChannels / groups) * taps };
    const shape = [channels, outChannels / groups, kernelHeight, kernelWidth];
    return [
      { name: 'weight', shape, initializer: 'project', ...fan },
      ...(bias ? [biasOf('bias', outChannels, fan)] : []),
    ];
  },
  build(g, params, { x }, { weight, bias }) {
    const { stride, pad, dilation, groups } = params;
    const { y } = g.emit(
      transposedConvolution,
      { x, w: weight },
      {
        strides: [stride, stride],
        pads: [pad, pad, pad, pad],
        dilations: [dilation, dilation],
        groups,
        size: outputSize(params, x.shape),
      },
    );
    return bias === undefined ? { y } : g.emit(addChannels, { x: y, b: bias });
  },
  pytorch(params, inputs) {
    const { outChannels, kernelHeight, kernelWidth, stride, pad, outputPadding, dilation, groups, bias } =
      params;
    const size = kernelHeight === kernelWidth ? `${kernelHeight}` : `(${kernelHeight}, ${kernelWidth})`;
    const named = [
      ...(stride === 1 ? [] : [`stride=${stride}`]),
      ...(pad === 0 ? [] : [`padding=${pad}`]),
      ...(outputPadding === 0 ? [] : [`output_padding=${outputPadding}`]),
      ...(groups === 1 ? [] : [`groups=${groups}`]),
      ...(bias ? [] : ['bias=False']),
      ...(dilation === 1 ? [] : [`dilation=${dilation}`]),
    ];
    return `nn.ConvTranspose2d(${[channelsOf(inputs) ?? '?', outChannels, size, ...named].join(', ')})`;
  },
};
