import type { OpDefinition } from './contract.ts';
import { costOf, labels, matrix, numbers, sizesMeet, transcendental } from './shape-rules.ts';

/**
 * losses [M] = −log p[m, target[m]], p [M, C] = softmax(logits [M, C]). Both in one op: computed from the logits with the
 * row maximum taken off, neither overflows nor takes the logarithm of 0, and the gradient is a subtraction.
 */
export const softmaxCrossEntropy: OpDefinition<'logits' | 'target', 'losses' | 'p'> = {
  name: 'softmaxCrossEntropy',
  inputs: ['logits', 'target'],
  outputs: ['losses', 'p'],

  shape(inputs) {
    const [M, C] = matrix('softmaxCrossEntropy', inputs, 'logits');
    labels('softmaxCrossEntropy', inputs, M, C);
    return { losses: { shape: [M], dtype: 'float32' }, p: { shape: [M, C], dtype: 'float32' } };
  },

  cost(inputs, outputs) {
    const [M, C] = matrix('softmaxCrossEntropy', inputs, 'logits');
    return costOf((transcendental + 2) * M * C, inputs, outputs);
  },

  // dlogits = (p − onehot(target)) · dlosses
  gradient: (g, { inputs, outputs }, { losses: dlosses }) => ({
    logits:
      dlosses &&
      g.emit(softmaxCrossEntropyGradient, { p: outputs.p, target: inputs.target, dlosses }).dlogits,
  }),

  lower({ inputs: { logits, target }, outputs: { losses, p } }) {
    const [M, C] = matrix('softmaxCrossEntropy', { logits }, 'logits');
    return { kernel: 'softmaxCrossEntropy', arguments: { logits, target, losses, p, M, C }, split: M };
  },
};

/** dlogits [M, C] = (p − onehot(target)) · dlosses [M]. */
export const softmaxCrossEntropyGradient: OpDefinition<'p' | 'target' | 'dlosses', 'dlogits'> = {
  name: 'softmaxCrossEntropyGradient',
  inputs: ['p', 'target', 'dlosses'],
  outputs: ['dlogits'],

  shape(inputs) {
    const [M, C] = matrix('softmaxCrossEntropyGradient', inputs, 'p');
    labels('softmaxCrossEntropyGradient', inputs, M, C);
    const dlosses = numbers('softmaxCrossEntropyGradient', inputs, 'dlosses');
    sizesMeet('softmaxCrossEntropyGradient', ['dlosses', dlosses.shape[0] ?? 1], ['p', M]);
    return { dlogits: { shape: [M, C], dtype: 'float32' } };
  },

  cost(inputs, outputs) {
    const [M, C] = matrix('softmaxCrossEntropyGradient', inputs, 'p');
    return costOf(2 * M * C, inputs, outputs);
  },

  lower({ inputs: { p, target, dlosses }, outputs: { dlogits } }) {
    const [M, C] = matrix('softmaxCrossEntropyGradient', { p }, 'p');
    return {
      kernel: 'softmaxCrossEntropyGradient',
      arguments: { p, target, dlosses, dlogits, M, C },
      split: M,
    };
  },
};
