import { NetwrightError } from '../declaration/problem.ts';
import { elementCount, type TensorType } from '../declaration/tensor-type.ts';
import { text } from '../declaration/text.ts';
import type { Attributes, Named, OpDefinition, Tensor } from './contract.ts';
import { attribute, costOf, given, matrix, numbers, sizesMeet } from './shape-rules.ts';

/** Whole numbers from 0 on. */
function tokensOf(op: string, inputs: Named<TensorType>): TensorType {
  const tokens = given(op, inputs, 'tokens');
  if (tokens.dtype === 'int32') return tokens;
  throw new NetwrightError(
    'dtype-mismatch',
    text(
      `${op}: tokens must be whole numbers (int32), found ${tokens.dtype}.`,
      `${op}：tokens 须为整数（int32），实际为 ${tokens.dtype}。`,
    ),
  );
}

/** The token that stands for nothing; −1 when there is none. */
const paddingOf = (attributes: Attributes): number =>
  typeof attributes.padding === 'number' ? attributes.padding : -1;

/** y [..., D] = table [V, D] at the row of each of tokens [...]; zeros for the token `padding`. */
export const embedding: OpDefinition<'tokens' | 'table', 'y'> = {
  name: 'embedding',
  inputs: ['tokens', 'table'],
  outputs: ['y'],

  shape(inputs) {
    const tokens = tokensOf('embedding', inputs);
    const [V, D] = matrix('embedding', inputs, 'table');
    if (tokens.classes !== undefined && tokens.classes > V) {
      throw new NetwrightError(
        'size-mismatch',
        text(
          `embedding: there are ${tokens.classes} different tokens, but the table has ${V} rows.`,
          `embedding：词元共有 ${tokens.classes} 种，而嵌入表只有 ${V} 行。`,
        ),
      );
    }
    return { y: { shape: [...tokens.shape, D], dtype: 'float32' } };
  },

  cost: (inputs, outputs) => costOf(0, { tokens: inputs.tokens, y: outputs.y }, outputs),

  // dtable = Σ of dy where the token is the row's
  gradient(g, { inputs, attributes }, { y: dy }) {
    const vocabulary = given('embedding', inputs, 'table').shape[0] as number;
    const padding = paddingOf(attributes);
    return {
      table: dy && g.emit(embeddingGradient, { tokens: inputs.tokens, dy }, { vocabulary, padding }).dtable,
    };
  },

  lower({ inputs: { tokens, table }, outputs: { y }, attributes }) {
    const [V, D] = matrix('embedding', { table }, 'table');
    const rows = elementCount((tokens as Tensor).shape);
    const padding = paddingOf(attributes);
    return { kernel: 'gather', arguments: { tokens, table, y, rows, V, D, padding }, split: rows };
  },

  toOnnx({ inputs, outputs, attributes }) {
    const y = given('embedding', outputs, 'y').name;
    const tokens = given('embedding', inputs, 'tokens').name;
    const padding = paddingOf(attributes);
    const found = padding < 0 ? y : `${y}.found`;
    const gather = {
      opType: 'Gather',
      inputs: [given('embedding', inputs, 'table').name, tokens],
      outputs: [found],
    };
    if (padding < 0) return [gather];
    const [wide, token, isPadding, isToken, kept, last, keep] = [
      'tokens',
      'padding',
      'is_padding',
      'is_token',
      'kept',
      'last',
      'keep',
    ].map((name) => `${y}.${name}`) as [string, string, string, string, string, string, string];
    return [
      gather,
      { opType: 'Cast', inputs: [tokens], outputs: [wide], attributes: { to: { int: 7 } } },
      { opType: 'Constant', inputs: [], outputs: [token], attributes: { value_int: { int: padding } } },
      { opType: 'Equal', inputs: [wide, token], outputs: [isPadding] },
      { opType: 'Not', inputs: [isPadding], outputs: [isToken] },
      { opType: 'Cast', inputs: [isToken], outputs: [kept], attributes: { to: { int: 1 } } },
      { opType: 'Constant', inputs: [], outputs: [last], attributes: { value_ints: [-1] } },
      { opType: 'Unsqueeze', inputs: [kept, last], outputs: [keep] },
      { opType: 'Mul', inputs: [found, keep], outputs: [y] },
    ];
  },
};

/** dtable [vocabulary, D] = Σ of the rows of dy [..., D] at tokens [...], 0 for `padding`. */
export const embeddingGradient: OpDefinition<'tokens' | 'dy', 'dtable'> = {
  name: 'embeddingGradient',
  inputs: ['tokens', 'dy'],
  outputs: ['dtable'],

  shape(inputs, attributes) {
    const tokens = tokensOf('embeddingGradient', inputs);
    const { shape } = numbers('embeddingGradient', inputs, 'dy');
    for (const [at, size] of shape.slice(0, -1).entries())
      sizesMeet('embeddingGradient', ['dy', size], ['tokens', tokens.shape[at] ?? 0]);
    const vocabulary = attribute('embeddingGradient', attributes, 'vocabulary');
    return { dtable: { shape: [vocabulary, shape.at(-1) as number], dtype: 'float32' } };
  },

  cost: (inputs, outputs) =>
    costOf(elementCount(given('embeddingGradient', inputs, 'dy').shape), inputs, outputs),

  lower({ inputs: { tokens, dy }, outputs, attributes }) {
    const dtable = given('embeddingGradient', outputs, 'dtable');
    const [V, D] = dtable.shape as [number, number];
    const rows = elementCount((tokens as Tensor).shape);
    const padding = paddingOf(attributes);
    return { kernel: 'scatterAdd', arguments: { tokens, dy, dtable, rows, V, D, padding }, split: D };
  },
};
