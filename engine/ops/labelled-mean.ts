import { elementCount } from '../declaration/tensor-type.ts';
import type { OpDefinition } from './contract.ts';
import { attribute, costOf, given, labels, numbers, scalarType, sizesMeet } from './shape-rules.ts';

/**
 * y [1] = mean of the x_i whose label target_i is not the attribute `ignored`, 0 where there is none;
 * counted [1] = how many there are.
 */
export const labelledMean: OpDefinition<'x' | 'target', 'y' | 'counted'> = {
  name: 'labelledMean',
  inputs: ['x', 'target'],
  outputs: ['y', 'counted'],

  shape(inputs) {
    const x = numbers('labelledMean', inputs, 'x');
    labels('labelledMean', inputs, 'x', elementCount(x.shape));
    return { y: scalarType, counted: scalarType };
  },

  cost: (inputs, outputs) => costOf(elementCount(given('labelledMean', inputs, 'x').shape), inputs, outputs),

  // dx_i = target_i = ignored ? 0 : dy / counted
  gradient: (g, { inputs: { target }, outputs: { counted }, attributes }, { y: dy }) => ({
    x: dy && g.emit(labelledMeanGradient, { dy, target, counted }, attributes).dx,
  }),

  lower({ inputs, outputs: { y, counted }, attributes }) {
    const x = given('labelledMean', inputs, 'x');
    const count = elementCount(x.shape);
    const ignored = attribute('labelledMean', attributes, 'ignored');
    return {
      kernel: 'labelledMean',
      arguments: { x, target: inputs.target, y, counted, count, ignored },
      split: 1,
    };
  },
};

/** dx_i = target_i = ignored ? 0 : dy / counted. */
export const labelledMeanGradient: OpDefinition<'dy' | 'target' | 'counted', 'dx'> = {
  name: 'labelledMeanGradient',
  inputs: ['dy', 'target', 'counted'],
  outputs: ['dx'],

  shape(inputs) {
    for (const scalar of ['dy', 'counted']) {
      const { shape } = numbers('labelledMeanGradient', inputs, scalar);
      sizesMeet('labelledMeanGradient', [scalar, elementCount(shape)], ['mean', 1]);
    }
    return { dx: { shape: given('labelledMeanGradient', inputs, 'target').shape, dtype: 'float32' } };
  },

  cost: (inputs, outputs) => costOf(elementCount(outputs.dx.shape), inputs, outputs),

  lower({ inputs: { dy, target, counted }, outputs, attributes }) {
    const dx = given('labelledMeanGradient', outputs, 'dx');
    const count = elementCount(dx.shape);
    const ignored = attribute('labelledMeanGradient', attributes, 'ignored');
    return {
      kernel: 'labelledMeanGradient',
      arguments: { dy, target, counted, dx, count, ignored },
      split: count,
    };
  },
};
