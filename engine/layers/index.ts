import { batchNorm } from './batch-norm.ts';
import type { AnyLayer } from './contract.ts';
import { data } from './data.ts';
import { dropout } from './dropout.ts';
import { groupNorm } from './group-norm.ts';
import { instanceNorm } from './instance-norm.ts';
import { layerNorm } from './layer-norm.ts';
import { leakyRelu } from './leaky-relu.ts';
import { linear } from './linear.ts';
import { relu } from './relu.ts';
import { rmsNorm } from './rms-norm.ts';
import { sigmoid } from './sigmoid.ts';
import { softmax } from './softmax.ts';
import { tanh } from './tanh.ts';

/** Every layer there is but the losses: the only list, in the order of the palette. */
export const layers = {
  data,
  linear,
  relu,
  'leaky-relu': leakyRelu,
  sigmoid,
  tanh,
  softmax,
  'batch-norm': batchNorm,
  'layer-norm': layerNorm,
  'group-norm': groupNorm,
  'instance-norm': instanceNorm,
  'rms-norm': rmsNorm,
  dropout,
} as const satisfies Record<string, AnyLayer>;
