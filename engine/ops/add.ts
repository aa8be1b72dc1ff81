import { elementCount } from '../declaration/tensor-type.ts';
import type { OpDefinition } from './contract.ts';
import { costOf, given, sameAsEachOther } from './shape-rules.ts';

/** y = a + b, elementwise; both of one shape. */
export const add: OpDefinition<'a' | 'b', 'y'> = {
  name: 'add',
  inputs: ['a', 'b'],
  outputs: ['y'],
  inPlace: ['a', 'b'],

  shape: (inputs) => ({ y: sameAsEachOther('add', inputs, 'a', 'b') }),

  cost: (inputs, outputs) => costOf(elementCount(outputs.y.shape), inputs, outputs),

  // da = dy
  // db = dy
  gradient: (_g, _call, { y: dy }) => ({ a: dy, b: dy }),

  lower({ inputs: { a, b }, outputs }) {
    const y = given('add', outputs, 'y');
    const count = elementCount(y.shape);
    return { kernel: 'add', arguments: { a, b, y, count }, split: count };
  },

  toOnnx: ({ inputs, outputs }) => [
    {
      opType: 'Add',
      inputs: [given('add', inputs, 'a').name, given('add', inputs, 'b').name],
      outputs: [given('add', outputs, 'y').name],
    },
  ],
};
