import { absoluteError, absoluteErrorGradient } from './absolute-error.ts';
import {
  activationGradient,
  atLeast,
  atMost,
  clippedRelu,
  elementwiseFunction,
  elu,
  gelu,
  hardswish,
  hardTanh,
  leakyRelu,
  relu,
  selu,
  shift,
  sigmoid,
  silu,
  softplus,
  tanh,
} from './activations.ts';
import { adaptiveAveragePool, adaptiveAveragePoolGradient } from './adaptive-average-pool.ts';
import { add } from './add.ts';
import { addChannels, sumChannels } from './add-channels.ts';
import { addSquares, addSquaresGradient } from './add-squares.ts';
import { attention, attentionGradient } from './attention.ts';
import { averagePool, averagePoolGradient } from './average-pool.ts';
import { batchNorm, batchNormGradient } from './batch-norm.ts';
import { batchNormInference } from './batch-norm-inference.ts';
import { batchedMatmul } from './batched-matmul.ts';
import { bce, bceGradient } from './bce.ts';
import { bceWithLogits, bceWithLogitsGradient } from './bce-with-logits.ts';
import { choose } from './choose.ts';
import { clipByNorm, clipByValue, clipFactor } from './clipping.ts';
import { concat } from './concat.ts';
import type { OpDefinition } from './contract.ts';
import { numbersOf, wholeNumbersOf } from './convert.ts';
import { convolution, transposedConvolution } from './convolution.ts';
import { convolutionWeightGradient } from './convolution-weight-gradient.ts';
import { countArgmaxHits, countBinaryHits } from './count-hits.ts';
import { crossEntropyWithGradient } from './cross-entropy-with-gradient.ts';
import { cumulativeSum } from './cumulative-sum.ts';
import { dropout } from './dropout.ts';
import { dropoutChannels } from './dropout-channels.ts';
import { embedding, embeddingGradient } from './embedding.ts';
import { huber, huberGradient } from './huber.ts';
import { labelledMean, labelledMeanGradient } from './labelled-mean.ts';
import { linear } from './linear.ts';
import { logSoftmax, logSoftmaxGradient } from './log-softmax.ts';
import { maskScores } from './mask-scores.ts';
import { matmul } from './matmul.ts';
import { maxPool, maxPoolGradient } from './max-pool.ts';
import { mean, meanGradient } from './mean.ts';
import { meanOver, meanOverGradient } from './mean-over.ts';
import { multiply } from './multiply.ts';
import { nll, nllGradient } from './nll.ts';
import { adamUpdate, momentumUpdate, nesterovUpdate, rmspropUpdate, sgdUpdate } from './optimizer-updates.ts';
import { permute } from './permute.ts';
import { prelu, preluGradient } from './prelu.ts';
import { reshape } from './reshape.ts';
import { resizeLinear, resizeLinearGradient } from './resize-linear.ts';
import { rowNorm, rowNormGradient, rowNormWeightGradients } from './row-norm.ts';
import { rowNormInference } from './row-norm-inference.ts';
import { scale } from './scale.ts';
import { sinusoid } from './sinusoid.ts';
import { padAxis, slice } from './slice.ts';
import { softCrossEntropy, softCrossEntropyGradient } from './soft-cross-entropy.ts';
import { softmax, softmaxGradient } from './softmax.ts';
import { softmaxCrossEntropy, softmaxCrossEntropyGradient } from './softmax-cross-entropy.ts';
import { squaredError, squaredErrorGradient } from './squared-error.ts';
import { subtract } from './subtract.ts';
import { sumOver } from './sum-over.ts';
import { sumRows } from './sum-rows.ts';
import { histogram } from './telemetry.ts';
import { topK, topKGradient } from './top-k.ts';
import { updateRunningStatistics } from './update-running-statistics.ts';
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
  subtract,
  multiply,
  sumOver,
  scale,
  relu,
  clippedRelu,
  elementwiseFunction,
  hardTanh,
  atLeast,
  atMost,
  leakyRelu,
  shift,
  sigmoid,
  tanh,
  elu,
  selu,
  softplus,
  silu,
  gelu,
  hardswish,
  prelu,
  preluGradient,
  activationGradient,
  softmax,
  softmaxGradient,
  logSoftmax,
  logSoftmaxGradient,
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
  countArgmaxHits,
  countBinaryHits,
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
  permute,
  slice,
  padAxis,
  concat,
  meanOver,
  meanOverGradient,
  topK,
  topKGradient,
  choose,
  numbersOf,
  wholeNumbersOf,
  cumulativeSum,
  embedding,
  embeddingGradient,
  sinusoid,
  batchedMatmul,
  maskScores,
  attention,
  attentionGradient,
  convolution,
  transposedConvolution,
  convolutionWeightGradient,
  addChannels,
  sumChannels,
  batchNorm,
  batchNormGradient,
  batchNormInference,
  updateRunningStatistics,
  rowNorm,
  rowNormGradient,
  rowNormWeightGradients,
  rowNormInference,
} as const satisfies Record<string, OpDefinition>;

export type OpName = keyof typeof ops;
