import { elementCount } from '../declaration/tensor-type.ts';
import type { OpDefinition } from './contract.ts';
import { scale } from './scale.ts';
import { costOf, given, sameAsEachOther } from './shape-rules.ts';

/** losses = (prediction − target)², elementwise. */
export const squaredError: OpDefinition<'prediction' | 'target', 'losses'> = {
  name: 'squaredError',
  inputs: ['prediction', 'target'],
  outputs: ['losses'],

  shape: (inputs) => ({ losses: sameAsEachOther('squaredError', inputs, 'prediction', 'target') }),

  cost: (inputs, outputs) => costOf(2 * elementCount(outputs.losses.shape), inputs, outputs),

  // dprediction = 2 (prediction − target) · dlosses
  // dtarget = −dprediction        for a target that the network computes; for data it is computed nowhere
  gradient(g, { inputs: { prediction, target } }, { losses: dlosses }) {
    if (dlosses === undefined) return {};
    const { dprediction } = g.emit(squaredErrorGradient, { prediction, target, dlosses });
    return { prediction: dprediction, target: g.emit(scale, { x: dprediction }, { factor: -1 }).y };
  },

  lower({ inputs: { prediction, target }, outputs }) {
    const losses = given('squaredError', outputs, 'losses');
    const count = elementCount(losses.shape);
    return { kernel: 'squaredError', arguments: { prediction, target, losses, count }, split: count };
  },
};

/** dprediction = 2 (prediction − target) · dlosses, elementwise. */
export const squaredErrorGradient: OpDefinition<'prediction' | 'target' | 'dlosses', 'dprediction'> = {
  name: 'squaredErrorGradient',
  inputs: ['prediction', 'target', 'dlosses'],
  outputs: ['dprediction'],

  shape(inputs) {
    sameAsEachOther('squaredErrorGradient', inputs, 'prediction', 'target');
    return { dprediction: sameAsEachOther('squaredErrorGradient', inputs, 'prediction', 'dlosses') };
  },

  cost: (inputs, outputs) => costOf(3 * elementCount(outputs.dprediction.shape), inputs, outputs),

  lower({ inputs: { prediction, target, dlosses }, outputs }) {
    const dprediction = given('squaredErrorGradient', outputs, 'dprediction');
    const count = elementCount(dprediction.shape);
    return {
      kernel: 'squaredErrorGradient',
      arguments: { prediction, target, dlosses, dprediction, count },
      split: count,
    };
  },
};
