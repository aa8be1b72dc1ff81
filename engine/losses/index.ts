import { bceWithLogits } from './bce-with-logits.ts';
import type { LossDefinition } from './contract.ts';
import { crossEntropy } from './cross-entropy.ts';
import { mse } from './mse.ts';

/** Every loss there is: the only list, in the order of the palette. */
export const losses = {
  mse,
  'bce-with-logits': bceWithLogits,
  'cross-entropy': crossEntropy,
} as const satisfies Record<string, LossDefinition>;
