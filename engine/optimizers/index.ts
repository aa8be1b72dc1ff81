import { adam } from './adam.ts';
import type { OptimizerDefinition } from './contract.ts';
import { momentum } from './momentum.ts';
import { sgd } from './sgd.ts';

/** Every optimizer there is: the only list. */
export const optimizers = { sgd, momentum, adam } as const satisfies Record<string, OptimizerDefinition>;
