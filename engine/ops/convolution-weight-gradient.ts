import { NetwrightError } from '../declaration/problem.ts';
import { elementCount, sameShape, shapeText, type TensorType } from '../declaration/tensor-type.ts';
import { text } from '../declaration/text.ts';
import { sumTerms } from '../kernels/declared/broadcast.ts';
import type { Attributes, GraphBuilder, Named, OpDefinition, Tensor } from './contract.ts';
import { convolutionSizes, images, multiplyAdds, outputShape } from './convolution-sizes.ts';
import { reshape } from './reshape.ts';
import { attribute, costOf, list, numbers } from './shape-rules.ts';
import { sumOver } from './sum-over.ts';

const name = 'convolutionWeightGradient';

/** The shape of dw [O, C / groups, KH, KW], or without KH for signals. */
function weightShape(inputs: Named<TensorType>, attributes: Attributes): readonly number[] {
  const C = images(name, inputs, 'x')[1];
  const O = images(name, inputs, 'dy')[1];
  return [O, Math.floor(C / attribute(name, attributes, 'groups')), ...list(name, attributes, 'kernel')];
}

const sizesOf = (inputs: Named<TensorType>, attributes: Attributes) =>
  convolutionSizes(name, images(name, inputs, 'x'), weightShape(inputs, attributes), attributes);

const partsOf = ({ parts = 1 }: Attributes): number => Number(parts);

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

/**
 * dw = ∂loss/∂w of a convolution of x, from dy; attributes are the convolution's, and `kernel`, the kernel's size. With
 * `parts` above 1 dw [parts, …] has the sum over each part of the images by itself.
 */
export const convolutionWeightGradient: OpDefinition<'x' | 'dy', 'dw'> = {
  name,
  inputs: ['x', 'dy'],
  outputs: ['dw'],

  shape(inputs, attributes) {
    const x = images(name, inputs, 'x');
    const expected = outputShape(sizesOf(inputs, attributes), x.length);
    const { shape } = numbers(name, inputs, 'dy');
    if (!sameShape(shape, expected)) throw outputsDiffer(x, shape, expected);
    const weights = weightShape(inputs, attributes);
    const parts = partsOf(attributes);
    return { dw: { shape: parts === 1 ? weights : [parts, ...weights], dtype: 'float32' } };
  },

  cost: (inputs, outputs, attributes) => costOf(multiplyAdds(sizesOf(inputs, attributes)), inputs, outputs),

  lower({ inputs: { x, dy }, outputs: { dw }, attributes }) {
    const sizes = sizesOf({ x, dy }, attributes);
    const parts = partsOf(attributes);
    return {
      kernel: 'conv2dWeightGradient',
      arguments: { x, dy, dw, ...sizes, parts },
      split: parts * sizes.O,
      pieces: parts,
    };
  },
};

/** Images are worth parting from so many on, and kernels of up to so many weights. */
const parted = { images: 16, weights: 2 ** 16, parts: 4 };

/**
 * dw of a convolution. Workers that share its outputs would each have to prepare all images; so images are summed in
 * parts first, as many as the sizes say, whatever the number of workers.
 */
export function weightGradientOf(
  g: GraphBuilder,
  inputs: { readonly x: Tensor | undefined; readonly dy: Tensor | undefined },
  attributes: Attributes,
): Tensor {
  const weights = weightShape(inputs, attributes);
  const isParted = images(name, inputs, 'x')[0] >= parted.images && elementCount(weights) <= parted.weights;
  if (!isParted) return g.emit(convolutionWeightGradient, inputs, attributes).dw;
  const { dw } = g.emit(convolutionWeightGradient, inputs, { ...attributes, parts: parted.parts });
  const { y } = g.emit(sumOver, { x: dw }, { axis: 0, count: 1, term: sumTerms.plain });
  return g.emit(reshape, { x: y }, { shape: weights }).y;
}
