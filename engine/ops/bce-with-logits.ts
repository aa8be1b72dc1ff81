import { elementCount } from '../declaration/tensor-type.ts';
import { binaryTargets, isSoft } from './binary-targets.ts';
import type { OpDefinition } from './contract.ts';
import { attribute, costOf, given, numbers, oneEach, transcendental } from './shape-rules.ts';

/**
 * losses = −w t · log σ(z) − (1 − t) · log(1 − σ(z)), elementwise: z = logits of any shape, t = target, as many labels 0
 * and 1 or numbers from 0 to 1, w the attribute `positiveWeight`. Computed from max(z, 0), z · t and log(1 + e^−|z|),
 * which neither overflows nor takes the logarithm of 0.
 */
export const bceWithLogits: OpDefinition<'logits' | 'target', 'losses'> = {
  name: 'bceWithLogits',
  inputs: ['logits', 'target'],
  outputs: ['losses'],

  shape(inputs) {
    binaryTargets('bceWithLogits', inputs, 'logits');
    return { losses: numbers('bceWithLogits', inputs, 'logits') };
  },

  cost: (inputs, outputs) => costOf(2 * transcendental * elementCount(outputs.losses.shape), inputs, outputs),

  // dz = (σ(z) − t + (w − 1) t (σ(z) − 1)) · dlosses        no gradient for target: it is data
  gradient: (g, { inputs: { logits, target }, attributes }, { losses: dlosses }) => ({
    logits: dlosses && g.emit(bceWithLogitsGradient, { logits, target, dlosses }, attributes).dlogits,
  }),

  lower({ inputs, outputs: { losses }, attributes }) {
    const { logits } = inputs;
    const target = given('bceWithLogits', inputs, 'target');
    const count = binaryTargets('bceWithLogits', inputs, 'logits');
    const positiveWeight = attribute('bceWithLogits', attributes, 'positiveWeight');
    return {
      kernel: 'bceWithLogits',
      arguments: { logits, target, losses, count, soft: isSoft(target), positiveWeight },
      split: count,
    };
  },
};

/** dlogits = (σ(z) − t + (w − 1) t (σ(z) − 1)) · dlosses, elementwise. */
export const bceWithLogitsGradient: OpDefinition<'logits' | 'target' | 'dlosses', 'dlogits'> = {
  name: 'bceWithLogitsGradient',
  inputs: ['logits', 'target', 'dlosses'],
  outputs: ['dlogits'],

  shape(inputs) {
    const count = binaryTargets('bceWithLogitsGradient', inputs, 'logits');
    numbers('bceWithLogitsGradient', inputs, 'dlosses');
    oneEach('bceWithLogitsGradient', inputs, 'dlosses', 'logits', count);
    return { dlogits: numbers('bceWithLogitsGradient', inputs, 'logits') };
  },

  cost: (inputs, outputs) => costOf(transcendental * elementCount(outputs.dlogits.shape), inputs, outputs),

  lower({ inputs, outputs: { dlogits }, attributes }) {
    const { logits, dlosses } = inputs;
    const target = given('bceWithLogitsGradient', inputs, 'target');
    const count = binaryTargets('bceWithLogitsGradient', inputs, 'logits');
    const positiveWeight = attribute('bceWithLogitsGradient', attributes, 'positiveWeight');
    return {
      kernel: 'bceWithLogitsGradient',
      arguments: { logits, target, dlosses, dlogits, count, soft: isSoft(target), positiveWeight },
      split: count,
    };
  },
};
