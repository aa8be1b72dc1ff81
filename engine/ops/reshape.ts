import { NetwrightError } from '../declaration/problem.ts';
import { elementCount, shapeText, type TensorType } from '../declaration/tensor-type.ts';
import { text } from '../declaration/text.ts';
import type { Attributes, GraphBuilder, Named, OpDefinition, Tensor } from './contract.ts';
import { costOf, given, list } from './shape-rules.ts';

/** The shape asked for: 0 takes the size of x at the same place, −1 (once) takes what is left. */
function reshaped(inputs: Named<TensorType>, attributes: Attributes): readonly number[] {
  const { shape } = given('reshape', inputs, 'x');
  const count = elementCount(shape);
  const asked = list('reshape', attributes, 'shape').map((size, axis) =>
    size === 0 ? (shape[axis] ?? 0) : size,
  );
  const known = asked.filter((size) => size !== -1).reduce((product, size) => product * size, 1);
  const sizes = asked.map((size) => (size === -1 && known > 0 ? count / known : size));
  if (elementCount(sizes) === count && sizes.every((size) => Number.isInteger(size) && size >= 1))
    return sizes;
  throw new NetwrightError(
    'shape-mismatch',
    text(
      `reshape: x ${shapeText(shape)} has ${count} values, which do not fill the shape ${shapeText(asked)}, which takes ${known}.`,
      `reshape：x ${shapeText(shape)} 共有 ${count} 个值，与需要 ${known} 个值的形状 ${shapeText(asked)} 不符。`,
    ),
  );
}

/**
 * y = x seen in another shape: the same values in the same order. Attribute `shape`: 0 takes the size of x at the same
 * place, −1 (once) takes what is left; sizes given as 0 or −1 follow the batch.
 */
export const reshape: OpDefinition<'x', 'y'> = {
  name: 'reshape',
  inputs: ['x'],
  outputs: ['y'],
  view: 'x',

  shape(inputs, attributes) {
    const x = given('reshape', inputs, 'x');
    return { y: { ...x, shape: reshaped(inputs, attributes) } };
  },

  cost: () => ({ ...costOf(0), bytes: 0 }),

  // dx = dy in the shape of x
  gradient: (g, { inputs }, { y: dy }) => ({
    x: dy && g.emit(reshape, { x: dy }, { shape: given('reshape', inputs, 'x').shape }).y,
  }),

  toOnnx({ inputs, outputs, attributes }) {
    const y = given('reshape', outputs, 'y').name;
    return [
      {
        opType: 'Constant',
        inputs: [],
        outputs: [`${y}.shape`],
        attributes: { value_ints: list('reshape', attributes, 'shape') },
      },
      { opType: 'Reshape', inputs: [given('reshape', inputs, 'x').name, `${y}.shape`], outputs: [y] },
    ];
  },
};

/** A tensor [..., N] seen as a matrix [M, N]. */
export const asRows = (g: GraphBuilder, x: Tensor): Tensor =>
  x.shape.length === 2 ? x : g.emit(reshape, { x }, { shape: [-1, x.shape.at(-1) as number] }).y;
