import { add } from './add.ts';
import { addEach } from './add-each.ts';
import { attention, attentionGradient } from './attention.ts';
import { batchedMatmul } from './batched-matmul.ts';
import { bceWithLogits, bceWithLogitsGradient } from './bce-with-logits.ts';
import { concat } from './concat.ts';
import type { OpDefinition } from './contract.ts';
import { countArgmaxHits, countSignHits } from './count-hits.ts';
import { dropout } from './dropout.ts';
import { embedding, embeddingGradient } from './embedding.ts';
import { leakyRelu, leakyReluGradient } from './leaky-relu.ts';
import { linear } from './linear.ts';
import { maskScores } from './mask-scores.ts';
import { matmul } from './matmul.ts';
import { mean, meanGradient } from './mean.ts';
import { meanOver, meanOverGradient } from './mean-over.ts';
import { adamUpdate, momentumUpdate, sgdUpdate } from './optimizer-updates.ts';
import { permute } from './permute.ts';
import { relu, reluGradient } from './relu.ts';
import { reshape } from './reshape.ts';
import { scale } from './scale.ts';
import { sigmoid, sigmoidGradient } from './sigmoid.ts';
import { sinusoid } from './sinusoid.ts';
import { padAxis, slice } from './slice.ts';
import { softmax, softmaxGradient } from './softmax.ts';
import { softmaxCrossEntropy, softmaxCrossEntropyGradient } from './softmax-cross-entropy.ts';
import { squaredError, squaredErrorGradient } from './squared-error.ts';
import { sumRows } from './sum-rows.ts';
import { tanh, tanhGradient } from './tanh.ts';
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
  countArgmaxHits,
  countSignHits,
  sgdUpdate,
  momentumUpdate,
  adamUpdate,
  histogram,
  permute,
  slice,
  padAxis,
  concat,
  meanOver,
  meanOverGradient,
  addEach,
  embedding,
  embeddingGradient,
  sinusoid,
  batchedMatmul,
  maskScores,
  attention,
  attentionGradient,
} as const satisfies Record<string, OpDefinition>;

export type OpName = keyof typeof ops;
