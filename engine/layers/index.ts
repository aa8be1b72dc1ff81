import type { AnyLayer } from './contract.ts';
import { convTranspose2d } from './conv-transpose2d.ts';
import { conv1d } from './conv1d.ts';
import { conv2d } from './conv2d.ts';
import { data } from './data.ts';
import { dropout } from './dropout.ts';
import { leakyRelu } from './leaky-relu.ts';
import { linear } from './linear.ts';
import { relu } from './relu.ts';
import { sigmoid } from './sigmoid.ts';
import { softmax } from './softmax.ts';
import { tanh } from './tanh.ts';

/** Every layer there is but the losses: the only list, in the order of the palette. */
export const layers = {
  data,
  linear,
  conv1d,
  conv2d,
  'conv-transpose2d': convTranspose2d,
  relu,
  'leaky-relu': leakyRelu,
  sigmoid,
  tanh,
  softmax,
  dropout,
} as const satisfies Record<string, AnyLayer>;
