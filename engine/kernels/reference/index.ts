import type { KernelName } from '../contract.ts';
import { activation, activationGradient } from './activations.ts';
import { attention, attentionGradient, batchedGemm, maskScores } from './attention.ts';
import { batchNorm, batchNormGradient, batchNormInference, updateRunningStatistics } from './batch-norm.ts';
import { binary, prelu, sumOver } from './broadcast.ts';
import { clipByNorm, clipByValue, clipFactor } from './clipping.ts';
import { addChannels, conv2d, conv2dDataGradient, conv2dWeightGradient, sumChannels } from './convolution.ts';
import {
  crossEntropyWithGradient,
  nll,
  nllGradient,
  softCrossEntropy,
  softCrossEntropyGradient,
  softmaxCrossEntropy,
  softmaxCrossEntropyGradient,
} from './cross-entropy.ts';
import { dropout, dropoutChannels } from './dropout.ts';
import { add, fill, scale } from './elementwise.ts';
import { gather, scatterAdd, sinusoid } from './embedding.ts';
import {
  absoluteError,
  absoluteErrorGradient,
  bce,
  bceGradient,
  bceWithLogits,
  bceWithLogitsGradient,
  huber,
  huberGradient,
  squaredError,
  squaredErrorGradient,
} from './losses.ts';
import { gemm, sumRows } from './matmul.ts';
import { labelledMean, labelledMeanGradient, mean, meanGradient } from './means.ts';
import type { ReferenceKernel } from './memory.ts';
import { countArgmaxHits, countBinaryHits, countNonFinite } from './metrics.ts';
import { adamUpdate, momentumUpdate, nesterovUpdate, rmspropUpdate, sgdUpdate } from './optimizers.ts';
import {
  adaptiveAveragePool,
  adaptiveAveragePoolGradient,
  averagePool,
  averagePoolGradient,
  maxPool,
  maxPoolGradient,
} from './pooling.ts';
import {
  resizeLinear,
  resizeLinearGradient,
  upsampleLinear,
  upsampleLinearGradient,
  upsampleNearest,
  upsampleNearestGradient,
  zeroPad,
  zeroPadGradient,
} from './resizing.ts';
import { rowNorm, rowNormGradient, rowNormWeightGradients } from './row-norm.ts';
import { choose, concat, convert, copy, cumulativeSum, meanOver, meanOverGradient } from './shape.ts';
import { shuffle } from './shuffle.ts';
import { logSoftmax, logSoftmaxGradient, softmax, softmaxGradient } from './softmax.ts';
import { addSquares, addSquaresGradient } from './squares.ts';
import { histogram } from './telemetry.ts';
import { addAtPlaces, topK } from './top-k.ts';

export type { Memory, ReferenceKernel } from './memory.ts';

/** Every kernel in plain TypeScript: the oracle that the other faces are tested against. */
export const referenceKernels = {
  gemm,
  sumRows,
  add,
  scale,
  binary,
  sumOver,
  prelu,
  activation,
  activationGradient,
  softmax,
  softmaxGradient,
  logSoftmax,
  logSoftmaxGradient,
  dropout,
  dropoutChannels,
  softmaxCrossEntropy,
  softmaxCrossEntropyGradient,
  crossEntropyWithGradient,
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
  fill,
  countArgmaxHits,
  countBinaryHits,
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
  resizeLinear,
  resizeLinearGradient,
  zeroPad,
  zeroPadGradient,
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
  copy,
  concat,
  choose,
  convert,
  cumulativeSum,
  meanOver,
  meanOverGradient,
  topK,
  addAtPlaces,
  gather,
  scatterAdd,
  sinusoid,
  batchedGemm,
  maskScores,
  attention,
  attentionGradient,
  batchNorm,
  batchNormInference,
  batchNormGradient,
  updateRunningStatistics,
  rowNorm,
  rowNormGradient,
  rowNormWeightGradients,
  conv2d,
  conv2dDataGradient,
  conv2dWeightGradient,
  addChannels,
  sumChannels,
} satisfies { [K in KernelName]: ReferenceKernel<K> };
