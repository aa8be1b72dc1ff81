import type { Fields, ParamsOf } from '../declaration/fields.ts';
import { shapeLabel, type TensorType } from '../declaration/tensor-type.ts';
import { type Language, type Text, text } from '../declaration/text.ts';
import type { InputTypes, LayerProblem, WeightDeclaration } from './contract.ts';
import { biasOf } from './initial-weights.ts';
import { checkNumbers } from './port-checks.ts';

/** What convolutions of signals and of images let a person set, but for the size of the kernel. */
export const convolutionFields = {
  outChannels: {
    kind: 'integer',
    label: text('Out channels', '输出通道数'),
    help: text(
      'How many feature maps come out: each is made by a kernel of its own, over all channels of its group.',
      '输出多少张特征图：每张由一个独立的卷积核在所在组的全部通道上算出。',
    ),
    min: 1,
    max: 65536,
    default: 16,
  },
  stride: {
    kind: 'integer',
    label: text('Stride', '步幅'),
    help: text(
      'How far the kernel moves from one output to the next; 2 halves the size.',
      '卷积核从一个输出到下一个输出移动的距离；取 2 时尺寸减半。',
    ),
    min: 1,
    max: 1024,
    default: 1,
  },
  padding: {
    kind: 'choice',
    label: text('Padding', '填充'),
    help: text(
      'Zeros around the input. “Same” keeps the size (divided by the stride), “valid” adds none, so that the output is smaller.',
      '在输入四周补零。“同尺寸”保持大小（除以步幅），“不填充”不补零，输出因此变小。',
    ),
    options: [
      { value: 'same', label: text('same', '同尺寸（same）') },
      { value: 'valid', label: text('valid', '不填充（valid）') },
      { value: 'number', label: text('a number', '指定数量') },
    ],
    default: 'same',
  },
  pad: {
    kind: 'integer',
    label: text('Zeros on each side', '每侧补零数'),
    help: text('How many zeros are added at each end of every axis.', '每个方向的两端各补多少个零。'),
    min: 0,
    max: 1024,
    default: 1,
    when: { field: 'padding', is: ['number'] },
  },
  dilation: {
    kind: 'integer',
    label: text('Dilation', '膨胀率'),
    help: text(
      'Distance between neighbouring taps of the kernel: it sees further without more weights. 1 leaves no gaps.',
      '卷积核相邻两点之间的距离：不增加权重就能看得更远。取 1 时没有间隔。',
    ),
    min: 1,
    max: 1024,
    default: 1,
  },
  connections: {
    kind: 'choice',
    label: text('Connections', '通道连接'),
    help: text(
      'Which input channels an output channel sees: all of them, those of its group, or in a depthwise convolution a single one.',
      '每个输出通道能看到哪些输入通道：全部、同组的，或（深度卷积）仅一个。',
    ),
    options: [
      { value: 'all', label: text('all channels', '全部通道') },
      { value: 'groups', label: text('in groups', '分组') },
      { value: 'depthwise', label: text('depthwise', '深度卷积（depthwise）') },
    ],
    default: 'all',
  },
  groups: {
    kind: 'integer',
    label: text('Groups', '组数'),
    help: text(
      'Channels are cut into so many groups that do not see each other. Must divide the channels that go in and those that come out.',
      '把通道分成若干互不相见的组。须能整除输入和输出的通道数。',
    ),
    min: 1,
    max: 65536,
    default: 2,
    when: { field: 'connections', is: ['groups'] },
  },
  bias: {
    kind: 'boolean',
    label: text('Bias', '偏置'),
    help: text(
      'Adds a trained number to each output channel. Needless in front of a batch normalisation.',
      '给每个输出通道加上一个可训练的数。其后若接批归一化则不需要。',
    ),
    default: true,
  },
} as const satisfies Fields;

export type ConvolutionParams = ParamsOf<typeof convolutionFields>;

export const channelsOf = (inputs: InputTypes): number | undefined => inputs.x?.shape[1];

/** In how many groups the channels are; a depthwise convolution has a group for each channel. */
export function groupsOf({ connections, groups }: ConvolutionParams, inputs: InputTypes): number {
  if (connections === 'groups') return groups;
  return connections === 'depthwise' ? (channelsOf(inputs) ?? 1) : 1;
}

/** A kernel along one axis of the input. */
export interface KernelAxis {
  /** The field that says how large it is. */
  readonly field: string;
  readonly taps: number;
  readonly stride: number;
  readonly dilation: number;
}

