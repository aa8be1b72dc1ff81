import { elementCount } from '../declaration/tensor-type.ts';
import type { OpDefinition } from './contract.ts';
import { attribute, costOf, given, scalarType } from './shape-rules.ts';

/** y = value, an attribute: a tensor of the type of `like`, which is not read, or a scalar [1] without it. */
export const fill: OpDefinition<'like', 'y'> = {
  name: 'fill',
  inputs: ['like'],
  outputs: ['y'],

  shape: ({ like }) => ({ y: like === undefined ? scalarType : { shape: like.shape, dtype: 'float32' } }),

  cost: (_inputs, outputs) => costOf(0, outputs),

  lower({ outputs, attributes }) {
    const y = given('fill', outputs, 'y');
    const count = elementCount(y.shape);
    return {
      kernel: 'fill',
      arguments: { y, count, value: attribute('fill', attributes, 'value') },
      split: count,
    };
  },
};
