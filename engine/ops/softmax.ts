import type { OpDefinition } from './contract.ts';
import { costOf, given, numbers, sameAsEachOther, transcendental } from './shape-rules.ts';
import { columnCount, columnsOf, softmaxAxis } from './softmax-axis.ts';

/** y = e^(x − max) / Σ e^(x − max) along the attribute `axis`, the last one without it. */
export const softmax: OpDefinition<'x', 'y'> = {
  name: 'softmax',
  inputs: ['x'],
  outputs: ['y'],
  inPlace: ['x'],

  shape(inputs, attributes) {
    softmaxAxis('softmax', inputs, 'x', attributes);
    return { y: numbers('softmax', inputs, 'x') };
  },

  cost(inputs, outputs, attributes) {
    const { M, N, inner } = columnsOf('softmax', inputs, 'x', attributes);
    return costOf((transcendental + 2) * M * N * inner, inputs, outputs);
  },

  // dx = y ⊙ (dy − Σ_n dy ⊙ y)
  gradient: (g, { outputs, attributes }, { y: dy }) => ({
    x: dy && g.emit(softmaxGradient, { y: outputs.y, dy }, attributes).dx,
  }),

  lower({ inputs, outputs, attributes }) {
    const sizes = columnsOf('softmax', inputs, 'x', attributes);
    const { x } = inputs;
    return { kernel: 'softmax', arguments: { x, y: outputs.y, ...sizes }, split: columnCount(sizes) };
  },

  toOnnx: ({ inputs, outputs, attributes }) => [
    {
      opType: 'Softmax',
      inputs: [given('softmax', inputs, 'x').name],
      outputs: [given('softmax', outputs, 'y').name],
      attributes: { axis: { int: softmaxAxis('softmax', inputs, 'x', attributes) } },
    },
  ],
};

/** dx = y ⊙ (dy − Σ_n dy ⊙ y) along the attribute `axis`. */
export const softmaxGradient: OpDefinition<'y' | 'dy', 'dx'> = {
  name: 'softmaxGradient',
  inputs: ['y', 'dy'],
  outputs: ['dx'],
  inPlace: ['dy', 'y'],

  shape(inputs, attributes) {
    softmaxAxis('softmaxGradient', inputs, 'y', attributes);
    return { dx: sameAsEachOther('softmaxGradient', inputs, 'y', 'dy') };
  },

  cost(inputs, outputs, attributes) {
    const { M, N, inner } = columnsOf('softmaxGradient', inputs, 'y', attributes);
    return costOf(3 * M * N * inner, inputs, outputs);
  },

  lower({ inputs, outputs, attributes }) {
    const sizes = columnsOf('softmaxGradient', inputs, 'y', attributes);
    const { y, dy } = inputs;
    return {
      kernel: 'softmaxGradient',
      arguments: { y, dy, dx: outputs.dx, ...sizes },
      split: columnCount(sizes),
    };
  },
};
