import { elementCount } from '../declaration/tensor-type.ts';
import type { OpDefinition } from './contract.ts';
import { costOf, given, numbers, sameAsEachOther, transcendental } from './shape-rules.ts';

/** y = tanh x, elementwise. */
export const tanh: OpDefinition<'x', 'y'> = {
  name: 'tanh',
  inputs: ['x'],
  outputs: ['y'],

  shape: (inputs) => ({ y: numbers('tanh', inputs, 'x') }),

  cost: (inputs, outputs) => costOf(transcendental * elementCount(outputs.y.shape), inputs, outputs),

  // dx = dy · (1 − y²)
  gradient: (g, { outputs }, { y: dy }) => ({
    x: dy && g.emit(tanhGradient, { y: outputs.y, dy }).dx,
  }),

  lower({ inputs: { x }, outputs }) {
    const y = given('tanh', outputs, 'y');
    const count = elementCount(y.shape);
    return { kernel: 'tanh', arguments: { x, y, count }, split: count };
  },

  toOnnx: ({ inputs, outputs }) => [
    {
      opType: 'Tanh',
      inputs: [given('tanh', inputs, 'x').name],
      outputs: [given('tanh', outputs, 'y').name],
    },
  ],
};

/** dx = dy · (1 − y²). */
export const tanhGradient: OpDefinition<'y' | 'dy', 'dx'> = {
  name: 'tanhGradient',
  inputs: ['y', 'dy'],
  outputs: ['dx'],

  shape: (inputs) => ({ dx: sameAsEachOther('tanhGradient', inputs, 'y', 'dy') }),

  cost: (inputs, outputs) => costOf(2 * elementCount(outputs.dx.shape), inputs, outputs),

  lower({ inputs: { y, dy }, outputs }) {
    const dx = given('tanhGradient', outputs, 'dx');
    const count = elementCount(dx.shape);
    return { kernel: 'tanhGradient', arguments: { y, dy, dx, count }, split: count };
  },
};
