import { NetwrightError } from '../declaration/problem.ts';
import { shapeText, type TensorType } from '../declaration/tensor-type.ts';
import { text } from '../declaration/text.ts';
import type { Attributes, Named, OnnxNode, OpDefinition } from './contract.ts';
import { checkMask, lowest, maskIsWhole, seenInOnnx } from './mask-scores.ts';
import { attribute, costOf, given, numbers, sizesMeet, transcendental } from './shape-rules.ts';

/** Keys that a query may look at: the kernels keep some rows of them at hand. */
export const mostKeys = 4096;

/** Sizes of q [N, T, D], k [N, S, D] and v [N, S, D], D cut into heads; throws where they do not meet. */
function sizesOf(op: string, inputs: Named<TensorType>, attributes: Attributes) {
  const sequence = (name: string): readonly [number, number, number] => {
    const { shape } = numbers(op, inputs, name);
    if (shape.length === 3) return shape as unknown as readonly [number, number, number];
    throw new NetwrightError(
      'rank-mismatch',
      text(
        `${op}: ${name} must be a sequence of 3 dimensions (batch, positions, width), found ${shape.length}: ${shapeText(shape)}.`,
        `${op}：${name} 须为 3 维的序列（批、位置、宽度），实际有 ${shape.length} 维：${shapeText(shape)}。`,
      ),
    );
  };
  const [N, T, D] = sequence('q');
  const k = sequence('k');
  const v = sequence('v');
  const [, S] = k;
  sizesMeet(op, ['q', N], ['k', k[0]]);
  sizesMeet(op, ['q', D], ['k', k[2]]);
  sizesMeet(op, ['k', k[0]], ['v', v[0]]);
  sizesMeet(op, ['k', S], ['v', v[1]]);
  sizesMeet(op, ['k', k[2]], ['v', v[2]]);
  checkMask(op, inputs.mask, N, S);
  const heads = attribute(op, attributes, 'heads');
  if (D % heads !== 0) {
    throw new NetwrightError(
      'heads-mismatch',
      text(
        `${op}: ${heads} heads do not divide the width ${D}.`,
        `${op}：注意力头数 ${heads} 不能整除宽度 ${D}。`,
      ),
    );
  }
  if (S > mostKeys) {
    throw new NetwrightError(
      'sequence-too-long',
      text(
        `${op}: at most ${mostKeys} positions can be looked at, found ${S}.`,
        `${op}：最多可关注 ${mostKeys} 个位置，实际为 ${S}。`,
      ),
    );
  }
  return { N, T, S, D, heads };
}

const float = (shape: readonly number[]): TensorType => ({ shape, dtype: 'float32' });

/** What kernels of both directions are told besides tensors. */
function settings(op: string, inputs: Named<TensorType>, attributes: Attributes) {
  const { T, S, D, heads } = sizesOf(op, inputs, attributes);
  const drops = inputs.step !== undefined;
  return {
    T,
    S,
    D,
    heads,
    causal: attributes.causal === 1 ? 1 : 0,
    maskIsWhole: maskIsWhole(inputs.mask),
    scale: Math.sqrt(heads / D),
    rate: drops ? attribute(op, attributes, 'rate') : 0,
    seed: drops ? attribute(op, attributes, 'seed') : 0,
    stream: drops ? attribute(op, attributes, 'stream') : 0,
  };
}

/**
 * Scaled dot-product attention of `heads` heads, each on its own D / heads columns of q [N, T, D], k and v [N, S, D]:
 *   p [N, heads, T, S] = softmax_s(q · kᵀ / √(D / heads)),  y [N, T, D] = drop(p) · v
 * A query sees the keys whose mark in mask [N, S] is not 0 and, with the attribute causal = 1, those up to its own
 * position; one that sees none looks at all alike. With `step` (in training only) weights are dropped as in `dropout`.
 */
