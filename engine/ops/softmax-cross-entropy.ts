import { elementCount } from '../declaration/tensor-type.ts';
import type { OpDefinition } from './contract.ts';
import { attribute, costOf, labels, numbers, oneEach, rows, transcendental } from './shape-rules.ts';

/**
 * losses = −Σ_c q log p, one for each row of logits [N, …, C], p = softmax(logits), q = (1 − s) onehot(target) + s / C
 * with s the attribute `smoothing`. All in one op: computed from the logits with the row maximum taken off, neither
 * overflows nor takes the logarithm of 0, and the gradient is a subtraction. A row whose target [N, …] is the attribute
 * `ignored` has a loss of 0.
 */
export const softmaxCrossEntropy: OpDefinition<'logits' | 'target', 'losses' | 'p'> = {
  name: 'softmaxCrossEntropy',
  inputs: ['logits', 'target'],
  outputs: ['losses', 'p'],

  shape(inputs) {
    const [M, C] = rows('softmaxCrossEntropy', inputs, 'logits');
    const { shape } = labels('softmaxCrossEntropy', inputs, 'logits', M, C);
    return { losses: { shape, dtype: 'float32' }, p: numbers('softmaxCrossEntropy', inputs, 'logits') };
  },

  cost: (inputs, outputs) => costOf((transcendental + 2) * elementCount(outputs.p.shape), inputs, outputs),

  // dlogits = (p − q) · dlosses        0 where ignored
  gradient: (g, { inputs: { target }, outputs: { p }, attributes }, { losses: dlosses }) => ({
    logits: dlosses && g.emit(softmaxCrossEntropyGradient, { p, target, dlosses }, attributes).dlogits,
  }),

  lower({ inputs: { logits, target }, outputs: { losses, p }, attributes }) {
    const [M, C] = rows('softmaxCrossEntropy', { logits }, 'logits');
    const ignored = attribute('softmaxCrossEntropy', attributes, 'ignored');
    const smoothing = attribute('softmaxCrossEntropy', attributes, 'smoothing');
    return {
      kernel: 'softmaxCrossEntropy',
      arguments: { logits, target, losses, p, M, C, ignored, smoothing },
      split: M,
    };
  },
};

/** dlogits = (p − q) · dlosses, row by row; 0 where the target is ignored. */
export const softmaxCrossEntropyGradient: OpDefinition<'p' | 'target' | 'dlosses', 'dlogits'> = {
  name: 'softmaxCrossEntropyGradient',
  inputs: ['p', 'target', 'dlosses'],
  outputs: ['dlogits'],

  shape(inputs) {
    const [M, C] = rows('softmaxCrossEntropyGradient', inputs, 'p');
    labels('softmaxCrossEntropyGradient', inputs, 'p', M, C);
    numbers('softmaxCrossEntropyGradient', inputs, 'dlosses');
    oneEach('softmaxCrossEntropyGradient', inputs, 'dlosses', 'p', M);
    return { dlogits: numbers('softmaxCrossEntropyGradient', inputs, 'p') };
  },

  cost: (inputs, outputs) => costOf(2 * elementCount(outputs.dlogits.shape), inputs, outputs),

  lower({ inputs: { p, target, dlosses }, outputs: { dlogits }, attributes }) {
    const [M, C] = rows('softmaxCrossEntropyGradient', { p }, 'p');
    const ignored = attribute('softmaxCrossEntropyGradient', attributes, 'ignored');
    const smoothing = attribute('softmaxCrossEntropyGradient', attributes, 'smoothing');
    return {
      kernel: 'softmaxCrossEntropyGradient',
      arguments: { p, target, dlosses, dlogits, M, C, ignored, smoothing },
      split: M,
    };
  },
};
