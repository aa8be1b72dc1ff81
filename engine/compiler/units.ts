import { elementCount } from '../declaration/tensor-type.ts';
import { catalogue } from '../document/catalogue.ts';
import type { FlatDocument } from '../document/schema.ts';
import type { WatchedTensor } from './plan.ts';

/** Units or channels of an activation, any of which can be dead: `columns` of them, each with `inner` neighbours. */
export type Units = Pick<WatchedTensor, 'columns' | 'inner'>;
export const noUnits: Units = { columns: 0, inner: 1 };

/**
 * Features of [N, F], channels of [N, C, H, W]. A tensor of three dimensions is a signal [N, C, L] where a convolution
 * made it, else a sequence [N, T, D] whose last dimension holds the units.
 */
export function unitsOf(shape: readonly number[], document: FlatDocument, node: string): Units {
  const [, channels = 0, ...rest] = shape;
  if (rest.length !== 1 || isConvolved(document, node))
    return { columns: channels, inner: elementCount(rest) };
  return { columns: rest[0] as number, inner: 1 };
}

/** Whether the nearest layer before this node that makes features of its own is a convolution. */
function isConvolved(document: FlatDocument, node: string): boolean {
  const before = document.wires.find(({ to }) => to.node === node)?.from.node;
  const type = document.nodes.find(({ id }) => id === before)?.type ?? '';
  const category = catalogue.get(type)?.category;
  if (before === undefined || category === 'linear' || category === 'attention') return false;
  return category === 'convolution' || isConvolved(document, before);
}
