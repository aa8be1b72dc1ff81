import { elementCount } from '../declaration/tensor-type.ts';
import type { OpDefinition } from './contract.ts';
import { costOf, given, numbers, sameAsEachOther } from './shape-rules.ts';

/** y = max(x, 0), elementwise. */
export const relu: OpDefinition<'x', 'y'> = {
  name: 'relu',
  inputs: ['x'],
  outputs: ['y'],

  shape: (inputs) => ({ y: numbers('relu', inputs, 'x') }),

  cost: (inputs, outputs) => costOf(elementCount(outputs.y.shape), inputs, outputs),

  // dx = y > 0 ? dy : 0        read from y, so that x need not be kept
  gradient: (g, { outputs }, { y: dy }) => ({
    x: dy && g.emit(reluGradient, { y: outputs.y, dy }).dx,
  }),

  lower({ inputs: { x }, outputs }) {
    const y = given('relu', outputs, 'y');
    const count = elementCount(y.shape);
    return { kernel: 'relu', arguments: { x, y, count }, split: count };
  },

  toOnnx: ({ inputs, outputs }) => [
    {
      opType: 'Relu',
      inputs: [given('relu', inputs, 'x').name],
      outputs: [given('relu', outputs, 'y').name],
    },
  ],
};

/** dx = y > 0 ? dy : 0. */
export const reluGradient: OpDefinition<'y' | 'dy', 'dx'> = {
  name: 'reluGradient',
  inputs: ['y', 'dy'],
  outputs: ['dx'],

  shape: (inputs) => ({ dx: sameAsEachOther('reluGradient', inputs, 'y', 'dy') }),

  cost: (inputs, outputs) => costOf(elementCount(outputs.dx.shape), inputs, outputs),

  lower({ inputs: { y, dy }, outputs }) {
    const dx = given('reluGradient', outputs, 'dx');
    const count = elementCount(dx.shape);
    return { kernel: 'reluGradient', arguments: { y, dy, dx, count }, split: count };
  },
};
