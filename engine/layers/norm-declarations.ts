import type { Fields } from '../declaration/fields.ts';
import { shapeLabel, type TensorType } from '../declaration/tensor-type.ts';
import { text } from '../declaration/text.ts';
import type { InputTypes, LayerDefinition, LayerProblem, WeightDeclaration } from './contract.ts';

/** What all normalisation layers have in common in their declarations. */
export const normPorts: LayerDefinition['ports'] = {
  inputs: [{ name: 'x', label: text('x', 'x'), carries: 'numbers' }],
  outputs: [{ name: 'y', label: text('y', 'y'), carries: 'numbers' }],
};

export const affineField = {
  affine: {
    kind: 'boolean',
    label: text('Scale and shift', '缩放与平移'),
    help: text(
      'Multiplies by a trained γ and adds a trained β afterwards, so that nothing the network could say before is lost.',
      '归一化之后再乘以可训练的 γ、加上可训练的 β，网络原有的表达能力不会丢失。',
    ),
    default: true,
  },
} as const satisfies Fields;

export const epsilonField = {
  epsilon: {
    kind: 'number',
    label: text('Epsilon', 'ε'),
    help: text(
      'Added to the variance before its root is taken, so that nothing is divided by 0.',
      '开方之前加到方差上，避免除以 0。',
    ),
    min: 0,
    exclusiveMin: true,
    max: 0.1,
    default: 1e-5,
    step: 1e-5,
  },
} as const satisfies Fields;

/** γ of ones and β of zeros in the shape of what they belong to; weight decay leaves both alone. */
export function normWeights(
  shape: readonly number[],
  { gamma, beta }: { readonly gamma?: WeightDeclaration['initializer']; readonly beta: boolean },
): WeightDeclaration[] {
  const size = shape.reduce((product, n) => product * n, 1);
  const common = { shape, fanIn: size, fanOut: size, decays: false } as const;
  return [
    ...(gamma === undefined ? [] : [{ name: 'gamma', initializer: gamma, ...common }]),
    ...(beta ? [{ name: 'beta', initializer: 'zeros' as const, ...common }] : []),
  ];
}

/** Samples with channels in front: [N, C], [N, C, L] or [N, C, H, W], from `least` dimensions on. */
export function checkChannels(inputs: InputTypes, least: 2 | 3): LayerProblem[] {
  const type = inputs['x'];
  if (type === undefined || (type.shape.length >= least && type.shape.length <= 4)) return [];
  const forms = [...(least === 2 ? ['N×C'] : []), 'N×C×L', 'N×C×H×W'];
  return [
    {
      code: 'rank-mismatch',
      port: 'x',
      message: text(
        `Channels must come first in each sample (${forms.join(', ')}), found ${shapeLabel(type.shape)}.`,
        `每个样本须以通道为第一维（${forms.join('、')}），实际为 ${shapeLabel(type.shape)}。`,
      ),
    },
  ];
}

/** One number alone always becomes 0; `label` says which numbers are meant. */
export function checkEnough(found: number, en: string, zh: string): LayerProblem[] {
  if (found > 1) return [];
  return [
    {
      code: 'one-value',
      port: 'x',
      message: text(
        `It needs more than 1 value ${en}, found ${found}: a value less its own mean is always 0.`,
        `${zh}须多于 1 个数值，实际为 ${found} 个：单个数减去自身均值恒为 0。`,
      ),
    },
  ];
}

/** Numbers of one channel in one sample. */
export const planeSize = (type: TensorType): number =>
  type.shape.slice(2).reduce((product, n) => product * n, 1);

/** `, eps=0.001` where it is not what PyTorch takes without being told. */
export const epsArgument = (epsilon: number): string => (epsilon === 1e-5 ? '' : `, eps=${epsilon}`);

export const affineArgument = (affine: boolean, standard: boolean): string =>
  affine === standard ? '' : `, affine=${affine ? 'True' : 'False'}`;
