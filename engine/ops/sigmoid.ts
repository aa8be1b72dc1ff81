import { elementCount } from '../declaration/tensor-type.ts';
import type { OpDefinition } from './contract.ts';
import { costOf, given, numbers, sameAsEachOther, transcendental } from './shape-rules.ts';

/** y = 1 / (1 + e^−x), elementwise. */
export const sigmoid: OpDefinition<'x', 'y'> = {
  name: 'sigmoid',
  inputs: ['x'],
  outputs: ['y'],

  shape: (inputs) => ({ y: numbers('sigmoid', inputs, 'x') }),

  cost: (inputs, outputs) => costOf(transcendental * elementCount(outputs.y.shape), inputs, outputs),

  // dx = dy · y · (1 − y)
  gradient: (g, { outputs }, { y: dy }) => ({
    x: dy && g.emit(sigmoidGradient, { y: outputs.y, dy }).dx,
  }),

  lower({ inputs: { x }, outputs }) {
    const y = given('sigmoid', outputs, 'y');
    const count = elementCount(y.shape);
    return { kernel: 'sigmoid', arguments: { x, y, count }, split: count };
  },

  toOnnx: ({ inputs, outputs }) => [
    {
      opType: 'Sigmoid',
      inputs: [given('sigmoid', inputs, 'x').name],
      outputs: [given('sigmoid', outputs, 'y').name],
    },
  ],
};

/** dx = dy · y · (1 − y). */
export const sigmoidGradient: OpDefinition<'y' | 'dy', 'dx'> = {
  name: 'sigmoidGradient',
  inputs: ['y', 'dy'],
  outputs: ['dx'],

  shape: (inputs) => ({ dx: sameAsEachOther('sigmoidGradient', inputs, 'y', 'dy') }),

  cost: (inputs, outputs) => costOf(2 * elementCount(outputs.dx.shape), inputs, outputs),

  lower({ inputs: { y, dy }, outputs }) {
    const dx = given('sigmoidGradient', outputs, 'dx');
    const count = elementCount(dx.shape);
    return { kernel: 'sigmoidGradient', arguments: { y, dy, dx, count }, split: count };
  },
};
