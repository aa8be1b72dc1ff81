import { elementCount } from '../declaration/tensor-type.ts';
import { activationGradient, reluGradientAttributes } from './activations.ts';
import { batchNormGradient } from './batch-norm.ts';
import { planesOf, requireAffine, requireResidual, requireStatistics } from './channels.ts';
import type { OpDefinition } from './contract.ts';
import { scale } from './scale.ts';
import { attribute, costOf, given, numbers } from './shape-rules.ts';

/** y as in batchNorm, with a mean and variance [C] that are given: what is left of it when the network is used. */
export const batchNormInference: OpDefinition<
  'x' | 'gamma' | 'beta' | 'mean' | 'variance' | 'residual',
  'y'
> = {
  name: 'batchNormInference',
  inputs: ['x', 'gamma', 'beta', 'mean', 'variance', 'residual'],
  outputs: ['y'],
  inPlace: ['x', 'residual'],

  shape(inputs) {
    const { C } = planesOf('batchNormInference', inputs);
    requireStatistics('batchNormInference', inputs, C);
    requireAffine('batchNormInference', inputs, C);
    requireResidual('batchNormInference', inputs);
    return { y: numbers('batchNormInference', inputs, 'x') };
  },

  cost: (inputs, outputs) => costOf(2 * elementCount(outputs.y.shape), inputs, outputs),

  // x̂ = (x − mean) / √(variance + ε), mean and variance being constants; sums over the channel
  // dbeta = Σ dy
  // dgamma = Σ dy · x̂
  // dx = (dy − 0) / √(variance + ε) · gamma
  // dresidual = dy, 0 where the ReLU let nothing through
  gradient(g, { inputs, outputs, attributes }, { y: dy }) {
    if (dy === undefined) return {};
    const { x, gamma, beta, mean, variance, residual } = inputs;
    const { epilogue, ...own } = attributes;
    const flow =
      epilogue === 1 ? g.emit(activationGradient, { given: outputs.y, dy }, reluGradientAttributes).dx : dy;
    const zero = g.emit(scale, { x: mean }, { factor: 0 }).y;
    const { dgamma, dbeta } = g.emit(batchNormGradient, { x, dy: flow, mean, variance, gamma, beta }, own);
    return {
      x: g.emit(batchNormInference, { x: flow, gamma, mean: zero, variance }, own).y,
      gamma: gamma && dgamma,
      beta: beta && dbeta,
      residual: residual && flow,
    };
  },

  lower({ inputs: { x, gamma, beta, mean, variance, residual }, outputs: { y }, attributes }) {
    const sizes = planesOf('batchNormInference', { x });
    const epsilon = attribute('batchNormInference', attributes, 'epsilon');
    return {
      kernel: 'batchNormInference',
      arguments: {
        x,
        gamma,
        beta,
        mean,
        variance,
        residual,
        y,
        ...sizes,
        epsilon,
        epilogue: attributes['epilogue'] === 1 ? 1 : 0,
      },
      split: sizes.C,
    };
  },

  toOnnx({ inputs, outputs, attributes }) {
    const y = given('batchNormInference', outputs, 'y').name;
    const { C } = planesOf('batchNormInference', inputs);
    const constant = (name: string, value: number) => ({
      opType: 'Constant',
      inputs: [],
      outputs: [name],
      attributes: { value_floats: { floats: Array<number>(C).fill(value) } },
    });
    const sum = attributes['epilogue'] === 1 ? `${y}.sum` : y;
    const normal = inputs.residual ? `${y}.normal` : sum;
    return [
      ...(inputs.gamma ? [] : [constant(`${y}.gamma`, 1)]),
      ...(inputs.beta ? [] : [constant(`${y}.beta`, 0)]),
      {
        opType: 'BatchNormalization',
        inputs: [
          given('batchNormInference', inputs, 'x').name,
          inputs.gamma?.name ?? `${y}.gamma`,
          inputs.beta?.name ?? `${y}.beta`,
          given('batchNormInference', inputs, 'mean').name,
          given('batchNormInference', inputs, 'variance').name,
        ],
        outputs: [normal],
        attributes: { epsilon: attribute('batchNormInference', attributes, 'epsilon') },
      },
      ...(inputs.residual ? [{ opType: 'Add', inputs: [normal, inputs.residual.name], outputs: [sum] }] : []),
      ...(sum === y ? [] : [{ opType: 'Relu', inputs: [sum], outputs: [y] }]),
    ];
  },
};
