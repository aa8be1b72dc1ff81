import { elementCount } from '../declaration/tensor-type.ts';
import type { OpDefinition } from './contract.ts';
import { attribute, costOf, given, numbers, sameAsEachOther, sizesMeet } from './shape-rules.ts';

/** w ← w − rate · dw. */
export const sgdUpdate: OpDefinition<'w' | 'dw' | 'rate', never> = {
  name: 'sgdUpdate',
  inputs: ['w', 'dw', 'rate'],
  outputs: [],
  mutates: ['w'],

  shape(inputs) {
    sameAsEachOther('sgdUpdate', inputs, 'w', 'dw');
    numbers('sgdUpdate', inputs, 'rate');
    return {};
  },

  cost: (inputs) => costOf(elementCount(given('sgdUpdate', inputs, 'w').shape), inputs, { w: inputs.w }),

  lower({ inputs: { w, dw, rate } }) {
    const count = elementCount(given('sgdUpdate', { w }, 'w').shape);
    return { kernel: 'sgdUpdate', arguments: { w, dw, rate, count }, split: count };
  },
};

/** v ← β v + gain · dw; w ← w − rate · v. Attributes beta and gain. */
export const momentumUpdate: OpDefinition<'w' | 'dw' | 'v' | 'rate', never> = {
  name: 'momentumUpdate',
  inputs: ['w', 'dw', 'v', 'rate'],
  outputs: [],
  mutates: ['w', 'v'],

  shape(inputs) {
    sameAsEachOther('momentumUpdate', inputs, 'w', 'dw');
    sameAsEachOther('momentumUpdate', inputs, 'w', 'v');
    numbers('momentumUpdate', inputs, 'rate');
    return {};
  },

  cost: (inputs) =>
    costOf(3 * elementCount(given('momentumUpdate', inputs, 'w').shape), inputs, {
      w: inputs.w,
      v: inputs.v,
    }),

  lower({ inputs: { w, dw, v, rate }, attributes }) {
    const count = elementCount(given('momentumUpdate', { w }, 'w').shape);
    const beta = attribute('momentumUpdate', attributes, 'beta');
    const gain = attribute('momentumUpdate', attributes, 'gain');
    return { kernel: 'momentumUpdate', arguments: { w, dw, v, rate, count, beta, gain }, split: count };
  },
};

/**
 * m ← β₁ m + (1 − β₁) dw; s ← β₂ s + (1 − β₂) dw²; w ← w − rate · (m / c₁) / (√(s / c₂) + ε).
 * `corrections` [2] holds c₁ and c₂; attributes beta1, beta2, epsilon.
 */
export const adamUpdate: OpDefinition<'w' | 'dw' | 'm' | 's' | 'rate' | 'corrections', never> = {
  name: 'adamUpdate',
  inputs: ['w', 'dw', 'm', 's', 'rate', 'corrections'],
  outputs: [],
  mutates: ['w', 'm', 's'],

  shape(inputs) {
    for (const name of ['dw', 'm', 's']) sameAsEachOther('adamUpdate', inputs, 'w', name);
    numbers('adamUpdate', inputs, 'rate');
    const corrections = numbers('adamUpdate', inputs, 'corrections');
    sizesMeet('adamUpdate', ['corrections', elementCount(corrections.shape)], ['c₁, c₂', 2]);
    return {};
  },

  cost({ w, ...rest }) {
    return costOf(
      10 * elementCount(given('adamUpdate', { w }, 'w').shape),
      { w, ...rest },
      { w, m: rest.m, s: rest.s },
    );
  },

  lower({ inputs: { w, dw, m, s, rate, corrections }, attributes }) {
    const count = elementCount(given('adamUpdate', { w }, 'w').shape);
    const beta1 = attribute('adamUpdate', attributes, 'beta1');
    const beta2 = attribute('adamUpdate', attributes, 'beta2');
    const epsilon = attribute('adamUpdate', attributes, 'epsilon');
    return {
      kernel: 'adamUpdate',
      arguments: { w, dw, m, s, rate, corrections, count, beta1, beta2, epsilon },
      split: count,
    };
  },
};
