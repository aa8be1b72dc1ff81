import { elementCount } from '../declaration/tensor-type.ts';
import type { OpDefinition } from './contract.ts';
import { attribute, costOf, given, sameAsEachOther } from './shape-rules.ts';

/**
 * Moves running statistics towards those of a batch:
 * runningMean ← momentum · runningMean + (1 − momentum) · mean,
 * runningVariance ← momentum · runningVariance + (1 − momentum) · correction · variance.
 * correction = n / (n − 1) makes the variance of n numbers an unbiased estimate. Attributes momentum and correction.
 */
export const updateRunningStatistics: OpDefinition<
  'mean' | 'variance' | 'runningMean' | 'runningVariance',
  never
> = {
  name: 'updateRunningStatistics',
  inputs: ['mean', 'variance', 'runningMean', 'runningVariance'],
  outputs: [],
  mutates: ['runningMean', 'runningVariance'],

  shape(inputs) {
    for (const name of ['variance', 'runningMean', 'runningVariance']) {
      sameAsEachOther('updateRunningStatistics', inputs, 'mean', name);
    }
    return {};
  },

  cost(inputs) {
    const { shape } = given('updateRunningStatistics', inputs, 'mean');
    const { runningMean, runningVariance } = inputs;
    return costOf(4 * elementCount(shape), inputs, { runningMean, runningVariance });
  },

  lower({ inputs: { mean, variance, runningMean, runningVariance }, attributes }) {
    const C = elementCount(given('updateRunningStatistics', { mean }, 'mean').shape);
    const momentum = attribute('updateRunningStatistics', attributes, 'momentum');
    const correction = attribute('updateRunningStatistics', attributes, 'correction');
    return {
      kernel: 'updateRunningStatistics',
      arguments: { mean, variance, runningMean, runningVariance, C, momentum, correction },
      split: C,
    };
  },
};
