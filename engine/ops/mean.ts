import { elementCount } from '../declaration/tensor-type.ts';
import type { OpDefinition } from './contract.ts';
import { costOf, given, numbers, scalarType, sizesMeet } from './shape-rules.ts';

/** y [1] = Σ x / count over all elements. */
export const mean: OpDefinition<'x', 'y'> = {
  name: 'mean',
  inputs: ['x'],
  outputs: ['y'],

  shape(inputs) {
    numbers('mean', inputs, 'x');
    return { y: scalarType };
  },

  cost: (inputs, outputs) => costOf(elementCount(given('mean', inputs, 'x').shape), inputs, outputs),

  // dx = dy / count, for every element
  gradient: (g, { inputs: { x } }, { y: dy }) => ({
    x: dy && g.emit(meanGradient, { dy, x }).dx,
  }),

  lower({ inputs, outputs: { y } }) {
    const x = given('mean', inputs, 'x');
    return { kernel: 'mean', arguments: { x, y, count: elementCount(x.shape) }, split: 1 };
  },
};

/** dx = dy / count; x gives the shape only and is not read. */
export const meanGradient: OpDefinition<'dy' | 'x', 'dx'> = {
  name: 'meanGradient',
  inputs: ['dy', 'x'],
  outputs: ['dx'],

  shape(inputs) {
    const dy = numbers('meanGradient', inputs, 'dy');
    sizesMeet('meanGradient', ['dy', elementCount(dy.shape)], ['mean', 1]);
    return { dx: numbers('meanGradient', inputs, 'x') };
  },

  cost: ({ dy }, outputs) => costOf(elementCount(outputs.dx.shape), { dy }, outputs),

  lower({ inputs: { dy }, outputs }) {
    const dx = given('meanGradient', outputs, 'dx');
    const count = elementCount(dx.shape);
    return { kernel: 'meanGradient', arguments: { dy, dx, count }, split: count };
  },
};
