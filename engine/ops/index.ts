import {
  activationGradient,
  elu,
  gelu,
  hardswish,
  leakyRelu,
  relu,
  selu,
  sigmoid,
  silu,
  softplus,
  tanh,
} from './activations.ts';
import { add } from './add.ts';
import { addSquares, addSquaresGradient } from './add-squares.ts';
import { bceWithLogits, bceWithLogitsGradient } from './bce-with-logits.ts';
import { clipByNorm, clipByValue, clipFactor } from './clipping.ts';
import type { OpDefinition } from './contract.ts';
import { countArgmaxHits, countSignHits } from './count-hits.ts';
import { dropout } from './dropout.ts';
import { linear } from './linear.ts';
import { matmul } from './matmul.ts';
import { mean, meanGradient } from './mean.ts';
import { adamUpdate, momentumUpdate, nesterovUpdate, rmspropUpdate, sgdUpdate } from './optimizer-updates.ts';
import { reshape } from './reshape.ts';
import { scale } from './scale.ts';
import { softmax, softmaxGradient } from './softmax.ts';
import { softmaxCrossEntropy, softmaxCrossEntropyGradient } from './softmax-cross-entropy.ts';
import { squaredError, squaredErrorGradient } from './squared-error.ts';
import { sumRows } from './sum-rows.ts';
import { histogram } from './telemetry.ts';

/** Every op there is: the only list. */
export const ops = {
  linear,
  matmul,
  sumRows,
  reshape,
  add,
  scale,
  relu,
  leakyRelu,
  sigmoid,
  tanh,
  elu,
  selu,
  softplus,
  silu,
  gelu,
  hardswish,
  activationGradient,
  softmax,
  softmaxGradient,
  dropout,
  softmaxCrossEntropy,
  softmaxCrossEntropyGradient,
  bceWithLogits,
  bceWithLogitsGradient,
  squaredError,
  squaredErrorGradient,
  mean,
  meanGradient,
  countArgmaxHits,
  countSignHits,
  sgdUpdate,
  momentumUpdate,
  nesterovUpdate,
  rmspropUpdate,
  adamUpdate,
  addSquares,
  addSquaresGradient,
  clipFactor,
  clipByNorm,
  clipByValue,
  histogram,
} as const satisfies Record<string, OpDefinition>;

export type OpName = keyof typeof ops;
