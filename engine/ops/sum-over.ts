import { elementCount, type TensorType } from '../declaration/tensor-type.ts';
import { sumTerms } from '../kernels/declared/broadcast.ts';
import type { Attributes, Named, OpDefinition } from './contract.ts';
import { attribute, costOf, numbers, sameAsEachOther } from './shape-rules.ts';

/** x seen as [outer, count, inner], `count` being the numbers of the summed axes. */
function sizesOf(inputs: Named<TensorType>, attributes: Attributes) {
  const { shape } = numbers('sumOver', inputs, 'x');
  const axis = attribute('sumOver', attributes, 'axis');
  const end = axis + attribute('sumOver', attributes, 'count');
  return {
    outer: elementCount(shape.slice(0, axis)),
    count: elementCount(shape.slice(axis, end)),
    inner: elementCount(shape.slice(end)),
  };
}

/**
 * y = Σ x over `count` axes from `axis` on, which keep the size 1. With w, as large as x, the sum is of x ⊙ w, or where w ≤ 0
 * only: attribute `term`, by number in kernels/declared/broadcast.ts. Stands in the reverse pass only.
 */
export const sumOver: OpDefinition<'x' | 'w', 'y'> = {
  name: 'sumOver',
  inputs: ['x', 'w'],
  outputs: ['y'],

  shape(inputs, attributes) {
    const { shape } =
      attributes.term === sumTerms.plain
        ? numbers('sumOver', inputs, 'x')
        : sameAsEachOther('sumOver', inputs, 'x', 'w');
    const axis = attribute('sumOver', attributes, 'axis');
    const end = axis + attribute('sumOver', attributes, 'count');
    return { y: { shape: shape.map((n, d) => (d >= axis && d < end ? 1 : n)), dtype: 'float32' } };
  },

  cost: (inputs, outputs) => costOf(elementCount(numbers('sumOver', inputs, 'x').shape), inputs, outputs),

  lower({ inputs, outputs, attributes }) {
    const sizes = sizesOf(inputs, attributes);
    const { x, w } = inputs;
    const term = attribute('sumOver', attributes, 'term');
    return {
      kernel: 'sumOver',
      arguments: { x, w, y: outputs.y, ...sizes, term },
      split: sizes.outer * sizes.inner,
    };
  },
};
