import { elementCount } from '../declaration/tensor-type.ts';
import { planesOf } from './channels.ts';
import type { OpDefinition } from './contract.ts';
import { costOf, given, numbers, sizesMeet } from './shape-rules.ts';

/** y [N, C, …] = x [N, C, …] + b [C]: one number for each channel. */
export const addChannels: OpDefinition<'x' | 'b', 'y'> = {
  name: 'addChannels',
  inputs: ['x', 'b'],
  outputs: ['y'],

  shape(inputs) {
    const { C } = planesOf('addChannels', inputs);
    sizesMeet(
      'addChannels',
      ['b', elementCount(numbers('addChannels', inputs, 'b').shape)],
      ['the channels of x', C],
    );
    return { y: numbers('addChannels', inputs, 'x') };
  },

  cost: (inputs, outputs) => costOf(elementCount(outputs.y.shape), inputs, outputs),

  // dx = dy
  // db[c] = Σ_{n, i} dy[n, c, i]
  gradient: (g, _call, { y: dy }) => ({ x: dy, b: dy && g.emit(sumChannels, { x: dy }).y }),

  lower({ inputs, outputs }) {
    const { N, C, inner } = planesOf('addChannels', inputs);
    const { x, b } = inputs;
    return { kernel: 'addChannels', arguments: { x, b, y: outputs.y, N, C, inner }, split: N * C };
  },

  toOnnx({ inputs, outputs }) {
    const y = given('addChannels', outputs, 'y');
    const b = given('addChannels', inputs, 'b').name;
    const broadcast = [-1, ...y.shape.slice(2).map(() => 1)];
    return [
      {
        opType: 'Constant',
        inputs: [],
        outputs: [`${y.name}.shape`],
        attributes: { value_ints: broadcast },
      },
      { opType: 'Reshape', inputs: [b, `${y.name}.shape`], outputs: [`${y.name}.b`] },
      { opType: 'Add', inputs: [given('addChannels', inputs, 'x').name, `${y.name}.b`], outputs: [y.name] },
    ];
  },
};

/** y [C] = Σ_{n, i} x [N, C, …]: the gradient of what is added to each channel. Stands in the reverse pass only. */
export const sumChannels: OpDefinition<'x', 'y'> = {
  name: 'sumChannels',
  inputs: ['x'],
  outputs: ['y'],

  shape: (inputs) => ({ y: { shape: [planesOf('sumChannels', inputs).C], dtype: 'float32' } }),

  cost: (inputs, outputs) => costOf(elementCount(numbers('sumChannels', inputs, 'x').shape), inputs, outputs),

  lower({ inputs, outputs }) {
    const { N, C, inner } = planesOf('sumChannels', inputs);
    return { kernel: 'sumChannels', arguments: { x: inputs.x, y: outputs.y, N, C, inner }, split: C };
  },
};
