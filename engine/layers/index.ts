import { causalMask } from './causal-mask.ts';
import { concat } from './concat.ts';
import type { AnyLayer } from './contract.ts';
import { data } from './data.ts';
import { dropout } from './dropout.ts';
import { embedding } from './embedding.ts';
import { flatten } from './flatten.ts';
import { leakyRelu } from './leaky-relu.ts';
import { learnedPosition } from './learned-position.ts';
import { linear } from './linear.ts';
import { matmul } from './matmul.ts';
import { mean } from './mean.ts';
import { mergeHeads } from './merge-heads.ts';
import { multiHeadAttention } from './multi-head-attention.ts';
import { paddingMask } from './padding-mask.ts';
import { permute } from './permute.ts';
import { relu } from './relu.ts';
import { reshape } from './reshape.ts';
import { sigmoid } from './sigmoid.ts';
import { sinusoidalPosition } from './sinusoidal-position.ts';
import { slice } from './slice.ts';
import { softmax } from './softmax.ts';
import { split } from './split.ts';
import { splitHeads } from './split-heads.ts';
import { tanh } from './tanh.ts';

/** Every layer there is but the losses: the only list, in the order of the palette. */
export const layers = {
  data,
  linear,
  embedding,
  matmul,
  relu,
  'leaky-relu': leakyRelu,
  sigmoid,
  tanh,
  softmax,
  dropout,
  'multi-head-attention': multiHeadAttention,
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
  mean,
} as const satisfies Record<string, AnyLayer>;
