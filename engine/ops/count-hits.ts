import type { TensorType } from '../declaration/tensor-type.ts';
import { binaryTargets, isSoft } from './binary-targets.ts';
import type { OpDefinition } from './contract.ts';
import { attribute, costOf, given, labels, rows, sameAsEachOther } from './shape-rules.ts';

/** Right answers, and answers that count. */
const hits: TensorType = { shape: [2], dtype: 'float32' };

/**
 * y [2] = number of rows of x [N, …, C] whose first largest value stands at the target, and number of rows that count.
 * A target is a label [N, …], where the rows of the attribute `ignored` do not count, or C shares, of which the first
 * largest is meant.
 */
export const countArgmaxHits: OpDefinition<'x' | 'target', 'y'> = {
  name: 'countArgmaxHits',
  inputs: ['x', 'target'],
  outputs: ['y'],

  shape(inputs) {
    const [M, C] = rows('countArgmaxHits', inputs, 'x');
    if (given('countArgmaxHits', inputs, 'target').dtype === 'int32')
      labels('countArgmaxHits', inputs, 'x', M, C);
    else sameAsEachOther('countArgmaxHits', inputs, 'x', 'target');
    return { y: hits };
  },

  cost(inputs, outputs) {
    const [M, C] = rows('countArgmaxHits', inputs, 'x');
    return costOf(M * C, inputs, outputs);
  },

  lower({ inputs, outputs: { y }, attributes }) {
    const [M, N] = rows('countArgmaxHits', inputs, 'x');
    const target = given('countArgmaxHits', inputs, 'target');
    const soft = isSoft(target);
    const ignored = soft === 1 ? 0 : attribute('countArgmaxHits', attributes, 'ignored');
    return {
      kernel: 'countArgmaxHits',
      arguments: { x: inputs.x, target, y, M, N, ignored, soft },
      split: 1,
    };
  },
};

/**
 * y [2] = number of elements of x on the right side, and number of all: above the attribute `threshold` where the target
 * is above ½, not above it elsewhere.
 */
export const countBinaryHits: OpDefinition<'x' | 'target', 'y'> = {
  name: 'countBinaryHits',
  inputs: ['x', 'target'],
  outputs: ['y'],

  shape(inputs) {
    binaryTargets('countBinaryHits', inputs, 'x');
    return { y: hits };
  },

  cost: (inputs, outputs) => costOf(binaryTargets('countBinaryHits', inputs, 'x'), inputs, outputs),

  lower({ inputs, outputs: { y }, attributes }) {
    const target = given('countBinaryHits', inputs, 'target');
    const count = binaryTargets('countBinaryHits', inputs, 'x');
    const threshold = attribute('countBinaryHits', attributes, 'threshold');
    return {
      kernel: 'countBinaryHits',
      arguments: { x: inputs.x, target, y, count, soft: isSoft(target), threshold },
      split: 1,
    };
  },
};