export const attention: OpDefinition<'q' | 'k' | 'v' | 'mask' | 'step', 'y' | 'p'> = {
  name: 'attention',
  inputs: ['q', 'k', 'v', 'mask', 'step'],
  outputs: ['y', 'p'],

  shape(inputs, attributes) {
    const { N, T, S, D, heads } = sizesOf('attention', inputs, attributes);
    return { y: float([N, T, D]), p: float([N, heads, T, S]) };
  },

  cost(inputs, outputs, attributes) {
    const { N, T, S, D, heads } = sizesOf('attention', inputs, attributes);
    return costOf(2 * N * T * S * D + transcendental * N * heads * T * S, inputs, outputs);
  },

  // dp = drop(dy · vᵀ)
  // ds = p ⊙ (dp − Σ_s dp ⊙ p), 0 where not seen
  // dq = ds · k / √(D / heads)
  // dk = dsᵀ · q / √(D / heads)
  // dv = drop(p)ᵀ · dy
  gradient(g, { inputs, outputs, attributes }, { y: dy }) {
    if (dy === undefined) return {};
    const { dq, dk, dv } = g.emit(attentionGradient, { ...inputs, p: outputs.p, dy }, attributes);
    return { q: dq, k: dk, v: dv };
  },

  lower({ inputs, outputs: { y, p }, attributes }) {
    const { q, k, v, mask, step } = inputs;
    const { N, heads } = sizesOf('attention', inputs, attributes);
    return {
      kernel: 'attention',
      arguments: { q, k, v, mask, step, y, p, ...settings('attention', inputs, attributes) },
      split: N * heads,
      pieces: N * heads,
    };
  },

  toOnnx({ inputs, outputs, attributes }) {
    const y = given('attention', outputs, 'y').name;
    const p = given('attention', outputs, 'p').name;
    const { T, S, D, heads } = sizesOf('attention', inputs, attributes);
    const { causal, scale } = settings('attention', inputs, attributes);
    const { mask } = inputs;
    const node = (
      opType: string,
      from: readonly string[],
      to: string,
      rest?: OnnxNode['attributes'],
    ): OnnxNode => ({
      opType,
      inputs: from,
      outputs: [to],
      ...(rest && { attributes: rest }),
    });
    const at = (name: string): string => `${y}.${name}`;
    const cut = (name: 'q' | 'k' | 'v', perm: readonly number[]): OnnxNode[] => [
      node('Reshape', [given('attention', inputs, name).name, at('heads')], at(`${name}.cut`)),
      node('Transpose', [at(`${name}.cut`)], at(`${name}.heads`), { perm }),
    ];
    const masked = causal === 1 || mask !== undefined;
    const seen = { ...(mask !== undefined && { mask }), causal: causal === 1, T, S, rank: 4 };
    return [
      node('Constant', [], at('heads'), { value_ints: [0, 0, heads, D / heads] }),
      ...cut('q', [0, 2, 1, 3]),
      ...cut('k', [0, 2, 3, 1]),
      ...cut('v', [0, 2, 1, 3]),
      node('MatMul', [at('q.heads'), at('k.heads')], at('products')),
      node('Constant', [], at('scale'), { value_float: scale }),
      node('Mul', [at('products'), at('scale')], at('scores')),
      ...(masked
        ? [
            ...seenInOnnx(y, seen),
            node('Constant', [], at('lowest'), { value_float: lowest }),
            node('Where', [at('seen'), at('scores'), at('lowest')], at('masked')),
          ]
        : []),
      node('Softmax', [at(masked ? 'masked' : 'scores')], p, { axis: { int: -1 } }),
      node('MatMul', [p, at('v.heads')], at('mixed')),
      node('Transpose', [at('mixed')], at('rows'), { perm: [0, 2, 1, 3] }),
      node('Constant', [], at('joined'), { value_ints: [0, 0, D] }),
      node('Reshape', [at('rows'), at('joined')], y),
    ];
  },
};

/** The gradients of attention, from the weights p that it left. */
export const attentionGradient: OpDefinition<
  'q' | 'k' | 'v' | 'mask' | 'step' | 'p' | 'dy',
  'dq' | 'dk' | 'dv'
> = {
  name: 'attentionGradient',
  inputs: ['q', 'k', 'v', 'mask', 'step', 'p', 'dy'],
  outputs: ['dq', 'dk', 'dv'],

  shape(inputs, attributes) {
    const { N, T, S, D, heads } = sizesOf('attentionGradient', inputs, attributes);
    const { shape } = numbers('attentionGradient', inputs, 'dy');
    const p = numbers('attentionGradient', inputs, 'p').shape;
    for (const [at, size] of [N, T, D].entries())
      sizesMeet('attentionGradient', ['dy', shape[at] ?? 0], ['q', size]);
    for (const [at, size] of [N, heads, T, S].entries())
      sizesMeet('attentionGradient', ['p', p[at] ?? 0], ['the weights', size]);
    return { dq: float([N, T, D]), dk: float([N, S, D]), dv: float([N, S, D]) };
  },

  cost(inputs, outputs, attributes) {
    const { N, T, S, D } = sizesOf('attentionGradient', inputs, attributes);
    return costOf(4 * N * T * S * D, inputs, outputs);
  },

  lower({ inputs, outputs: { dq, dk, dv }, attributes }) {
    const { q, k, v, mask, step, p, dy } = inputs;
    const { N, heads } = sizesOf('attentionGradient', inputs, attributes);
    return {
      kernel: 'attentionGradient',
      arguments: {
        q,
        k,
        v,
        mask,
        step,
        p,
        dy,
        dq,
        dk,
        dv,
        ...settings('attentionGradient', inputs, attributes),
      },
      split: N * heads,
      pieces: N * heads,
    };
  },
};
