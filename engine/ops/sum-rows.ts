import type { OpDefinition } from './contract.ts';
import { costOf, matrix } from './shape-rules.ts';

/** y [N] = Σ_m x [M, N]: the gradient of a bias. Stands in the reverse pass only. */
export const sumRows: OpDefinition<'x', 'y'> = {
  name: 'sumRows',
  inputs: ['x'],
  outputs: ['y'],

  shape(inputs) {
    const [, N] = matrix('sumRows', inputs, 'x');
    return { y: { shape: [N], dtype: 'float32' } };
  },

  cost(inputs, outputs) {
    const [M, N] = matrix('sumRows', inputs, 'x');
    return costOf(M * N, inputs, outputs);
  },

  lower({ inputs, outputs }) {
    const [M, N] = matrix('sumRows', inputs, 'x');
    return { kernel: 'sumRows', arguments: { x: inputs.x, y: outputs.y, M, N }, split: N };
  },
};
