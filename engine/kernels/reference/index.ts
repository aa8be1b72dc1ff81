import type { KernelName } from '../contract.ts';
import { activation, activationGradient } from './activations.ts';
import { clipByNorm, clipByValue, clipFactor } from './clipping.ts';
import { conv2d, conv2dDataGradient, conv2dWeightGradient, sumChannels } from './convolution.ts';
import { dropout } from './dropout.ts';
import { add, fill, scale } from './elementwise.ts';
import {
  bceWithLogits,
  bceWithLogitsGradient,
  mean,
  meanGradient,
  softmaxCrossEntropy,
  softmaxCrossEntropyGradient,
  squaredError,
  squaredErrorGradient,
} from './losses.ts';
import { gemm, sumRows } from './matmul.ts';
import type { ReferenceKernel } from './memory.ts';
import { countArgmaxHits, countNonFinite, countSignHits } from './metrics.ts';
import { adamUpdate, momentumUpdate, nesterovUpdate, rmspropUpdate, sgdUpdate } from './optimizers.ts';
import { shuffle } from './shuffle.ts';
import { softmax, softmaxGradient } from './softmax.ts';
import { addSquares, addSquaresGradient } from './squares.ts';
import { histogram } from './telemetry.ts';

export type { Memory, ReferenceKernel } from './memory.ts';

/** Every kernel in plain TypeScript: the oracle that the other faces are tested against. */
export const referenceKernels = {
  gemm,
  sumRows,
  add,
  scale,
  activation,
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
  fill,
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
  countNonFinite,
  histogram,
  shuffle,
  conv2d,
  conv2dDataGradient,
  conv2dWeightGradient,
  sumChannels,
} satisfies { [K in KernelName]: ReferenceKernel<K> };
