import { adaptiveAveragePool } from './adaptive-average-pool.ts';
import { averagePool } from './average-pool.ts';
import { batchNorm } from './batch-norm.ts';
import type { AnyLayer } from './contract.ts';
import { convTranspose2d } from './conv-transpose2d.ts';
import { conv1d } from './conv1d.ts';
import { conv2d } from './conv2d.ts';
import { data } from './data.ts';
import { dropout } from './dropout.ts';
import { dropout2d } from './dropout2d.ts';
import { elu } from './elu.ts';
import { gelu } from './gelu.ts';
import { globalAveragePool } from './global-average-pool.ts';
import { groupNorm } from './group-norm.ts';
import { hardswish } from './hardswish.ts';
import { instanceNorm } from './instance-norm.ts';
import { layerNorm } from './layer-norm.ts';
import { leakyRelu } from './leaky-relu.ts';
import { linear } from './linear.ts';
import { logSoftmax } from './log-softmax.ts';
import { maxPool } from './max-pool.ts';
import { relu } from './relu.ts';
import { rmsNorm } from './rms-norm.ts';
import { selu } from './selu.ts';
import { sigmoid } from './sigmoid.ts';
import { silu } from './silu.ts';
import { softmax } from './softmax.ts';
import { softplus } from './softplus.ts';
import { tanh } from './tanh.ts';
import { upsample } from './upsample.ts';
import { zeroPad } from './zero-pad.ts';

/** Every layer there is but the losses: the only list, in the order of the palette. */
export const layers = {
  data,
  linear,
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
  elu,
  selu,
  sigmoid,
  tanh,
  softplus,
  silu,
  gelu,
  hardswish,
  softmax,
  'log-softmax': logSoftmax,
  'batch-norm': batchNorm,
  'layer-norm': layerNorm,
  'group-norm': groupNorm,
  'instance-norm': instanceNorm,
  'rms-norm': rmsNorm,
  dropout,
  dropout2d,
} as const satisfies Record<string, AnyLayer>;
