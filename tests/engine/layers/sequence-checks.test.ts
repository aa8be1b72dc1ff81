import { describe, expect, it } from 'vitest';
import type { Params } from '../../../engine/declaration/fields.ts';
import type { TensorType } from '../../../engine/declaration/tensor-type.ts';
import { inferNode } from '../../../engine/document/infer-node.ts';
import type { InputTypes } from '../../../engine/layers/contract.ts';
import { layers } from '../../../engine/layers/index.ts';

const float = (...shape: number[]): TensorType => ({ shape, dtype: 'float32' });
const whole = (classes: number, ...shape: number[]): TensorType => ({ shape, dtype: 'int32', classes });

type Wrong = readonly [
  what: string,
  layer: keyof typeof layers,
  params: Params,
  inputs: InputTypes,
  place: { readonly field?: string; readonly port?: string },
  sentence: RegExp,
];

const wrong: readonly Wrong[] = [
  ['one number per sample', 'linear', {}, { x: float(2) }, { port: 'x' }, /at least one row.*found N\./],
  ['labels', 'linear', {}, { x: whole(3, 2) }, { port: 'x' }, /whole numbers \(labels, tokens\)/],
  ['too few rows', 'embedding', { vocabulary: 8 }, { x: whole(9, 2, 3) }, { field: 'vocabulary' }, /9.*8/],
  [
    'padding beyond the rows',
    'embedding',
    { vocabulary: 9, padding: 9 },
    { x: whole(9, 2, 3) },
    { field: 'padding' },
    /9.*9/,
  ],
  ['no tokens', 'embedding', {}, { x: float(2, 3) }, { port: 'x' }, /Whole numbers.*Linear/],
  [
    'a table too short',
    'learned-position',
    { positions: 3 },
    { x: float(2, 5, 4) },
    { field: 'positions' },
    /5.*3/,
  ],
  ['no sequence', 'sinusoidal-position', {}, { x: float(2, 5) }, { port: 'x' }, /N×positions×width.*N×5/],
  [
    'heads that do not divide',
    'multi-head-attention',
    { heads: 3 },
    { x: float(2, 5, 4) },
    { field: 'heads' },
    /4.*3/,
  ],
  [
    'a mask of another length',
    'multi-head-attention',
    {},
    { x: float(2, 5, 4), context: float(2, 6, 4), mask: float(2, 5) },
    { port: 'mask' },
    /6 positions.*N×5/,
  ],
  [
    'more keys than can be looked at',
    'multi-head-attention',
    {},
    { x: float(2, 5, 4), context: float(2, 5000, 4) },
    {},
    /4096.*5000/,
  ],
  [
    'heads that do not divide',
    'split-heads',
    { heads: 5 },
    { x: float(2, 5, 4) },
    { field: 'heads' },
    /4.*5/,
  ],
  ['no heads', 'merge-heads', {}, { x: float(2, 5, 4) }, { port: 'x' }, /heads.*N×5×4/],
  ['no scores', 'causal-mask', {}, { x: float(2, 5) }, { port: 'x' }, /queries×keys.*N×5/],
  [
    'marks for other keys',
    'padding-mask',
    {},
    { x: float(2, 3, 5), mask: float(2, 3) },
    { port: 'mask' },
    /5 positions.*N×3/,
  ],
  [
    'a shape that is not filled',
    'reshape',
    { shape: '3, 5' },
    { x: float(2, 16) },
    { field: 'shape' },
    /16.*15/,
  ],
  ['no shape', 'reshape', { shape: '-1, -1' }, { x: float(2, 16) }, { field: 'shape' }, /"-1, -1"/],
  ['words for a shape', 'reshape', { shape: 'wide' }, {}, { field: 'shape' }, /"wide"/],
  ['an axis named twice', 'permute', { axes: '1, 1' }, {}, { field: 'axes' }, /"1, 1"/],
  ['too few axes', 'permute', { axes: '2, 1' }, { x: float(2, 3, 4, 5) }, { field: 'axes' }, / 2 .*has 3/],
  [
    'parts that differ',
    'concat',
    {},
    { a: float(2, 3, 4), b: float(2, 3, 5) },
    { port: 'b' },
    /N×3×4.*N×3×5/,
  ],
  ['numbers and tokens', 'concat', {}, { a: float(2, 3), b: whole(4, 2, 3) }, { port: 'b' }, /whole numbers/],
  ['an axis that is not there', 'mean', { axis: 3 }, { x: float(2, 3, 4) }, { field: 'axis' }, /3.*1 to 2/],
  ['an empty range', 'slice', { start: 2, end: 2 }, { x: float(2, 5) }, { field: 'end' }, /2 to 2.*0 to 4/],
  ['a range beyond the end', 'slice', { start: -7 }, { x: float(2, 5) }, { field: 'start' }, /-7.*0 to 4/],
  ['nothing left', 'split', { first: 5 }, { x: float(2, 5) }, { field: 'first' }, /5 positions.*has 5/],
  ['no matrices', 'matmul', {}, { a: float(2, 3), b: float(2, 3) }, { port: 'a' }, /N×rows×columns.*N×3/],
  [
    'matrices that do not meet',
    'matmul',
    {},
    { a: float(2, 3, 4), b: float(2, 5, 6) },
    { port: 'b' },
    /4 columns.*5 rows/,
  ],
];

describe('bad input', () => {
  it.each(wrong)(
    '%s: %s says in one sentence what is wrong',
    (_what, type, params, inputs, place, sentence) => {
      const { problems } = inferNode(layers[type], params, inputs);
      expect(problems).toMatchObject([place]);
      expect(problems[0]?.message.en).toMatch(sentence);
      const numbers = (text = ''): string[] => (text.match(/\d+/g) ?? []).toSorted();
      expect(numbers(problems[0]?.message.zh), 'the same numbers in Chinese').toEqual(
        numbers(problems[0]?.message.en),
      );
    },
  );
});
