import { elementCount, type TensorType } from '../declaration/tensor-type.ts';
import type { Named, OpDefinition } from './contract.ts';
import { column, costOf, given, labels, numbers, sizesMeet, transcendental } from './shape-rules.ts';

/** Number of samples: logits are [M] or [M, 1], target [M] with labels 0 and 1. */
function samples(op: string, inputs: Named<TensorType>): number {
  const M = column(op, inputs, 'logits');
  labels(op, inputs, M, 2);
  return M;
}

/**
 * losses [M] = −t · log σ(z) − (1 − t) · log(1 − σ(z)), z = logits [M, 1], t = target [M] ∈ {0, 1}. Computed as
 * max(z, 0) − z · t + log(1 + e^−|z|), which neither overflows nor takes the logarithm of 0.
 */
export const bceWithLogits: OpDefinition<'logits' | 'target', 'losses'> = {
  name: 'bceWithLogits',
  inputs: ['logits', 'target'],
  outputs: ['losses'],

  shape: (inputs) => ({ losses: { shape: [samples('bceWithLogits', inputs)], dtype: 'float32' } }),

  cost: (inputs, outputs) => costOf(2 * transcendental * elementCount(outputs.losses.shape), inputs, outputs),

  // dz = (σ(z) − t) · dlosses
  gradient: (g, { inputs: { logits, target } }, { losses: dlosses }) => ({
    logits: dlosses && g.emit(bceWithLogitsGradient, { logits, target, dlosses }).dlogits,
  }),

  lower({ inputs: { logits, target }, outputs }) {
    const losses = given('bceWithLogits', outputs, 'losses');
    const count = elementCount(losses.shape);
    return { kernel: 'bceWithLogits', arguments: { logits, target, losses, count }, split: count };
  },
};

/** dlogits = (σ(logits) − target) · dlosses [M]. */
export const bceWithLogitsGradient: OpDefinition<'logits' | 'target' | 'dlosses', 'dlogits'> = {
  name: 'bceWithLogitsGradient',
  inputs: ['logits', 'target', 'dlosses'],
  outputs: ['dlogits'],

  shape(inputs) {
    const M = samples('bceWithLogitsGradient', inputs);
    const dlosses = numbers('bceWithLogitsGradient', inputs, 'dlosses');
    sizesMeet('bceWithLogitsGradient', ['dlosses', elementCount(dlosses.shape)], ['logits', M]);
    return { dlogits: numbers('bceWithLogitsGradient', inputs, 'logits') };
  },

  cost: (inputs, outputs) => costOf(transcendental * elementCount(outputs.dlogits.shape), inputs, outputs),

  lower({ inputs: { logits, target, dlosses }, outputs }) {
    const dlogits = given('bceWithLogitsGradient', outputs, 'dlogits');
    const count = elementCount(dlogits.shape);
    return {
      kernel: 'bceWithLogitsGradient',
      arguments: { logits, target, dlosses, dlogits, count },
      split: count,
    };
  },
};
