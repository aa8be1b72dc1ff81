import Papa from 'papaparse';
import { isFigure, isMissing, plainNumber } from './cell-forms.ts';

/** How a table is written, which its first rows have to say. */

export const delimiters: readonly string[] = [',', '\t', ';', '|'];
/** However many of them stand between two cells. */
export const blanks = ' ';
/** Rows that are looked at. */
export const looked = 200;
const fewestCounted = 3;
/** More than any share of rows can outweigh. */
const certain = 2 ** 20;

/** The one that cuts the first rows most often into the same number of cells, more than one. */
export function delimiterOf(start: string, isCut: boolean): string {
  const scores = delimiters.map((delimiter) => {
    const { data } = Papa.parse(start, { delimiter, preview: looked, skipEmptyLines: 'greedy' });
    // The last row may be cut off.
    const widths = (data.length > 2 && isCut ? data.slice(0, -1) : data).map((row) => row.length);
    const [width = 1] = widths;
    if (width < 2) return 0;
    const share = widths.filter((other) => other === width).length / widths.length;
    // Commas stand within numbers too: what cuts every row, the header among them, goes before.
    const isSure = delimiter !== ',' && share === 1;
    return width * share ** 2 + (isSure ? certain : 0);
  });
  const best = Math.max(...scores);
  if (best > 0) return delimiters[scores.indexOf(best)] as string;
  return areBlanksBetween(start, isCut) ? blanks : ',';
}

/** Whether every line has as many words as the first: in text that people write they have not. */
function areBlanksBetween(start: string, isCut: boolean): boolean {
  const lines = start.split(/[\r\n]+/).filter((line) => line.trim() !== '');
  const some = (isCut ? lines.slice(0, -1) : lines).slice(0, looked);
  const widths = some.map((line) => (line.match(/"[^"]*"|\S+/g) ?? []).length);
  const [width = 0] = widths;
  return width > 1 && widths.length > 1 && widths.every((other) => other === width);
}

/** How many of the columns there are: each line may end with a separator behind which nothing stands. */
export function usedWidth(rows: readonly (readonly string[])[]): number {
  let width = rows[0]?.length ?? 0;
  while (width > 1 && rows.every((cells) => (cells[width - 1] ?? '') === '')) width--;
  return width;
}

/** The first row names the columns where it is all words, and what is below looks otherwise; names may come twice. */
export function isHeader(rows: readonly (readonly string[])[]): boolean {
  const [first = [], ...others] = rows;
  // A table written with its row numbers has no name for their column.
  const named = first[0] === '' ? first.slice(1) : first;
  if (named.length === 0 || others.length === 0) return false;
  if (named.some(isMissing)) return false;
  const counted = named.filter((cell) => plainNumber.test(cell));
  if (counted.length > 0 && (counted.length === named.length || !isCount(counted))) return false;
  const areOwn = new Set(named).size === named.length;
  return first.some((name, i) => {
    if (isFigure(name)) return false;
    const below = others.map((cells) => cells[i] ?? '').filter((cell) => !isMissing(cell));
    const figures = below.filter(isFigure).length;
    if (below.length > 0 && figures > 0.9 * below.length) return true;
    // A column of few words: the name is none of them.
    return areOwn && new Set(below).size * 2 <= below.length && !below.includes(name);
  });
}

/** Beside columns with words for names there may be some that are counted through, be it from 0 on or year by year. */
const isCount = (cells: readonly string[]): boolean =>
  cells.length >= fewestCounted &&
  cells.every((cell, i) => /^\d+$/.test(cell) && Number(cell) === Number(cells[0]) + i);
