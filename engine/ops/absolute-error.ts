import { elementCount } from '../declaration/tensor-type.ts';
import type { OpDefinition } from './contract.ts';
import { scale } from './scale.ts';
import { costOf, given, sameAsEachOther } from './shape-rules.ts';

/** losses = |prediction − target|, elementwise. */
export const absoluteError: OpDefinition<'prediction' | 'target', 'losses'> = {
  name: 'absoluteError',
  inputs: ['prediction', 'target'],
  outputs: ['losses'],

  shape: (inputs) => ({ losses: sameAsEachOther('absoluteError', inputs, 'prediction', 'target') }),

  cost: (inputs, outputs) => costOf(elementCount(outputs.losses.shape), inputs, outputs),

  // dprediction = sign(prediction − target) · dlosses        sign(0) = 0
  // dtarget = −dprediction
  gradient(g, { inputs: { prediction, target } }, { losses: dlosses }) {
    if (dlosses === undefined) return {};
    const { dprediction } = g.emit(absoluteErrorGradient, { prediction, target, dlosses });
    return { prediction: dprediction, target: g.emit(scale, { x: dprediction }, { factor: -1 }).y };
  },

  lower({ inputs: { prediction, target }, outputs }) {
    const losses = given('absoluteError', outputs, 'losses');
    const count = elementCount(losses.shape);
    return { kernel: 'absoluteError', arguments: { prediction, target, losses, count }, split: count };
  },
};

/** dprediction = sign(prediction − target) · dlosses, elementwise. */
export const absoluteErrorGradient: OpDefinition<'prediction' | 'target' | 'dlosses', 'dprediction'> = {
  name: 'absoluteErrorGradient',
  inputs: ['prediction', 'target', 'dlosses'],
  outputs: ['dprediction'],

  shape(inputs) {
    sameAsEachOther('absoluteErrorGradient', inputs, 'prediction', 'target');
    return { dprediction: sameAsEachOther('absoluteErrorGradient', inputs, 'prediction', 'dlosses') };
  },

  cost: (inputs, outputs) => costOf(2 * elementCount(outputs.dprediction.shape), inputs, outputs),

  lower({ inputs: { prediction, target, dlosses }, outputs }) {
    const dprediction = given('absoluteErrorGradient', outputs, 'dprediction');
    const count = elementCount(dprediction.shape);
    return {
      kernel: 'absoluteErrorGradient',
      arguments: { prediction, target, dlosses, dprediction, count },
      split: count,
    };
  },
};
