import type { Samples } from '../../../engine/data/sources/contract.ts';
import { areStored } from '../../../engine/data/sources/rows.ts';

/** Samples whose inputs lie in memory, as those of small files do. */
export function inMemory<T extends Samples>(samples: T) {
  const { x } = samples;
  if (areStored(x)) throw new Error('they are to lie in memory');
  return { ...samples, x };
}
