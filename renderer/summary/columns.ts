import type { SummaryRow } from '../../engine/compiler/summary.ts';
import { elementCount } from '../../engine/declaration/tensor-type.ts';
import type { Text } from '../../engine/declaration/text.ts';
import { catalogue } from '../../engine/document/catalogue.ts';
import type { NodeTime } from '../../engine/protocol/live-run-messages.ts';

/** A row of the table: what is known of a node, and how long it takes where that was measured. */
export interface TableRow extends SummaryRow {
  readonly time: NodeTime | undefined;
}

export const columns = [
  'name',
  'type',
  'output',
  'parameters',
  'statistics',
  'multiplyAdds',
  'activations',
  'forward',
  'backward',
] as const;
export type Column = (typeof columns)[number];

export const isWords = (column: Column): boolean => column === 'name' || column === 'type';

export type Direction = 'ascending' | 'descending';
/** Undefined is the order in which the network computes. */
export type Order = { readonly column: Column; readonly direction: Direction } | undefined;

const opposite = { ascending: 'descending', descending: 'ascending' } as const;

/** What the next press on a heading orders by: words from their beginning, numbers from the largest; then the other way round; then not at all. */
export function nextOrder(order: Order, column: Column): Order {
  const first = isWords(column) ? 'ascending' : 'descending';
  if (order?.column !== column) return { column, direction: first };
  return order.direction === first ? { column, direction: opposite[first] } : undefined;
}

type Value = string | number | undefined;

function valueOf(
  { name, type, figures, time }: TableRow,
  column: Column,
  say: (text: Text) => string,
): Value {
  switch (column) {
    case 'name':
      return name;
    case 'type':
      return typeTitle(type, say);
    case 'output':
      return figures?.outputs.length ? outputSize(figures.outputs) : undefined;
    case 'activations':
      return figures?.activationBytes;
    case 'forward':
      return time?.forwardMs;
    case 'backward':
      return time?.backwardMs;
    default:
      return figures?.[column];
  }
}

export const typeTitle = (type: string, say: (text: Text) => string): string => {
  const title = catalogue.get(type)?.title;
  return title === undefined ? type : say(title);
};

/** Numbers that one sample becomes. */
const outputSize = (outputs: NonNullable<TableRow['figures']>['outputs']): number =>
  outputs.reduce((sum, { type }) => sum + elementCount(type.shape.slice(1)), 0);

/** Equal rows keep the network's order; what is not known comes last either way. */
export function sorted(
  rows: readonly TableRow[],
  order: Order,
  say: (text: Text) => string,
): readonly TableRow[] {
  if (order === undefined) return rows;
  const sign = order.direction === 'ascending' ? 1 : -1;
  const keyed = rows.map((row) => ({ row, value: valueOf(row, order.column, say) }));
  keyed.sort((a, b) => {
    if (a.value === undefined || b.value === undefined) {
      return Number(a.value === undefined) - Number(b.value === undefined);
    }
    return sign * compare(a.value, b.value);
  });
  return keyed.map(({ row }) => row);
}

const compare = (a: string | number, b: string | number): number =>
  typeof a === 'number' && typeof b === 'number'
    ? a - b
    : String(a).localeCompare(String(b), undefined, { numeric: true });
