import { elementCount } from '../declaration/tensor-type.ts';
import type { OpDefinition } from './contract.ts';
import { attribute, costOf, given, numbers, scalarType, sizesMeet } from './shape-rules.ts';

/** y [1] = sum [1] + factor · Σ x², sum 0 where absent. Attribute factor. */
export const addSquares: OpDefinition<'sum' | 'x', 'y'> = {
  name: 'addSquares',
  inputs: ['sum', 'x'],
  outputs: ['y'],

  shape(inputs) {
    numbers('addSquares', inputs, 'x');
    if (inputs.sum !== undefined) {
      sizesMeet('addSquares', ['sum', elementCount(numbers('addSquares', inputs, 'sum').shape)], ['y', 1]);
    }
    return { y: scalarType };
  },

  cost: (inputs, outputs) => costOf(elementCount(given('addSquares', inputs, 'x').shape), inputs, outputs),

  // dsum = dy
  // dx = 2 · factor · dy · x
  gradient(g, { inputs: { sum, x }, attributes }, { y: dy }) {
    const factor = 2 * attribute('addSquares', attributes, 'factor');
    return { sum: sum && dy, x: dy && g.emit(addSquaresGradient, { x, dy }, { factor }).dx };
  },

  lower({ inputs: { sum, x }, outputs: { y }, attributes }) {
    const count = elementCount(given('addSquares', { x }, 'x').shape);
    const factor = attribute('addSquares', attributes, 'factor');
    return { kernel: 'addSquares', arguments: { sum, x, y, count, factor }, split: 1 };
  },
};

/** dx = factor · dy · x, dy [1]. Attribute factor. */
export const addSquaresGradient: OpDefinition<'x' | 'dy', 'dx'> = {
  name: 'addSquaresGradient',
  inputs: ['x', 'dy'],
  outputs: ['dx'],

  shape(inputs) {
    const dy = numbers('addSquaresGradient', inputs, 'dy');
    sizesMeet('addSquaresGradient', ['dy', elementCount(dy.shape)], ['y', 1]);
    return { dx: numbers('addSquaresGradient', inputs, 'x') };
  },

  cost: (inputs, outputs) => costOf(elementCount(outputs.dx.shape), inputs, outputs),

  lower({ inputs: { x, dy }, outputs, attributes }) {
    const dx = given('addSquaresGradient', outputs, 'dx');
    const count = elementCount(dx.shape);
    const factor = attribute('addSquaresGradient', attributes, 'factor');
    return { kernel: 'addSquaresGradient', arguments: { x, dy, dx, count, factor }, split: count };
  },
};
