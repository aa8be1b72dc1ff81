import type { AnyLayer } from '../layers/contract.ts';
import { layers } from '../layers/index.ts';
import type { LossDefinition } from '../losses/contract.ts';
import { losses } from '../losses/index.ts';

/** Everything that can stand on the canvas, by type. */
export const catalogue: ReadonlyMap<string, AnyLayer> = new Map<string, AnyLayer>(
  Object.values({ ...layers, ...losses }).map((definition): [string, AnyLayer] => [
    definition.type,
    definition,
  ]),
);

export const lossOf = (type: string): LossDefinition | undefined =>
  Object.values(losses).find((loss): boolean => loss.type === type) as LossDefinition | undefined;
