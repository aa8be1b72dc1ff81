import { elementCount } from '../declaration/tensor-type.ts';
import type { OpDefinition } from './contract.ts';
import { costOf, given, numbers } from './shape-rules.ts';

/** y float32 = the whole numbers x, such as tokens; exact up to 2²⁴. No gradient goes through. */
export const numbersOf: OpDefinition<'x', 'y'> = {
  name: 'numbersOf',
  inputs: ['x'],
  outputs: ['y'],

  shape: (inputs) => ({ y: { shape: given('numbersOf', inputs, 'x').shape, dtype: 'float32' } }),

  cost: (inputs, outputs) => costOf(0, inputs, outputs),

  lower({ inputs: { x }, outputs }) {
    const y = given('numbersOf', outputs, 'y');
    const count = elementCount(y.shape);
    return { kernel: 'convert', arguments: { x, y, count, whole: 0 }, split: count };
  },

  toOnnx: ({ inputs, outputs }) => [
    {
      opType: 'Cast',
      inputs: [given('numbersOf', inputs, 'x').name],
      outputs: [given('numbersOf', outputs, 'y').name],
      attributes: { to: { int: 1 } },
    },
  ],
};

/** y int32 = x cut towards 0, to be looked up. No gradient goes through. */
export const wholeNumbersOf: OpDefinition<'x', 'y'> = {
  name: 'wholeNumbersOf',
  inputs: ['x'],
  outputs: ['y'],

  shape: (inputs) => ({ y: { shape: numbers('wholeNumbersOf', inputs, 'x').shape, dtype: 'int32' } }),

  cost: (inputs, outputs) => costOf(0, inputs, outputs),

  lower({ inputs: { x }, outputs }) {
    const y = given('wholeNumbersOf', outputs, 'y');
    const count = elementCount(y.shape);
    return { kernel: 'convert', arguments: { x, y, count, whole: 1 }, split: count };
  },

  toOnnx: ({ inputs, outputs }) => [
    {
      opType: 'Cast',
      inputs: [given('wholeNumbersOf', inputs, 'x').name],
      outputs: [given('wholeNumbersOf', outputs, 'y').name],
      attributes: { to: { int: 6 } },
    },
  ],
};
