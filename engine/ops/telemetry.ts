import { elementCount } from '../declaration/tensor-type.ts';
import { histogramWords } from '../kernels/telemetry.ts';
import type { OpDefinition } from './contract.ts';
import { attribute, costOf, given, numbers, sizesMeet } from './shape-rules.ts';

/**
 * y [histogramWords] = histogram, counts and moments of every stride-th element of x; layout in kernels/telemetry.ts.
 * Attributes: stride ≥ 1, columns = size of the last dimension where dead columns are to be counted, else 0.
 */
export const histogram: OpDefinition<'x', 'y'> = {
  name: 'histogram',
  inputs: ['x'],
  outputs: ['y'],

  shape(inputs, attributes) {
    const { shape } = numbers('histogram', inputs, 'x');
    const columns = attribute('histogram', attributes, 'columns');
    if (columns > 0) sizesMeet('histogram', ['columns', columns], ['x', shape.at(-1) ?? 1]);
    return { y: { shape: [histogramWords], dtype: 'int32' } };
  },

  cost(inputs, outputs, attributes) {
    const sampled =
      elementCount(given('histogram', inputs, 'x').shape) / attribute('histogram', attributes, 'stride');
    return costOf(4 * Math.ceil(sampled), inputs, outputs);
  },

  lower({ inputs, outputs: { y }, attributes }) {
    const x = given('histogram', inputs, 'x');
    const stride = attribute('histogram', attributes, 'stride');
    const columns = attribute('histogram', attributes, 'columns');
    return {
      kernel: 'histogram',
      arguments: { x, y, count: elementCount(x.shape), stride, columns },
      split: 1,
    };
  },
};
