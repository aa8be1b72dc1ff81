import { elementCount } from '../declaration/tensor-type.ts';
import type { OpDefinition } from './contract.ts';
import { attribute, costOf, given, numbers, transcendental } from './shape-rules.ts';

/**
 * y = keep ⊙ x / (1 − rate), keep drawn anew for every step. The mask follows from (seed, stream, step) and is drawn
 * again in the reverse pass, so nothing is stored. Stands in training only.
 */
export const dropout: OpDefinition<'x' | 'step', 'y'> = {
  name: 'dropout',
  inputs: ['x', 'step'],
  outputs: ['y'],
  inPlace: ['x'],

  shape(inputs) {
    given('dropout', inputs, 'step');
    return { y: numbers('dropout', inputs, 'x') };
  },

  cost: (inputs, outputs) => costOf(transcendental * elementCount(outputs.y.shape), inputs, outputs),

  // dx = keep ⊙ dy / (1 − rate)
  gradient: (g, { inputs, attributes }, { y: dy }) => ({
    x: dy && g.emit(dropout, { x: dy, step: inputs.step }, attributes).y,
  }),

  lower({ inputs: { x, step }, outputs, attributes }) {
    const y = given('dropout', outputs, 'y');
    const count = elementCount(y.shape);
    return {
      kernel: 'dropout',
      arguments: {
        x,
        y,
        step,
        count,
        rate: attribute('dropout', attributes, 'rate'),
        seed: attribute('dropout', attributes, 'seed'),
        stream: attribute('dropout', attributes, 'stream'),
      },
      split: count,
    };
  },
};
