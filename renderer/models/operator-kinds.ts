import type { Category } from '../../engine/layers/contract.ts';
import type { OpenedModel } from '../../engine/protocol/model-messages.ts';

/** What an operator is for, as the canvas sorts its layers; what is none of these has no colour. */
export type OperatorKind = Exclude<Category, 'data' | 'block'> | 'other';

/** In the order in which a legend lists them. Operators that the engine lacks have a kind as well. */
const kinds: readonly (readonly [OperatorKind, RegExp])[] = [
  ['attention', /Attention|^RotaryEmbedding$/],
  ['convolution', /Conv|Pool|^Resize$|^Upsample$|^Pad$|^(GridSample|AffineGrid|Col2Im|MaxRoiPool|RoiAlign)$/],
  ['normalisation', /Normalization|^LRN$|^LpNorm/],
  ['loss', /Loss$/],
  ['regularisation', /^Dropout$/],
  [
    'activation',
    /Relu$|Softmax$|^(Sigmoid|HardSigmoid|Tanh|Gelu|FastGelu|QuickGelu|Elu|Selu|Celu|Mish|Softplus|Softsign|HardSwish|Swish|Silu|Clip|Hardmax|Shrink|Erf)$/,
  ],
  ['linear', /Gemm|MatMul|^(Einsum|Add|Sub|Mul|Div|Sum|Mean|Neg|Pow|Sqrt|Exp|Log|Abs|Reciprocal)$/],
  [
    'shape',
    /^(Reshape|Flatten|Squeeze|Unsqueeze|Transpose|Concat|Split|Slice|Expand|Tile|Shape|Size|Identity|Cast|CastLike|Range|ConstantOfShape|DepthToSpace|SpaceToDepth|EyeLike|Trilu)$|^Gather|^Scatter|^Reduce|^Arg/,
  ],
];

export function operatorKind(opType: string): OperatorKind {
  // Behind the domain, which says who defined it.
  const name = opType.slice(opType.lastIndexOf('.') + 1);
  return kinds.find(([, names]) => names.test(name))?.[0] ?? 'other';
}

export const legendKinds: readonly OperatorKind[] = [...kinds.map(([kind]) => kind), 'other'];

export const kindColor = (kind: OperatorKind): string =>
  kind === 'other' ? 'var(--color-control-border)' : `var(--category-${kind})`;

/** The operators of a model that the engine lacks. */
export const missingOf = ({ operators }: OpenedModel): ReadonlySet<string> =>
  new Set(operators.filter(({ isMissing }) => isMissing).map(({ opType }) => opType));
