import { NetwrightError } from '../declaration/problem.ts';
import { elementCount, shapeText, type TensorType } from '../declaration/tensor-type.ts';
import { text } from '../declaration/text.ts';
import type { Attributes, Named, OnnxNode, OpDefinition, Tensor } from './contract.ts';
import { attribute, costOf, given, numbers, sizesMeet } from './shape-rules.ts';

/** What a score is set to where a query must not look: the lowest float32, from which softmax makes 0. */
export const lowest = -3.4028234663852886e38;

/** Throws unless the mask, where there is one, has a mark for each of S keys of N samples. */
export function checkMask(op: string, mask: TensorType | undefined, N: number, S: number): void {
  if (mask === undefined) return;
  if (mask.shape.length !== 2) {
    throw new NetwrightError(
      'rank-mismatch',
      text(
        `${op}: mask must be one row of marks per sample, [${N}, ${S}], found ${shapeText(mask.shape)}.`,
        `${op}：mask 须为每个样本一行标记，即 [${N}, ${S}]，实际为 ${shapeText(mask.shape)}。`,
      ),
    );
  }
  sizesMeet(op, ['mask', mask.shape[0] as number], ['the batch', N]);
  sizesMeet(op, ['mask', mask.shape[1] as number], ['the keys', S]);
}

export const maskIsWhole = (mask: TensorType | undefined): number => (mask?.dtype === 'int32' ? 1 : 0);

/**
 * ONNX nodes that make a boolean, true where query t sees key s: [T, S], [N, 1, …, 1, S] or both together, to fit scores
 * of `rank` dimensions. They end in the value `${y}.seen`.
 */
export function seenInOnnx(
  y: string,
  { mask, causal, T, S, rank }: { mask?: Tensor; causal: boolean; T: number; S: number; rank: number },
): OnnxNode[] {
  const count = (size: number): number[] => Array.from({ length: size }, (_, i) => i);
  const constant = (name: string, value_ints: readonly number[]): OnnxNode => ({
    opType: 'Constant',
    inputs: [],
    outputs: [`${y}.${name}`],
    attributes: { value_ints },
  });
  const before = mask === undefined ? `${y}.seen` : `${y}.before`;
  const marked = causal ? `${y}.marked` : `${y}.seen`;
  return [
    ...(causal
      ? [
          constant('queries', count(T)),
          constant('keys', count(S)),
          constant('column', [1]),
          { opType: 'Unsqueeze', inputs: [`${y}.queries`, `${y}.column`], outputs: [`${y}.query`] },
          { opType: 'GreaterOrEqual', inputs: [`${y}.query`, `${y}.keys`], outputs: [before] },
        ]
      : []),
    ...(mask !== undefined
      ? [
          { opType: 'Cast', inputs: [mask.name], outputs: [`${y}.marks`], attributes: { to: { int: 9 } } },
          constant('axes', count(rank).slice(1, -1)),
          { opType: 'Unsqueeze', inputs: [`${y}.marks`, `${y}.axes`], outputs: [marked] },
        ]
      : []),
    ...(causal && mask !== undefined
      ? [{ opType: 'And', inputs: [before, marked], outputs: [`${y}.seen`] }]
      : []),
  ];
}

function sizesOf(inputs: Named<TensorType>) {
  const { shape } = numbers('maskScores', inputs, 'x');
  if (shape.length < 3) {
    throw new NetwrightError(
      'rank-mismatch',
      text(
        `maskScores: x must be scores of at least 3 dimensions, found ${shape.length}: ${shapeText(shape)}.`,
        `maskScores：x 须为至少 3 维的得分，实际有 ${shape.length} 维：${shapeText(shape)}。`,
      ),
    );
  }
  const [T, S] = shape.slice(-2) as [number, number];
  return { N: shape[0] as number, T, S, rows: elementCount(shape.slice(0, -1)), shape };
}

const isCausal = (attributes: Attributes): boolean => attributes.causal === 1;

/**
 * y [N, ..., T, S] = x where query t sees key s, else `fill`. With the attribute causal = 1 only keys s ≤ t are seen; with
 * a mask [N, S] only those whose mark is not 0.
 */
export const maskScores: OpDefinition<'x' | 'mask', 'y'> = {
  name: 'maskScores',
  inputs: ['x', 'mask'],
  outputs: ['y'],
  inPlace: ['x'],

  shape(inputs) {
    const { N, S, shape } = sizesOf(inputs);
    checkMask('maskScores', inputs.mask, N, S);
    return { y: { shape, dtype: 'float32' } };
  },

  cost: (inputs, outputs) => costOf(0, inputs, outputs),

  // dx = dy where seen, else 0
  gradient: (g, { inputs: { mask }, attributes }, { y: dy }) => ({
    x: dy && g.emit(maskScores, { x: dy, mask }, { ...attributes, fill: 0 }).y,
  }),

  lower({ inputs, outputs: { y }, attributes }) {
    const { x, mask } = inputs;
    const { N, T, S, rows } = sizesOf(inputs);
    return {
      kernel: 'maskScores',
      arguments: {
        x,
        mask,
        y,
        rows,
        S,
        T,
        rowsPerSample: rows / N,
        causal: isCausal(attributes) ? 1 : 0,
        maskIsWhole: maskIsWhole(mask),
        fill: attribute('maskScores', attributes, 'fill'),
      },
      split: rows,
    };
  },

  toOnnx({ inputs, outputs, attributes }) {
    const y = given('maskScores', outputs, 'y').name;
    const x = given('maskScores', inputs, 'x');
    const { T, S } = sizesOf(inputs);
    const { mask } = inputs;
    const rank = x.shape.length;
    const causal = isCausal(attributes);
    return [
      ...seenInOnnx(y, { ...(mask !== undefined && { mask }), causal, T, S, rank }),
      {
        opType: 'Constant',
        inputs: [],
        outputs: [`${y}.fill`],
        attributes: { value_float: attribute('maskScores', attributes, 'fill') },
      },
      { opType: 'Where', inputs: [`${y}.seen`, x.name, `${y}.fill`], outputs: [y] },
    ];
  },
};
