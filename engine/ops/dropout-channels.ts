import { elementCount } from '../declaration/tensor-type.ts';
import { planesOf } from './channels.ts';
import type { OpDefinition } from './contract.ts';
import { attribute, costOf, given, numbers } from './shape-rules.ts';

/**
 * y [N, C, …] = keep [N, C] ⊙ x / (1 − rate): a channel of a sample is kept or dropped as a whole. Otherwise as dropout:
 * keep is drawn anew for every step, and again in the reverse pass. Stands in training only.
 */
export const dropoutChannels: OpDefinition<'x' | 'step', 'y'> = {
  name: 'dropoutChannels',
  inputs: ['x', 'step'],
  outputs: ['y'],
  inPlace: ['x'],

  shape(inputs) {
    given('dropoutChannels', inputs, 'step');
    planesOf('dropoutChannels', inputs);
    return { y: numbers('dropoutChannels', inputs, 'x') };
  },

  cost: (inputs, outputs) => costOf(elementCount(outputs.y.shape), inputs, outputs),

  // dx = keep ⊙ dy / (1 − rate)
  gradient: (g, { inputs, attributes }, { y: dy }) => ({
    x: dy && g.emit(dropoutChannels, { x: dy, step: inputs.step }, attributes).y,
  }),

  lower({ inputs, outputs, attributes }) {
    const { N, C, inner } = planesOf('dropoutChannels', inputs);
    const { x, step } = inputs;
    return {
      kernel: 'dropoutChannels',
      arguments: {
        x,
        y: outputs.y,
        step,
        channels: N * C,
        inner,
        rate: attribute('dropoutChannels', attributes, 'rate'),
        seed: attribute('dropoutChannels', attributes, 'seed'),
        stream: attribute('dropoutChannels', attributes, 'stream'),
      },
      split: N * C,
    };
  },
};
