import { elementCount } from '../declaration/tensor-type.ts';
import type { OpDefinition } from './contract.ts';
import { attribute, costOf, given, numbers, sameAsEachOther } from './shape-rules.ts';

/** y = x > 0 ? x : slope · x, elementwise; `slope` is an attribute. */
export const leakyRelu: OpDefinition<'x', 'y'> = {
  name: 'leakyRelu',
  inputs: ['x'],
  outputs: ['y'],

  shape: (inputs) => ({ y: numbers('leakyRelu', inputs, 'x') }),

  cost: (inputs, outputs) => costOf(elementCount(outputs.y.shape), inputs, outputs),

  // dx = x > 0 ? dy : slope · dy
  gradient: (g, { inputs, attributes }, { y: dy }) => ({
    x:
      dy &&
      g.emit(leakyReluGradient, { x: inputs.x, dy }, { slope: attribute('leakyRelu', attributes, 'slope') })
        .dx,
  }),

  lower({ inputs: { x }, outputs, attributes }) {
    const y = given('leakyRelu', outputs, 'y');
    const count = elementCount(y.shape);
    const slope = attribute('leakyRelu', attributes, 'slope');
    return { kernel: 'leakyRelu', arguments: { x, y, count, slope }, split: count };
  },

  toOnnx: ({ inputs, outputs, attributes }) => [
    {
      opType: 'LeakyRelu',
      inputs: [given('leakyRelu', inputs, 'x').name],
      outputs: [given('leakyRelu', outputs, 'y').name],
      attributes: { alpha: attribute('leakyRelu', attributes, 'slope') },
    },
  ],
};

/** dx = x > 0 ? dy : slope · dy. */
export const leakyReluGradient: OpDefinition<'x' | 'dy', 'dx'> = {
  name: 'leakyReluGradient',
  inputs: ['x', 'dy'],
  outputs: ['dx'],

  shape: (inputs) => ({ dx: sameAsEachOther('leakyReluGradient', inputs, 'x', 'dy') }),

  cost: (inputs, outputs) => costOf(elementCount(outputs.dx.shape), inputs, outputs),

  lower({ inputs: { x, dy }, outputs, attributes }) {
    const dx = given('leakyReluGradient', outputs, 'dx');
    const count = elementCount(dx.shape);
    const slope = attribute('leakyReluGradient', attributes, 'slope');
    return { kernel: 'leakyReluGradient', arguments: { x, dy, dx, count, slope }, split: count };
  },
};
