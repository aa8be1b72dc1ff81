import type { AnyLayer } from './contract.ts';
import { data } from './data.ts';
import { dropout } from './dropout.ts';
import { elu } from './elu.ts';
import { gelu } from './gelu.ts';
import { hardswish } from './hardswish.ts';
import { leakyRelu } from './leaky-relu.ts';
import { linear } from './linear.ts';
import { relu } from './relu.ts';
import { selu } from './selu.ts';
import { sigmoid } from './sigmoid.ts';
import { silu } from './silu.ts';
import { softmax } from './softmax.ts';
import { softplus } from './softplus.ts';
import { tanh } from './tanh.ts';

/** Every layer there is but the losses: the only list, in the order of the palette. */
export const layers = {
  data,
  linear,
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
  dropout,
} as const satisfies Record<string, AnyLayer>;
