import { absoluteError, absoluteErrorGradient } from './absolute-error.ts';
import { adaptiveAveragePool, adaptiveAveragePoolGradient } from './adaptive-average-pool.ts';
import { add } from './add.ts';
import { averagePool, averagePoolGradient } from './average-pool.ts';
import { bce, bceGradient } from './bce.ts';
import { bceWithLogits, bceWithLogitsGradient } from './bce-with-logits.ts';
import type { OpDefinition } from './contract.ts';
import { countArgmaxHits, countBinaryHits } from './count-hits.ts';
import { dropout } from './dropout.ts';
import { huber, huberGradient } from './huber.ts';
import { labelledMean, labelledMeanGradient } from './labelled-mean.ts';
import { leakyRelu, leakyReluGradient } from './leaky-relu.ts';
import { linear } from './linear.ts';
import { matmul } from './matmul.ts';
import { maxPool, maxPoolGradient } from './max-pool.ts';
import { mean, meanGradient } from './mean.ts';
import { nll, nllGradient } from './nll.ts';
import { adamUpdate, momentumUpdate, sgdUpdate } from './optimizer-updates.ts';
import { relu, reluGradient } from './relu.ts';
import { reshape } from './reshape.ts';
import { scale } from './scale.ts';
import { sigmoid, sigmoidGradient } from './sigmoid.ts';
import { softCrossEntropy, softCrossEntropyGradient } from './soft-cross-entropy.ts';
import { softmax, softmaxGradient } from './softmax.ts';
import { softmaxCrossEntropy, softmaxCrossEntropyGradient } from './softmax-cross-entropy.ts';
import { squaredError, squaredErrorGradient } from './squared-error.ts';
import { sumRows } from './sum-rows.ts';
import { tanh, tanhGradient } from './tanh.ts';
import { histogram } from './telemetry.ts';
import {
  upsampleLinear,
  upsampleLinearGradient,
  upsampleNearest,
  upsampleNearestGradient,
} from './upsample.ts';
import { zeroPad, zeroPadGradient } from './zero-pad.ts';

/** Every op there is: the only list. */
export const ops = {
  linear,
  matmul,
  sumRows,
  reshape,
  add,
  scale,
  relu,
  reluGradient,
  leakyRelu,
  leakyReluGradient,
  sigmoid,
  sigmoidGradient,
  tanh,
  tanhGradient,
  softmax,
  softmaxGradient,
  maxPool,
  maxPoolGradient,
  averagePool,
  averagePoolGradient,
  adaptiveAveragePool,
  adaptiveAveragePoolGradient,
  upsampleNearest,
  upsampleNearestGradient,
  upsampleLinear,
  upsampleLinearGradient,
  zeroPad,
  zeroPadGradient,
  dropout,
  softmaxCrossEntropy,
  softmaxCrossEntropyGradient,
  softCrossEntropy,
  softCrossEntropyGradient,
  nll,
  nllGradient,
  bceWithLogits,
  bceWithLogitsGradient,
  bce,
  bceGradient,
  squaredError,
  squaredErrorGradient,
  absoluteError,
  absoluteErrorGradient,
  huber,
  huberGradient,
  mean,
  meanGradient,
  labelledMean,
  labelledMeanGradient,
  countArgmaxHits,
  countBinaryHits,
  sgdUpdate,
  momentumUpdate,
  adamUpdate,
  histogram,
} as const satisfies Record<string, OpDefinition>;

export type OpName = keyof typeof ops;
