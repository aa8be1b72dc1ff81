import { bce } from './bce.ts';
import { bceWithLogits } from './bce-with-logits.ts';
import type { LossDefinition } from './contract.ts';
import { crossEntropy } from './cross-entropy.ts';
import { huber } from './huber.ts';
import { mae } from './mae.ts';
import { mse } from './mse.ts';
import { nll } from './nll.ts';

/** Every loss there is: the only list, in the order of the palette. */
export const losses = {
  mse,
  mae,
  huber,
  'bce-with-logits': bceWithLogits,
  bce,
  'cross-entropy': crossEntropy,
  nll,
} as const satisfies Record<string, LossDefinition>;
