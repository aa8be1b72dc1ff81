import { elementCount } from '../declaration/tensor-type.ts';
import type { OpDefinition } from './contract.ts';
import { column, costOf, given, labels, matrix, scalarType } from './shape-rules.ts';

/** y [1] = number of rows of x [M, N] whose first largest value stands at target [M]. */
export const countArgmaxHits: OpDefinition<'x' | 'target', 'y'> = {
  name: 'countArgmaxHits',
  inputs: ['x', 'target'],
  outputs: ['y'],

  shape(inputs) {
    const [M, N] = matrix('countArgmaxHits', inputs, 'x');
    labels('countArgmaxHits', inputs, M, N);
    return { y: scalarType };
  },

  cost(inputs, outputs) {
    const [M, N] = matrix('countArgmaxHits', inputs, 'x');
    return costOf(M * N, inputs, outputs);
  },

  lower({ inputs: { x, target }, outputs: { y } }) {
    const [M, N] = matrix('countArgmaxHits', { x }, 'x');
    return { kernel: 'countArgmaxHits', arguments: { x, target, y, M, N }, split: 1 };
  },
};

/** y [1] = number of i with (x_i > 0) = (target_i = 1): a logit above 0 stands for class 1. */
export const countSignHits: OpDefinition<'x' | 'target', 'y'> = {
  name: 'countSignHits',
  inputs: ['x', 'target'],
  outputs: ['y'],

  shape(inputs) {
    labels('countSignHits', inputs, column('countSignHits', inputs, 'x'), 2);
    return { y: scalarType };
  },

  cost: (inputs, outputs) => costOf(elementCount(given('countSignHits', inputs, 'x').shape), inputs, outputs),

  lower({ inputs, outputs: { y } }) {
    const x = given('countSignHits', inputs, 'x');
    const count = elementCount(x.shape);
    return { kernel: 'countSignHits', arguments: { x, target: inputs.target, y, count }, split: 1 };
  },
};
