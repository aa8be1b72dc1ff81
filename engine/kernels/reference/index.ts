import type { KernelName } from '../contract.ts';
import {
  leakyRelu,
  leakyReluGradient,
  relu,
  reluGradient,
  sigmoid,
  sigmoidGradient,
  tanh,
  tanhGradient,
} from './activations.ts';
import { attention, attentionGradient, batchedGemm, maskScores } from './attention.ts';
import { conv2d, conv2dDataGradient, conv2dWeightGradient, sumChannels } from './convolution.ts';
import { dropout } from './dropout.ts';
import { add, fill, scale } from './elementwise.ts';
import { gather, scatterAdd, sinusoid } from './embedding.ts';
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
import { adamUpdate, momentumUpdate, sgdUpdate } from './optimizers.ts';
import { addEach, concat, copy, meanOver, meanOverGradient } from './shape.ts';
import { shuffle } from './shuffle.ts';
import { softmax, softmaxGradient } from './softmax.ts';
import { histogram } from './telemetry.ts';

export type { Memory, ReferenceKernel } from './memory.ts';

/** Every kernel in plain TypeScript: the oracle that the other faces are tested against. */
export const referenceKernels = {
  gemm,
  sumRows,
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
  adamUpdate,
  countNonFinite,
  histogram,
  shuffle,
  copy,
  concat,
  meanOver,
  meanOverGradient,
  addEach,
  gather,
  scatterAdd,
  sinusoid,
  batchedGemm,
  maskScores,
  attention,
  attentionGradient,
  conv2d,
  conv2dDataGradient,
  conv2dWeightGradient,
  sumChannels,
} satisfies { [K in KernelName]: ReferenceKernel<K> };
