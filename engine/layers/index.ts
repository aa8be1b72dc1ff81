import { adaptiveAveragePool } from './adaptive-average-pool.ts';
import { add } from './add.ts';
import { affine } from './affine.ts';
import { averagePool } from './average-pool.ts';
import { batchNorm } from './batch-norm.ts';
import { causalMask } from './causal-mask.ts';
import { choose } from './choose.ts';
import { classToken } from './class-token.ts';
import { clip } from './clip.ts';
import { concat } from './concat.ts';
import type { AnyLayer } from './contract.ts';
import { convTranspose2d } from './conv-transpose2d.ts';
import { conv1d } from './conv1d.ts';
import { conv2d } from './conv2d.ts';
import { cumulativeSum } from './cumulative-sum.ts';
import { data } from './data.ts';
import { dropout } from './dropout.ts';
import { dropout2d } from './dropout2d.ts';
import { elementwiseFunction } from './elementwise-function.ts';
import { elu } from './elu.ts';
import { embedding } from './embedding.ts';
import { flatten } from './flatten.ts';
import { gelu } from './gelu.ts';
import { globalAveragePool } from './global-average-pool.ts';
import { groupNorm } from './group-norm.ts';
import { hardTanh } from './hard-tanh.ts';
import { hardswish } from './hardswish.ts';
import { instanceNorm } from './instance-norm.ts';
import { layerNorm } from './layer-norm.ts';
import { leakyRelu } from './leaky-relu.ts';
import { learnedPosition } from './learned-position.ts';
import { linear } from './linear.ts';
import { logSoftmax } from './log-softmax.ts';
import { matmul } from './matmul.ts';
import { maxPool } from './max-pool.ts';
import { mean } from './mean.ts';
import { mergeHeads } from './merge-heads.ts';
import { multiHeadAttention } from './multi-head-attention.ts';
import { multiply } from './multiply.ts';
import { numbersOfTokens } from './numbers-of-tokens.ts';
import { operations } from './operations.ts';
import { padAxis } from './pad-axis.ts';
import { paddingMask } from './padding-mask.ts';
import { permute } from './permute.ts';
import { prelu } from './prelu.ts';
import { relu } from './relu.ts';
import { relu6 } from './relu6.ts';
import { reshape } from './reshape.ts';
import { rmsNorm } from './rms-norm.ts';
import { scale } from './scale.ts';
import { selu } from './selu.ts';
import { shift } from './shift.ts';
import { sigmoid } from './sigmoid.ts';
import { silu } from './silu.ts';
import { sinusoidalPosition } from './sinusoidal-position.ts';
import { slice } from './slice.ts';
import { softmax } from './softmax.ts';
import { softplus } from './softplus.ts';
import { split } from './split.ts';
import { splitHeads } from './split-heads.ts';
import { subtract } from './subtract.ts';
import { tanh } from './tanh.ts';
import { tokensOfNumbers } from './tokens-of-numbers.ts';
import { upsample } from './upsample.ts';
import { zeroPad } from './zero-pad.ts';
/** Every layer there is but the losses: the only list, in the order of the palette. */
export const layers = {
  data,
  linear,
  add,
  subtract,
  multiply,
  scale,
  shift,
  embedding,
  matmul,
  conv1d,
  conv2d,
  'conv-transpose2d': convTranspose2d,
  'max-pool': maxPool,
  'average-pool': averagePool,
  'global-average-pool': globalAveragePool,
  'adaptive-average-pool': adaptiveAveragePool,
  upsample,
  'zero-pad': zeroPad,
  relu,
  'leaky-relu': leakyRelu,
  relu6,
  prelu,
  elu,
  selu,
  sigmoid,
  tanh,
  'hard-tanh': hardTanh,
  softplus,
  silu,
  gelu,
  hardswish,
  clip,
  'elementwise-function': elementwiseFunction,
  softmax,
  'log-softmax': logSoftmax,
  'batch-norm': batchNorm,
  'layer-norm': layerNorm,
  'group-norm': groupNorm,
  'instance-norm': instanceNorm,
  'rms-norm': rmsNorm,
  affine,
  dropout,
  dropout2d,
  'multi-head-attention': multiHeadAttention,
  'class-token': classToken,
  'learned-position': learnedPosition,
  'sinusoidal-position': sinusoidalPosition,
  'split-heads': splitHeads,
  'causal-mask': causalMask,
  'padding-mask': paddingMask,
  'merge-heads': mergeHeads,
  flatten,
  reshape,
  permute,
  concat,
  split,
  slice,
  'pad-axis': padAxis,
  mean,
  'cumulative-sum': cumulativeSum,
  choose,
  'numbers-of-tokens': numbersOfTokens,
  'tokens-of-numbers': tokensOfNumbers,
  operations,
} as const satisfies Record<string, AnyLayer>;