const reach = ({ taps, dilation }: KernelAxis): number => (taps - 1) * dilation + 1;

/** Zeros before and after an axis of the input. With `same` there are ⌈size / stride⌉ outputs, an odd zero goes behind. */
function padsOf({ padding, pad }: ConvolutionParams, size: number, axis: KernelAxis): [number, number] {
  if (padding === 'number') return [pad, pad];
  if (padding === 'valid') return [0, 0];
  const needed = (Math.ceil(size / axis.stride) - 1) * axis.stride + reach(axis) - size;
  const total = Math.max(needed, 0);
  return [Math.floor(total / 2), Math.ceil(total / 2)];
}

/** Attributes of the op. */
export function geometryOf(params: ConvolutionParams, kernel: readonly KernelAxis[], x: TensorType) {
  const pads = kernel.map((axis, at) => padsOf(params, x.shape[at + 2] as number, axis));
  return {
    strides: kernel.map(({ stride }) => stride),
    pads: [...pads.map(([before]) => before), ...pads.map(([, after]) => after)],
    dilations: kernel.map(({ dilation }) => dilation),
    groups: groupsOf(params, { x }),
  };
}

export function convolutionWeights(
  params: ConvolutionParams,
  kernel: readonly KernelAxis[],
  inputs: InputTypes,
): readonly WeightDeclaration[] {
  const channels = channelsOf(inputs);
  if (channels === undefined) return [];
  const { outChannels, bias } = params;
  const groups = groupsOf(params, inputs);
  const sizes = kernel.map(({ taps }) => taps);
  const taps = sizes.reduce((product, size) => product * size, 1);
  const fan = { fanIn: (channels / groups) * taps, fanOut: (outChannels / groups) * taps };
  return [
    { name: 'weight', shape: [outChannels, channels / groups, ...sizes], initializer: 'project', ...fan },
    ...(bias ? [biasOf('bias', outChannels, fan)] : []),
  ];
}

/** What is wrong with the input's rank or with the channels, the groups and the kernel. */
export function checkConvolution(
  params: ConvolutionParams,
  kernel: readonly KernelAxis[],
  inputs: InputTypes,
): LayerProblem[] {
  const { x } = inputs;
  const ofPort = [...checkNumbers(inputs, 'x'), ...checkImages(inputs, kernel.length)];
  if (x === undefined || ofPort.length > 0) return ofPort;
  return [...checkGroups(params, x), ...checkReach(params, kernel, x)];
}

/** Anything but [N, C, L] for signals, of 1 dimension, or [N, C, H, W] for images, of 2. */
export function checkImages(inputs: InputTypes, dimensions: number): LayerProblem[] {
  const { x } = inputs;
  if (x === undefined || x.shape.length === dimensions + 2) return [];
  const [en, zh] =
    dimensions === 1 ? ['signals (N×C×L)', '信号（N×C×L）'] : ['images (N×C×H×W)', '图像（N×C×H×W）'];
  const found = shapeLabel(x.shape);
  return [
    {
      code: 'rank-mismatch',
      port: 'x',
      message: text(`Expected ${en} at the input, found ${found}.`, `输入须为${zh}，实际为 ${found}。`),
    },
  ];
}

function checkGroups(params: ConvolutionParams, x: TensorType): LayerProblem[] {
  const { connections, outChannels } = params;
  const inChannels = x.shape[1] as number;
  const groups = groupsOf(params, { x });
  const problem = (field: string, message: Text): LayerProblem => ({
    code: 'groups-mismatch',
    field,
    message,
  });
  if (connections === 'depthwise' && outChannels % inChannels !== 0) {
    return [
      problem(
        'outChannels',
        text(
          `A depthwise convolution of ${inChannels} channels needs a multiple of ${inChannels} output channels, found ${outChannels}.`,
          `对 ${inChannels} 个通道做深度卷积时，输出通道数须为 ${inChannels} 的倍数，实际为 ${outChannels}。`,
        ),
      ),
    ];
  }
  const uneven = [
    ...(inChannels % groups === 0 ? [] : [{ en: 'input', zh: '输入', count: inChannels }]),
    ...(outChannels % groups === 0 ? [] : [{ en: 'output', zh: '输出', count: outChannels }]),
  ];
  return uneven.map(({ en, zh, count }) =>
    problem(
      'groups',
      text(
        `The ${count} ${en} channels cannot be cut into ${groups} equal groups.`,
        `${count} 个${zh}通道无法均分成 ${groups} 组。`,
      ),
    ),
  );
}

