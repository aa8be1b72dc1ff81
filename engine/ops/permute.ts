import { NetwrightError } from '../declaration/problem.ts';
import { shapeText, type TensorType } from '../declaration/tensor-type.ts';
import { text } from '../declaration/text.ts';
import type { Attributes, Named, OpDefinition } from './contract.ts';
import { costOf, given, list } from './shape-rules.ts';
import { mostCopiedDimensions, stridedCopy, stridesOf } from './strided-copy.ts';

/** The axes of x in the order in which y has them: each once. */
function orderOf(inputs: Named<TensorType>, attributes: Attributes): readonly number[] {
  const { shape } = given('permute', inputs, 'x');
  const axes = list('permute', attributes, 'axes');
  const isOrder = axes.length === shape.length && shape.every((_, axis) => axes.includes(axis));
  if (isOrder && shape.length <= mostCopiedDimensions) return axes;
  throw new NetwrightError(
    'axes-mismatch',
    text(
      `permute: the order ${shapeText(axes)} must name each of the ${shape.length} axes of x ${shapeText(shape)} once, at most ${mostCopiedDimensions} in all.`,
      `permute：顺序 ${shapeText(axes)} 须将 x ${shapeText(shape)} 的 ${shape.length} 个轴各列出一次，最多 ${mostCopiedDimensions} 个。`,
    ),
  );
}

/** y = x with its axes in another order: axis i of y is axis axes[i] of x. */
export const permute: OpDefinition<'x', 'y'> = {
  name: 'permute',
  inputs: ['x'],
  outputs: ['y'],

  shape(inputs, attributes) {
    const x = given('permute', inputs, 'x');
    return { y: { ...x, shape: orderOf(inputs, attributes).map((axis) => x.shape[axis] as number) } };
  },

  cost: (inputs, outputs) => costOf(0, inputs, outputs),

  // dx = dy with its axes put back
  gradient(g, { inputs, attributes }, { y: dy }) {
    const axes = orderOf(inputs, attributes);
    return { x: dy && g.emit(permute, { x: dy }, { axes: axes.map((_, axis) => axes.indexOf(axis)) }).y };
  },

  lower({ inputs, outputs, attributes }) {
    const x = given('permute', inputs, 'x');
    const strides = stridesOf(x.shape);
    const read = orderOf(inputs, attributes).map((axis) => strides[axis] as number);
    return stridedCopy(x, given('permute', outputs, 'y'), read, 0);
  },

  toOnnx: ({ inputs, outputs, attributes }) => [
    {
      opType: 'Transpose',
      inputs: [given('permute', inputs, 'x').name],
      outputs: [given('permute', outputs, 'y').name],
      attributes: { perm: list('permute', attributes, 'axes') },
    },
  ],
};
