import { elementCount } from '../declaration/tensor-type.ts';
import type { OpDefinition } from './contract.ts';
import { attribute, costOf, numbers, oneEach, rows, sameAsEachOther, transcendental } from './shape-rules.ts';

/**
 * losses = −Σ_c q log p, one for each row of logits [N, …, C], p = softmax(logits), q = (1 − s) target + s / C with s the
 * attribute `smoothing`: softmaxCrossEntropy for targets that are shares of the classes, of the shape of the logits.
 */
export const softCrossEntropy: OpDefinition<'logits' | 'target', 'losses' | 'p'> = {
  name: 'softCrossEntropy',
  inputs: ['logits', 'target'],
  outputs: ['losses', 'p'],

  shape(inputs) {
    rows('softCrossEntropy', inputs, 'logits');
    const p = sameAsEachOther('softCrossEntropy', inputs, 'logits', 'target');
    return { losses: { shape: p.shape.slice(0, -1), dtype: 'float32' }, p };
  },

  cost: (inputs, outputs) => costOf((transcendental + 4) * elementCount(outputs.p.shape), inputs, outputs),

  // dlogits = (p Σ_c q − q) · dlosses        no gradient for target: it is data
  gradient: (g, { inputs: { target }, outputs: { p }, attributes }, { losses: dlosses }) => ({
    logits: dlosses && g.emit(softCrossEntropyGradient, { p, target, dlosses }, attributes).dlogits,
  }),

  lower({ inputs: { logits, target }, outputs: { losses, p }, attributes }) {
    const [M, C] = rows('softCrossEntropy', { logits }, 'logits');
    const smoothing = attribute('softCrossEntropy', attributes, 'smoothing');
    return {
      kernel: 'softCrossEntropy',
      arguments: { logits, target, losses, p, M, C, smoothing },
      split: M,
    };
  },
};

/** dlogits = (p Σ_c q − q) · dlosses, row by row. */
export const softCrossEntropyGradient: OpDefinition<'p' | 'target' | 'dlosses', 'dlogits'> = {
  name: 'softCrossEntropyGradient',
  inputs: ['p', 'target', 'dlosses'],
  outputs: ['dlogits'],

  shape(inputs) {
    const [M] = rows('softCrossEntropyGradient', inputs, 'p');
    numbers('softCrossEntropyGradient', inputs, 'dlosses');
    oneEach('softCrossEntropyGradient', inputs, 'dlosses', 'p', M);
    return { dlogits: sameAsEachOther('softCrossEntropyGradient', inputs, 'p', 'target') };
  },

  cost: (inputs, outputs) => costOf(4 * elementCount(outputs.dlogits.shape), inputs, outputs),

  lower({ inputs: { p, target, dlosses }, outputs: { dlogits }, attributes }) {
    const [M, C] = rows('softCrossEntropyGradient', { p }, 'p');
    const smoothing = attribute('softCrossEntropyGradient', attributes, 'smoothing');
    return {
      kernel: 'softCrossEntropyGradient',
      arguments: { p, target, dlosses, dlogits, M, C, smoothing },
      split: M,
    };
  },
};
