import type { OpDefinition } from './contract.ts';
import { costOf, given, numbers, sameAsEachOther, transcendental } from './shape-rules.ts';
import { columnCount, columnsOf, softmaxAxis } from './softmax-axis.ts';

/** y = (x − max) − ln Σ e^(x − max) along the attribute `axis`, the last one without it. */
export const logSoftmax: OpDefinition<'x', 'y'> = {
  name: 'logSoftmax',
  inputs: ['x'],
  outputs: ['y'],
  inPlace: ['x'],

  shape(inputs, attributes) {
    softmaxAxis('logSoftmax', inputs, 'x', attributes);
    return { y: numbers('logSoftmax', inputs, 'x') };
  },

  cost(inputs, outputs, attributes) {
    const { M, N, inner } = columnsOf('logSoftmax', inputs, 'x', attributes);
    return costOf((transcendental + 2) * M * N * inner, inputs, outputs);
  },

  // dx = dy − e^y Σ_n dy
  gradient: (g, { outputs, attributes }, { y: dy }) => ({
    x: dy && g.emit(logSoftmaxGradient, { y: outputs.y, dy }, attributes).dx,
  }),

  lower({ inputs, outputs, attributes }) {
    const sizes = columnsOf('logSoftmax', inputs, 'x', attributes);
    const { x } = inputs;
    return { kernel: 'logSoftmax', arguments: { x, y: outputs.y, ...sizes }, split: columnCount(sizes) };
  },

  toOnnx: ({ inputs, outputs, attributes }) => [
    {
      opType: 'LogSoftmax',
      inputs: [given('logSoftmax', inputs, 'x').name],
      outputs: [given('logSoftmax', outputs, 'y').name],
      attributes: { axis: { int: softmaxAxis('logSoftmax', inputs, 'x', attributes) } },
    },
  ],
};

/** dx = dy − e^y Σ_n dy along the attribute `axis`. */
export const logSoftmaxGradient: OpDefinition<'y' | 'dy', 'dx'> = {
  name: 'logSoftmaxGradient',
  inputs: ['y', 'dy'],
  outputs: ['dx'],
  inPlace: ['dy', 'y'],

  shape(inputs, attributes) {
    softmaxAxis('logSoftmaxGradient', inputs, 'y', attributes);
    return { dx: sameAsEachOther('logSoftmaxGradient', inputs, 'y', 'dy') };
  },

  cost(inputs, outputs, attributes) {
    const { M, N, inner } = columnsOf('logSoftmaxGradient', inputs, 'y', attributes);
    return costOf((transcendental + 2) * M * N * inner, inputs, outputs);
  },

  lower({ inputs, outputs, attributes }) {
    const sizes = columnsOf('logSoftmaxGradient', inputs, 'y', attributes);
    const { y, dy } = inputs;
    return {
      kernel: 'logSoftmaxGradient',
      arguments: { y, dy, dx: outputs.dx, ...sizes },
      split: columnCount(sizes),
    };
  },
};
