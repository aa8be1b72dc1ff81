import { NetwrightError } from '../declaration/problem.ts';
import { sameShape, shapeText, type TensorType } from '../declaration/tensor-type.ts';
import { text } from '../declaration/text.ts';
import type { Attributes, Named, OpDefinition } from './contract.ts';
import { convolutionSizes, images, multiplyAdds, outputShape } from './convolution-sizes.ts';
import { attribute, costOf, list, numbers } from './shape-rules.ts';

const name = 'convolutionWeightGradient';

/** The shape of dw [O, C / groups, KH, KW], or without KH for signals. */
function weightShape(inputs: Named<TensorType>, attributes: Attributes): readonly number[] {
  const C = images(name, inputs, 'x')[1];
  const O = images(name, inputs, 'dy')[1];
  return [O, Math.floor(C / attribute(name, attributes, 'groups')), ...list(name, attributes, 'kernel')];
}

const sizesOf = (inputs: Named<TensorType>, attributes: Attributes) =>
  convolutionSizes(name, images(name, inputs, 'x'), weightShape(inputs, attributes), attributes);

const outputsDiffer = (
  x: readonly number[],
  found: readonly number[],
  expected: readonly number[],
): NetwrightError =>
  new NetwrightError(
    'shape-mismatch',
    text(
      `${name}: x ${shapeText(x)} leads to an output of ${shapeText(expected)}, but dy is ${shapeText(found)}.`,
      `${name}：x ${shapeText(x)} 的输出应为 ${shapeText(expected)}，dy 却为 ${shapeText(found)}。`,
    ),
  );

/** dw = ∂loss/∂w of a convolution of x, from dy; attributes are the convolution's, and `kernel`, the kernel's size. */
export const convolutionWeightGradient: OpDefinition<'x' | 'dy', 'dw'> = {
  name,
  inputs: ['x', 'dy'],
  outputs: ['dw'],

  shape(inputs, attributes) {
    const x = images(name, inputs, 'x');
    const expected = outputShape(sizesOf(inputs, attributes), x.length);
    const { shape } = numbers(name, inputs, 'dy');
    if (!sameShape(shape, expected)) throw outputsDiffer(x, shape, expected);
    return { dw: { shape: weightShape(inputs, attributes), dtype: 'float32' } };
  },

  cost: (inputs, outputs, attributes) => costOf(multiplyAdds(sizesOf(inputs, attributes)), inputs, outputs),

  lower({ inputs: { x, dy }, outputs: { dw }, attributes }) {
    const sizes = sizesOf({ x, dy }, attributes);
    return { kernel: 'conv2dWeightGradient', arguments: { x, dy, dw, ...sizes }, split: sizes.O };
  },
};