function checkReach(params: ConvolutionParams, kernel: readonly KernelAxis[], x: TensorType): LayerProblem[] {
  return kernel.flatMap((axis, at) => {
    const size = x.shape[at + 2] as number;
    const [before, after] = padsOf(params, size, axis);
    const padded = size + before + after;
    const reached = reach(axis);
    if (reached <= padded) return [];
    return [
      {
        code: 'kernel-too-large',
        field: axis.field,
        message: text(
          `The kernel reaches over ${reached} positions, but the padded input has only ${padded}.`,
          `卷积核覆盖 ${reached} 个位置，而填充后的输入只有 ${padded} 个。`,
        ),
      },
    ];
  });
}

/** One number where all are the same. */
const together = (numbers: readonly number[], joined: string): string =>
  new Set(numbers).size === 1 ? `${numbers[0]}` : joined;

/** `64 · 3×3 · s1 · same`, with dilation and groups where there are any. */
export function convolutionFace(params: ConvolutionParams, kernel: readonly KernelAxis[]): Text {
  const { outChannels, padding, pad, connections, groups } = params;
  const by = (of: (axis: KernelAxis) => number): string => together(kernel.map(of), kernel.map(of).join('×'));
  const dilation = by((axis) => axis.dilation);
  const line = (language: Language): string =>
    [
      outChannels,
      kernel.map(({ taps }) => taps).join('×'),
      `s${by(({ stride }) => stride)}`,
      faceWords[padding]?.[language] ?? `p${pad}`,
      ...(dilation === '1' ? [] : [`d${dilation}`]),
      ...(connections === 'all' ? [] : [faceWords[connections]?.[language] ?? `g${groups}`]),
    ].join(' · ');
  return text(line('en'), line('zh'));
}

const faceWords: Readonly<Record<string, Text>> = {
  same: text('same', '同尺寸'),
  valid: text('valid', '不填充'),
  depthwise: text('depthwise', '深度卷积'),
};

/** The line of PyTorch; zeros that are not the same on both sides need a class of their own. */
export function convolutionPytorch(
  params: ConvolutionParams,
  kernel: readonly KernelAxis[],
  inputs: InputTypes,
): string {
  const { outChannels, padding, connections, bias } = params;
  const { x } = inputs;
  const channels = channelsOf(inputs) ?? '?';
  const rank = kernel.length;
  const tuple = (numbers: readonly number[]): string => together(numbers, `(${numbers.join(', ')})`);
  const stride = tuple(kernel.map((axis) => axis.stride));
  const dilation = tuple(kernel.map((axis) => axis.dilation));
  const groups = connections === 'depthwise' ? `${channels}` : `${groupsOf(params, inputs)}`;
  const convolution = (pads: string, sides?: string): string =>
    `${sides === undefined ? 'nn.' : 'Padded'}Conv${rank}d(${[
      ...(sides === undefined ? [] : [`(${sides})`]),
      channels,
      outChannels,
      tuple(kernel.map(({ taps }) => taps)),
      ...(stride === '1' ? [] : [`stride=${stride}`]),
      ...(pads === '0' ? [] : [`padding=${pads}`]),
      ...(dilation === '1' ? [] : [`dilation=${dilation}`]),
      ...(groups === '1' ? [] : [`groups=${groups}`]),
      ...(bias ? [] : ['bias=False']),
    ].join(', ')})`;
  if (padding === 'same' && stride === '1') return convolution("'same'");
  if (padding === 'same' && x === undefined) return convolution('?');
  const pads = kernel.map((axis, at) => padsOf(params, x?.shape[at + 2] ?? axis.taps, axis));
  if (pads.every(([before, after]) => before === after))
    return convolution(tuple(pads.map(([before]) => before)));
  // PyTorch lists paddings from the last axis to the first.
  return convolution('0', pads.toReversed().flat().join(', '));
}

/** For a rank of 1 or 2. */
export const paddedConvolutionClass = (rank: 1 | 2): string => `class PaddedConv${rank}d(nn.Conv${rank}d):
    """A convolution with more zeros on one side than on the other."""

    def __init__(self, sides, *sizes, **options):
        super().__init__(*sizes, **options)
        self.sides = sides

    def forward(self, x):
        return super().forward(nn.functional.pad(x, self.sides))`;
