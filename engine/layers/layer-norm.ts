import type { Fields } from '../declaration/fields.ts';
import type { TensorType } from '../declaration/tensor-type.ts';
import { text } from '../declaration/text.ts';
import { permute } from '../ops/permute.ts';
import type { InputTypes, LayerDefinition } from './contract.ts';
import {
  affineField,
  checkEnough,
  epsArgument,
  epsilonField,
  normPorts,
  normWeights,
} from './norm-declarations.ts';
import { checkNumbers } from './port-checks.ts';
import { emitRowNorm } from './row-norm-layer.ts';

const fields = {
  over: {
    kind: 'choice',
    label: text('Over', '范围'),
    help: text(
      'Which numbers are normalised together. In a sequence the last dimension: each position by itself. In an image the channels do the same for each pixel.',
      '哪些数值一起归一化。处理序列时选最后一维：每个位置各自归一化；处理图像时选通道：每个像素各自归一化。',
    ),
    options: [
      { value: 'last', label: text('last dimension', '最后一维') },
      { value: 'channels', label: text('channels', '通道') },
      { value: 'all', label: text('whole sample', '整个样本') },
    ],
    default: 'last',
  },
  ...epsilonField,
  ...affineField,
} as const satisfies Fields;

/** The dimensions that are normalised together. */
function normalised(over: string, inputs: InputTypes): readonly number[] | undefined {
  const shape = inputs['x']?.shape;
  if (shape === undefined || shape.length < 2) return undefined;
  if (over === 'all') return shape.slice(1);
  return over === 'channels' ? shape.slice(1, 2) : shape.slice(-1);
}

/** Whether the channels must first be put last: [N, C, H, W] → [N, H, W, C]. */
const channelsStandInFront = (over: string, { shape }: TensorType): boolean =>
  over === 'channels' && shape.length > 2;

const product = (shape: readonly number[]): number => shape.reduce((size, n) => size * n, 1);

export const layerNorm: LayerDefinition<typeof fields> = {
  type: 'layer-norm',
  version: 1,
  title: text('LayerNorm', '层归一化（LayerNorm）'),
  category: 'normalisation',
  doc: {
    summary: text(
      'Brings the features of each sample, or of each position of a sequence, to mean 0 and variance 1. It looks at no other sample, so it works alike in training and in use and with any batch size: the norm of Transformers.',
      '把每个样本（或序列中每个位置）的特征变为均值 0、方差 1。它不看别的样本，训练与使用时做法相同，对批大小也没有要求：Transformer 用的就是它。',
    ),
    when: text(
      'In Transformers and recurrent networks, before each part that is added to its input; also where batches are tiny.',
      '用于 Transformer 与循环网络，放在每个要加回输入的部分之前；批很小时也适用。',
    ),
    formula: String.raw`y = \gamma \odot \frac{x - \mu}{\sqrt{\sigma^2 + \varepsilon}} + \beta, \quad \mu = \frac{1}{D} \sum_d x_d, \quad \sigma^2 = \frac{1}{D} \sum_d (x_d - \mu)^2`,
    references: [
      {
        title: 'Layer Normalization',
        authors: 'J. L. Ba, J. R. Kiros, G. E. Hinton',
        year: 2016,
        url: 'https://arxiv.org/abs/1607.06450',
      },
    ],
  },
  fields,
  ports: normPorts,
  example: { x: { shape: [2, 5, 8], dtype: 'float32' } },
  face: ({ over }, inputs) => normalised(over, inputs)?.join('×') ?? '',
  check({ over }, inputs) {
    const x = inputs['x'];
    const numbers = checkNumbers(inputs, 'x');
    if (x === undefined || numbers.length > 0) return numbers;
    return checkEnough(product(normalised(over, inputs) ?? []), 'to normalise together', '一起归一化的');
  },
  weights({ over, affine }, inputs) {
    const shape = normalised(over, inputs);
    return shape === undefined || !affine ? [] : normWeights(shape, { gamma: 'ones', beta: true });
  },
  build(g, { over, epsilon }, { x }, weights) {
    const cut = { size: product(normalised(over, { x }) ?? []), inner: 1, epsilon };
    if (!channelsStandInFront(over, x)) return emitRowNorm(g, x, weights, cut);
    const behind = x.shape.slice(2).map((_, at) => at + 2);
    const last = g.emit(permute, { x }, { axes: [0, ...behind, 1] }).y;
    const { y } = emitRowNorm(g, last, weights, cut);
    return g.emit(permute, { x: y }, { axes: [0, x.shape.length - 1, ...behind.map((axis) => axis - 1)] });
  },
  pytorch({ over, epsilon, affine }, inputs) {
    const shape = normalised(over, inputs);
    const sizes = shape === undefined ? '?' : shape.length === 1 ? String(shape[0]) : `[${shape.join(', ')}]`;
    const isMoved = inputs['x'] !== undefined && channelsStandInFront(over, inputs['x']);
    const name = isMoved ? 'ChannelLayerNorm' : 'nn.LayerNorm';
    return `${name}(${sizes}${epsArgument(epsilon)}${affine ? '' : ', elementwise_affine=False'})`;
  },
  pytorchWeights: { gamma: { name: 'weight' }, beta: { name: 'bias' } },
  pytorchClass: `class ChannelLayerNorm(nn.LayerNorm):
    """LayerNorm over the channels of [N, C, ...]."""

    def forward(self, x):
        return super().forward(x.movedim(1, -1)).movedim(-1, 1)`,
};
