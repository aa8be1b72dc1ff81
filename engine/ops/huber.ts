import { elementCount } from '../declaration/tensor-type.ts';
import type { OpDefinition } from './contract.ts';
import { scale } from './scale.ts';
import { attribute, costOf, given, sameAsEachOther } from './shape-rules.ts';

/** losses = |d| < δ ? ½ d² : δ (|d| − ½ δ), d = prediction − target, elementwise; δ is the attribute `delta`. */
export const huber: OpDefinition<'prediction' | 'target', 'losses'> = {
  name: 'huber',
  inputs: ['prediction', 'target'],
  outputs: ['losses'],

  shape: (inputs) => ({ losses: sameAsEachOther('huber', inputs, 'prediction', 'target') }),

  cost: (inputs, outputs) => costOf(4 * elementCount(outputs.losses.shape), inputs, outputs),

  // dprediction = min(max(prediction − target, −δ), δ) · dlosses
  // dtarget = −dprediction
  gradient(g, { inputs: { prediction, target }, attributes }, { losses: dlosses }) {
    if (dlosses === undefined) return {};
    const { dprediction } = g.emit(huberGradient, { prediction, target, dlosses }, attributes);
    return { prediction: dprediction, target: g.emit(scale, { x: dprediction }, { factor: -1 }).y };
  },

  lower({ inputs: { prediction, target }, outputs, attributes }) {
    const losses = given('huber', outputs, 'losses');
    const count = elementCount(losses.shape);
    const delta = attribute('huber', attributes, 'delta');
    return { kernel: 'huber', arguments: { prediction, target, losses, count, delta }, split: count };
  },
};

/** dprediction = min(max(prediction − target, −δ), δ) · dlosses, elementwise. */
export const huberGradient: OpDefinition<'prediction' | 'target' | 'dlosses', 'dprediction'> = {
  name: 'huberGradient',
  inputs: ['prediction', 'target', 'dlosses'],
  outputs: ['dprediction'],

  shape(inputs) {
    sameAsEachOther('huberGradient', inputs, 'prediction', 'target');
    return { dprediction: sameAsEachOther('huberGradient', inputs, 'prediction', 'dlosses') };
  },

  cost: (inputs, outputs) => costOf(4 * elementCount(outputs.dprediction.shape), inputs, outputs),

  lower({ inputs: { prediction, target, dlosses }, outputs, attributes }) {
    const dprediction = given('huberGradient', outputs, 'dprediction');
    const count = elementCount(dprediction.shape);
    const delta = attribute('huberGradient', attributes, 'delta');
    return {
      kernel: 'huberGradient',
      arguments: { prediction, target, dlosses, dprediction, count, delta },
      split: count,
    };
  },
};
