import { adagrad } from './adagrad.ts';
import { adam, adamw } from './adam.ts';
import type { OptimizerDefinition } from './contract.ts';
import { momentum } from './momentum.ts';
import { nesterov } from './nesterov.ts';
import { rmsprop } from './rmsprop.ts';
import { sgd } from './sgd.ts';

/** Every optimizer there is: the only list. */
export const optimizers = {
  sgd,
  momentum,
  nesterov,
  adagrad,
  rmsprop,
  adam,
  adamw,
} as const satisfies Record<string, OptimizerDefinition>;
