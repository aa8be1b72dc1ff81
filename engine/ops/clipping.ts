import { elementCount } from '../declaration/tensor-type.ts';
import type { OpDefinition } from './contract.ts';
import { attribute, costOf, given, numbers, scalarType, sizesMeet } from './shape-rules.ts';

/**
 * norm ← √squares, the length of all gradients taken together; factor = min(1, limit / (norm + 1e-6)), by which they
 * have to be multiplied so that it is at most `limit`. squares and norm [1].
 */
export const clipFactor: OpDefinition<'squares' | 'norm', 'factor'> = {
  name: 'clipFactor',
  inputs: ['squares', 'norm'],
  outputs: ['factor'],
  mutates: ['norm'],

  shape(inputs) {
    for (const name of ['squares', 'norm']) {
      sizesMeet('clipFactor', [name, elementCount(numbers('clipFactor', inputs, name).shape)], ['factor', 1]);
    }
    return { factor: scalarType };
  },

  cost: (inputs, outputs) => costOf(2, inputs, outputs),

  lower({ inputs: { squares, norm }, outputs: { factor }, attributes }) {
    const limit = attribute('clipFactor', attributes, 'limit');
    return { kernel: 'clipFactor', arguments: { squares, norm, factor, limit }, split: 1 };
  },
};

/** dw ← factor · dw, factor [1]. */
export const clipByNorm: OpDefinition<'dw' | 'factor', never> = {
  name: 'clipByNorm',
  inputs: ['dw', 'factor'],
  outputs: [],
  mutates: ['dw'],

  shape(inputs) {
    numbers('clipByNorm', inputs, 'dw');
    const factor = numbers('clipByNorm', inputs, 'factor');
    sizesMeet('clipByNorm', ['factor', elementCount(factor.shape)], ['c', 1]);
    return {};
  },

  cost: (inputs) => costOf(elementCount(given('clipByNorm', inputs, 'dw').shape), inputs, { dw: inputs.dw }),

  lower({ inputs: { dw, factor } }) {
    const count = elementCount(given('clipByNorm', { dw }, 'dw').shape);
    return { kernel: 'clipByNorm', arguments: { dw, factor, count }, split: count };
  },
};

/** dw ← min(limit, max(−limit, dw)). Attribute limit. */
export const clipByValue: OpDefinition<'dw', never> = {
  name: 'clipByValue',
  inputs: ['dw'],
  outputs: [],
  mutates: ['dw'],

  shape(inputs) {
    numbers('clipByValue', inputs, 'dw');
    return {};
  },

  cost: (inputs) => costOf(elementCount(given('clipByValue', inputs, 'dw').shape), inputs, { dw: inputs.dw }),

  lower({ inputs: { dw }, attributes }) {
    const count = elementCount(given('clipByValue', { dw }, 'dw').shape);
    const limit = attribute('clipByValue', attributes, 'limit');
    return { kernel: 'clipByValue', arguments: { dw, count, limit }, split: count };
  },
};
