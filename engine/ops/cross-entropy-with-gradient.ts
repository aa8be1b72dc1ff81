import { elementCount } from '../declaration/tensor-type.ts';
import type { OpDefinition } from './contract.ts';
import {
  attribute,
  costOf,
  given,
  labels,
  numbers,
  rows,
  scalarType,
  sizesMeet,
  transcendental,
} from './shape-rules.ts';

/**
 * What softmaxCrossEntropy, labelledMean, their gradients and countArgmaxHits compute of one batch, to the bit, in one pass:
 * y [1] = the mean loss of the rows of logits [N, …, C] whose target is not the attribute `ignored`, dlogits = ∂y/∂logits · dy.
 * Calls of it come from joining those (compiler/fuse-loss.ts), with an output `hits` [2] where answers are counted.
 */
export const crossEntropyWithGradient: OpDefinition<'logits' | 'target' | 'dy', 'dlogits' | 'y'> = {
  name: 'crossEntropyWithGradient',
  inputs: ['logits', 'target', 'dy'],
  outputs: ['dlogits', 'y'],

  shape(inputs) {
    const [M, C] = rows('crossEntropyWithGradient', inputs, 'logits');
    labels('crossEntropyWithGradient', inputs, 'logits', M, C);
    const { shape } = numbers('crossEntropyWithGradient', inputs, 'dy');
    sizesMeet('crossEntropyWithGradient', ['dy', elementCount(shape)], ['mean', 1]);
    return { dlogits: numbers('crossEntropyWithGradient', inputs, 'logits'), y: scalarType };
  },

  cost: (inputs, outputs) =>
    costOf((transcendental + 5) * elementCount(outputs.dlogits.shape), inputs, outputs),

  lower({ inputs, outputs, attributes }) {
    const logits = given('crossEntropyWithGradient', inputs, 'logits');
    const { target, dy } = inputs;
    const [M, C] = rows('crossEntropyWithGradient', { logits }, 'logits');
    const ignored = attribute('crossEntropyWithGradient', attributes, 'ignored');
    const smoothing = attribute('crossEntropyWithGradient', attributes, 'smoothing');
    const { dlogits, y } = outputs;
    return {
      kernel: 'crossEntropyWithGradient',
      arguments: { logits, target, dy, dlogits, y, hits: outputs['hits'], M, C, ignored, smoothing },
      split: 1,
    };
  },

  inPlace: ['logits'],
};
