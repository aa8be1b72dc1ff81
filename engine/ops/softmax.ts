import type { OpDefinition } from './contract.ts';
import { costOf, given, numbers, rowsOf, sameAsEachOther, transcendental } from './shape-rules.ts';

/** y [..., N] = e^(x − max) / Σ_n e^(x − max), each row of x [..., N] for itself. */
export const softmax: OpDefinition<'x', 'y'> = {
  name: 'softmax',
  inputs: ['x'],
  outputs: ['y'],

  shape(inputs) {
    rowsOf('softmax', inputs, 'x');
    return { y: numbers('softmax', inputs, 'x') };
  },

  cost(inputs, outputs) {
    const { rows: M, columns: N } = rowsOf('softmax', inputs, 'x');
    return costOf((transcendental + 2) * M * N, inputs, outputs);
  },

  // dx = y ⊙ (dy − Σ_n dy ⊙ y)
  gradient: (g, { outputs }, { y: dy }) => ({
    x: dy && g.emit(softmaxGradient, { y: outputs.y, dy }).dx,
  }),

  lower({ inputs, outputs }) {
    const { rows: M, columns: N } = rowsOf('softmax', inputs, 'x');
    return { kernel: 'softmax', arguments: { x: inputs.x, y: outputs.y, M, N }, split: M };
  },

  toOnnx: ({ inputs, outputs }) => [
    {
      opType: 'Softmax',
      inputs: [given('softmax', inputs, 'x').name],
      outputs: [given('softmax', outputs, 'y').name],
      attributes: { axis: { int: -1 } },
    },
  ],
};

/** dx = y ⊙ (dy − Σ_n dy ⊙ y), per row. */
export const softmaxGradient: OpDefinition<'y' | 'dy', 'dx'> = {
  name: 'softmaxGradient',
  inputs: ['y', 'dy'],
  outputs: ['dx'],

  shape(inputs) {
    rowsOf('softmaxGradient', inputs, 'y');
    return { dx: sameAsEachOther('softmaxGradient', inputs, 'y', 'dy') };
  },

  cost(inputs, outputs) {
    const { rows: M, columns: N } = rowsOf('softmaxGradient', inputs, 'y');
    return costOf(3 * M * N, inputs, outputs);
  },

  lower({ inputs: { y, dy }, outputs }) {
    const { rows: M, columns: N } = rowsOf('softmaxGradient', outputs, 'dx');
    return { kernel: 'softmaxGradient', arguments: { y, dy, dx: outputs.dx, M, N }, split: M };
  },
};
