import { elementCount } from '../declaration/tensor-type.ts';
import type { OpDefinition } from './contract.ts';
import { attribute, costOf, labels, numbers, oneEach, rows } from './shape-rules.ts';

/**
 * losses = −logp at the target, one for each row of logp [N, …, C]; target [N, …] holds labels. A row whose target is the
 * attribute `ignored` has a loss of 0.
 */
export const nll: OpDefinition<'logp' | 'target', 'losses'> = {
  name: 'nll',
  inputs: ['logp', 'target'],
  outputs: ['losses'],

  shape(inputs) {
    const [M, C] = rows('nll', inputs, 'logp');
    return { losses: { shape: labels('nll', inputs, 'logp', M, C).shape, dtype: 'float32' } };
  },

  cost: ({ target }, outputs) =>
    costOf(elementCount(outputs.losses.shape), { target, logp: target }, outputs),

  // dlogp = −onehot(target) · dlosses        0 where ignored
  gradient: (g, { inputs: { logp, target }, attributes }, { losses: dlosses }) => ({
    logp: dlosses && g.emit(nllGradient, { logp, target, dlosses }, attributes).dlogp,
  }),

  lower({ inputs: { logp, target }, outputs: { losses }, attributes }) {
    const [M, C] = rows('nll', { logp }, 'logp');
    const ignored = attribute('nll', attributes, 'ignored');
    return { kernel: 'nll', arguments: { logp, target, losses, M, C, ignored }, split: M };
  },
};

/** dlogp = −onehot(target) · dlosses; logp gives the shape only and is not read. */
export const nllGradient: OpDefinition<'logp' | 'target' | 'dlosses', 'dlogp'> = {
  name: 'nllGradient',
  inputs: ['logp', 'target', 'dlosses'],
  outputs: ['dlogp'],

  shape(inputs) {
    const [M, C] = rows('nllGradient', inputs, 'logp');
    labels('nllGradient', inputs, 'logp', M, C);
    numbers('nllGradient', inputs, 'dlosses');
    oneEach('nllGradient', inputs, 'dlosses', 'logp', M);
    return { dlogp: numbers('nllGradient', inputs, 'logp') };
  },

  cost: ({ target, dlosses }, outputs) =>
    costOf(elementCount(outputs.dlogp.shape), { target, dlosses }, outputs),

  lower({ inputs: { target, dlosses }, outputs, attributes }) {
    const { dlogp } = outputs;
    const [M, C] = rows('nllGradient', { dlogp }, 'dlogp');
    const ignored = attribute('nllGradient', attributes, 'ignored');
    return { kernel: 'nllGradient', arguments: { target, dlosses, dlogp, M, C, ignored }, split: M };
  },
};
