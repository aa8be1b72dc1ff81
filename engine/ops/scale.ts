import { elementCount } from '../declaration/tensor-type.ts';
import type { OpDefinition } from './contract.ts';
import { attribute, costOf, given, numbers } from './shape-rules.ts';

/** y = factor · x, elementwise; `factor` is an attribute. */
export const scale: OpDefinition<'x', 'y'> = {
  name: 'scale',
  inputs: ['x'],
  outputs: ['y'],
  inPlace: ['x'],

  shape: (inputs) => ({ y: numbers('scale', inputs, 'x') }),

  cost: (inputs, outputs) => costOf(elementCount(outputs.y.shape), inputs, outputs),

  // dx = factor · dy
  gradient: (g, { attributes }, { y: dy }) => ({
    x: dy && g.emit(scale, { x: dy }, { factor: attribute('scale', attributes, 'factor') }).y,
  }),

  lower({ inputs: { x }, outputs, attributes }) {
    const y = given('scale', outputs, 'y');
    const count = elementCount(y.shape);
    const factor = attribute('scale', attributes, 'factor');
    return { kernel: 'scale', arguments: { x, y, count, factor }, split: count };
  },

  toOnnx({ inputs, outputs, attributes }) {
    const y = given('scale', outputs, 'y').name;
    const factor = `${y}.factor`;
    return [
      {
        opType: 'Constant',
        inputs: [],
        outputs: [factor],
        attributes: { value_float: attribute('scale', attributes, 'factor') },
      },
      { opType: 'Mul', inputs: [given('scale', inputs, 'x').name, factor], outputs: [y] },
    ];
  },
};
