import { elementCount } from '../declaration/tensor-type.ts';
import { binaryTargets, isSoft } from './binary-targets.ts';
import type { OpDefinition } from './contract.ts';
import { costOf, given, numbers, oneEach, transcendental } from './shape-rules.ts';

/**
 * losses = −t · log p − (1 − t) · log(1 − p), elementwise: p = probabilities of any shape, t = target, as many labels 0
 * and 1 or numbers from 0 to 1. Logarithms stop at −100, so that a p of 0 or 1 costs no more than that; a p outside
 * [0, 1] gives NaN.
 */
export const bce: OpDefinition<'p' | 'target', 'losses'> = {
  name: 'bce',
  inputs: ['p', 'target'],
  outputs: ['losses'],

  shape(inputs) {
    binaryTargets('bce', inputs, 'p');
    return { losses: numbers('bce', inputs, 'p') };
  },

  cost: (inputs, outputs) => costOf(2 * transcendental * elementCount(outputs.losses.shape), inputs, outputs),

  // dp = (p − t) / max((1 − p) p, 1e-12) · dlosses        no gradient for target: it is data
  gradient: (g, { inputs: { p, target } }, { losses: dlosses }) => ({
    p: dlosses && g.emit(bceGradient, { p, target, dlosses }).dp,
  }),

  lower({ inputs, outputs: { losses } }) {
    const target = given('bce', inputs, 'target');
    const count = binaryTargets('bce', inputs, 'p');
    return {
      kernel: 'bce',
      arguments: { p: inputs.p, target, losses, count, soft: isSoft(target) },
      split: count,
    };
  },
};

/** dp = (p − t) / max((1 − p) p, 1e-12) · dlosses, elementwise. */
export const bceGradient: OpDefinition<'p' | 'target' | 'dlosses', 'dp'> = {
  name: 'bceGradient',
  inputs: ['p', 'target', 'dlosses'],
  outputs: ['dp'],

  shape(inputs) {
    const count = binaryTargets('bceGradient', inputs, 'p');
    numbers('bceGradient', inputs, 'dlosses');
    oneEach('bceGradient', inputs, 'dlosses', 'p', count);
    return { dp: numbers('bceGradient', inputs, 'p') };
  },

  cost: (inputs, outputs) => costOf(4 * elementCount(outputs.dp.shape), inputs, outputs),

  lower({ inputs, outputs: { dp } }) {
    const { p, dlosses } = inputs;
    const target = given('bceGradient', inputs, 'target');
    const count = binaryTargets('bceGradient', inputs, 'p');
    return {
      kernel: 'bceGradient',
      arguments: { p, target, dlosses, dp, count, soft: isSoft(target) },
      split: count,
    };
  },
};
