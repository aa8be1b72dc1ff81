import type { Fields } from '../declaration/fields.ts';
import type { TensorType } from '../declaration/tensor-type.ts';
import { type Text, text } from '../declaration/text.ts';
import { add } from '../ops/add.ts';
import { multiply } from '../ops/multiply.ts';
import type { LayerDefinition } from './contract.ts';
import { normPorts, normWeights } from './norm-declarations.ts';
import { checkFeatures, checkNumbers } from './port-checks.ts';

const fields = {
  over: {
    kind: 'choice',
    label: text('Its own numbers for', '各有一组数的是'),
    help: text(
      'Each channel (the first axis behind the batch), each feature (the last axis), or each element of a sample.',
      '每个通道（批之后的第一个轴）、每个特征（最后一个轴），或样本的每个元素。',
    ),
    options: [
      { value: 'channel', label: text('each channel', '每个通道') },
      { value: 'feature', label: text('each feature', '每个特征') },
      { value: 'element', label: text('each element', '每个元素') },
    ],
    default: 'channel',
  },
  scale: {
    kind: 'boolean',
    label: text('Scale', '缩放'),
    help: text('Multiplies by a trained γ.', '乘以可训练的 γ。'),
    default: true,
  },
  shift: {
    kind: 'boolean',
    label: text('Shift', '平移'),
    help: text('Adds a trained β.', '加上可训练的 β。'),
    default: true,
  },
} as const satisfies Fields;

/** In a form that is broadcast over the rest of x. */
function weightShape(over: string, { shape }: TensorType): readonly number[] {
  const [, channels = 1, ...inner] = shape;
  if (over === 'element') return shape.slice(1);
  return over === 'channel' ? [channels, ...inner.map(() => 1)] : shape.slice(-1);
}

const faces: Readonly<Record<string, Text>> = {
  channel: text('per channel', '按通道'),
  feature: text('per feature', '按特征'),
  element: text('per element', '按元素'),
};

export const affine: LayerDefinition<typeof fields> = {
  type: 'affine',
  version: 1,
  title: text('Affine', '仿射'),
  category: 'normalisation',
  doc: {
    summary: text(
      'The γ and β of a normalisation alone, without anything being measured. Scales the branches of very deep networks (LayerScale), or takes the mean and deviation of pictures into the network.',
      '单独使用归一化层的 γ 与 β，不统计任何量。用于缩放很深网络的分支，或把图像的均值与标准差并入网络。',
    ),
    when: text(
      'At the end of a branch of a very deep Transformer, begun at a small γ; or at the entrance of a network, for numbers that are known to be scaled badly.',
      '用于很深的 Transformer 分支末端，γ 从小值开始；或用于网络入口，处理已知尺度不当的数值。',
    ),
    formula: String.raw`y = \gamma \odot x + \beta`,
    references: [
      {
        title: 'Going deeper with Image Transformers',
        authors: 'H. Touvron, M. Cord, A. Sablayrolles, G. Synnaeve, H. Jégou',
        year: 2021,
        url: 'https://arxiv.org/abs/2103.17239',
      },
    ],
  },
  fields,
  ports: normPorts,
  face: ({ over }) => faces[over] ?? over,
  check({ scale, shift }, inputs) {
    const ofPort = [...checkNumbers(inputs, 'x'), ...checkFeatures(inputs, 'x')];
    if (scale || shift) return ofPort;
    const message = text(
      'It does nothing without a scale and a shift; expected at least one of them.',
      '既不缩放也不平移时什么都不做；至少应启用其中之一。',
    );
    return [...ofPort, { code: 'does-nothing', field: 'scale', message }];
  },
  weights({ over, scale, shift }, { x }) {
    if (x === undefined || x.shape.length < 2) return [];
    return normWeights(weightShape(over, x), { ...(scale && { gamma: 'ones' }), beta: shift });
  },
  build(g, _params, { x }, { gamma, beta }) {
    const scaled = gamma === undefined ? { y: x } : g.emit(multiply, { a: x, b: gamma });
    return beta === undefined ? scaled : g.emit(add, { a: scaled.y, b: beta });
  },
  pytorch({ over, scale, shift }, { x }) {
    const sizes = x === undefined ? '?' : weightShape(over, x).join(', ');
    return `Affine(${sizes}${scale ? '' : ', scale=False'}${shift ? '' : ', shift=False'})  # gamma * x + beta`;
  },
  pytorchClass: `class Affine(nn.Module):
    def __init__(self, *shape, scale=True, shift=True):
        super().__init__()
        self.gamma = nn.Parameter(torch.ones(shape)) if scale else None
        self.beta = nn.Parameter(torch.zeros(shape)) if shift else None

    def forward(self, x):
        scaled = x if self.gamma is None else x * self.gamma
        return scaled if self.beta is None else scaled + self.beta`,
};
