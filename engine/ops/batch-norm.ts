import { elementCount, type TensorType } from '../declaration/tensor-type.ts';
import { activationGradient, reluGradientAttributes } from './activations.ts';
import { planesOf, requireAffine, requireResidual, requireStatistics } from './channels.ts';
import type { Attributes, OpDefinition } from './contract.ts';
import { attribute, costOf, numbers, sameAsEachOther } from './shape-rules.ts';

const epilogue = (attributes: Attributes): number => (attributes['epilogue'] === 1 ? 1 : 0);

/**
 * y = (x − mean) / √(variance + ε) · gamma + beta, each channel c of x [N, C, …] by the mean and variance (of the
 * population) of its own numbers in this batch: mean and variance [C] come out too. gamma and beta [C] may be absent.
 * A residual, of the size of x, is added to y where the norm was joined with that (compiler/fuse.ts).
 * Attributes: epsilon; epilogue = 1 for a ReLU behind.
 */
export const batchNorm: OpDefinition<'x' | 'gamma' | 'beta' | 'residual', 'y' | 'mean' | 'variance'> = {
  name: 'batchNorm',
  inputs: ['x', 'gamma', 'beta', 'residual'],
  outputs: ['y', 'mean', 'variance'],
  inPlace: ['residual'],

  shape(inputs) {
    const { C } = planesOf('batchNorm', inputs);
    requireAffine('batchNorm', inputs, C);
    requireResidual('batchNorm', inputs);
    const statistics: TensorType = { shape: [C], dtype: 'float32' };
    return { y: numbers('batchNorm', inputs, 'x'), mean: statistics, variance: statistics };
  },

  cost: (inputs, outputs) => costOf(6 * elementCount(outputs.y.shape), inputs, outputs),

  // x̂ = (x − mean) / √(variance + ε), n = numbers per channel, sums over the channel
  // dbeta = Σ dy
  // dgamma = Σ dy · x̂
  // dx = gamma / √(variance + ε) · (dy − dbeta / n − x̂ · dgamma / n)
  // dresidual = dy, 0 where the ReLU let nothing through
  gradient(g, { inputs: { x, gamma, beta, residual }, outputs, attributes }, { y: dy }) {
    if (dy === undefined) return {};
    const { y, mean, variance } = outputs;
    const isOpen = residual === undefined || epilogue(attributes) === 0;
    const flow = isOpen ? dy : g.emit(activationGradient, { given: y, dy }, reluGradientAttributes).dx;
    const joined = { ...attributes, epilogue: residual === undefined ? epilogue(attributes) : 0 };
    const d = g.emit(batchNormGradient, { x, dy: flow, mean, variance, gamma, beta }, joined);
    return { x: d.dx, gamma: gamma && d.dgamma, beta: beta && d.dbeta, residual: residual && flow };
  },

  lower({ inputs: { x, gamma, beta, residual }, outputs: { y, mean, variance }, attributes }) {
    const sizes = planesOf('batchNorm', { x });
    const epsilon = attribute('batchNorm', attributes, 'epsilon');
    return {
      kernel: 'batchNorm',
      arguments: {
        x,
        gamma,
        beta,
        residual,
        y,
        mean,
        variance,
        ...sizes,
        epsilon,
        epilogue: epilogue(attributes),
      },
      split: sizes.C,
      pieces: sizes.C,
    };
  },
};

/** dx, dgamma [C], dbeta [C] of batchNorm. With epilogue = 1 dy counts only where y > 0. */
export const batchNormGradient: OpDefinition<
  'x' | 'dy' | 'mean' | 'variance' | 'gamma' | 'beta',
  'dx' | 'dgamma' | 'dbeta'
> = {
  name: 'batchNormGradient',
  inputs: ['x', 'dy', 'mean', 'variance', 'gamma', 'beta'],
  outputs: ['dx', 'dgamma', 'dbeta'],
  inPlace: ['dy', 'x'],

  shape(inputs) {
    const { C } = planesOf('batchNormGradient', inputs);
    const dx = sameAsEachOther('batchNormGradient', inputs, 'x', 'dy');
    requireStatistics('batchNormGradient', inputs, C);
    requireAffine('batchNormGradient', inputs, C);
    const perChannel: TensorType = { shape: [C], dtype: 'float32' };
    return { dx, dgamma: perChannel, dbeta: perChannel };
  },

  cost: (inputs, outputs) => costOf(8 * elementCount(outputs.dx.shape), inputs, outputs),

  lower({ inputs, outputs, attributes }) {
    const sizes = planesOf('batchNormGradient', inputs);
    const { x, dy, mean, variance, gamma, beta } = inputs;
    return {
      kernel: 'batchNormGradient',
      arguments: {
        x,
        dy,
        mean,
        variance,
        gamma,
        beta,
        ...outputs,
        ...sizes,
        epsilon: attribute('batchNormGradient', attributes, 'epsilon'),
        epilogue: epilogue(attributes),
      },
      split: sizes.C,
      pieces: sizes.C,
    };
  },
};
