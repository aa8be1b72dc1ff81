import { elementCount } from '../../engine/declaration/tensor-type.ts';
import type { SampleSet } from '../../engine/protocol/data-messages.ts';
import { formatFigure } from './figures.ts';

/** A column of a table as a person knows it, and where its numbers stand in what the network is given. */
export interface AskedColumn {
  readonly name: string;
  readonly start: number;
  /** What a value is multiplied by, and what is added. */
  readonly scale: number;
  readonly shift: number;
  /** Of a column of words: one number for each of them, 1 at the one that is meant. */
  readonly categories: readonly string[] | undefined;
}

type Prepared = Pick<SampleSet, 'inputShape' | 'preparation'>;

/** The columns of samples in rows; what nobody prepared is called by its place. */
export function columnsOf({ inputShape, preparation }: Prepared): readonly AskedColumn[] {
  const size = elementCount(inputShape);
  const told =
    preparation ?? Array.from({ length: size }, (_, i): { name: string } => ({ name: `x${i + 1}` }));
  let start = 0;
  return (told as NonNullable<SampleSet['preparation']>).map(
    ({ name, scale = 1, shift = 0, categories }): AskedColumn => {
      const column = { name, start, scale, shift, categories };
      start += categories?.length ?? 1;
      return column;
    },
  );
}

/** What a row says of each column: a number in the column's own unit, of words the number of the word, −1 for none of them. */
export const valuesOf = (columns: readonly AskedColumn[], row: Float32Array): number[] =>
  columns.map(({ start, scale, shift, categories }) =>
    categories === undefined
      ? ((row[start] ?? 0) - shift) / (scale || 1)
      : row.subarray(start, start + categories.length).indexOf(1),
  );

/** The values of a row as a person reads them. */
export const toldOf = (columns: readonly AskedColumn[], row: Float32Array): string[] =>
  valuesOf(columns, row).map((value, i) => {
    const words = columns[i]?.categories;
    return words === undefined ? formatFigure(value) : (words[value] ?? '–');
  });

/** The row that the network is given for such values. */
export function rowFor(columns: readonly AskedColumn[], values: readonly number[]): Float32Array {
  const size = columns.reduce((sum, { categories }) => sum + (categories?.length ?? 1), 0);
  const row = new Float32Array(size);
  for (const [i, { start, scale, shift, categories }] of columns.entries()) {
    const value = values[i] ?? 0;
    if (categories === undefined) row[start] = value * scale + shift;
    else if (value >= 0) row[start + value] = 1;
  }
  return row;
}
