import Papa from 'papaparse';
import { infinity, isFigure, isMissing, plainNumber } from './cell-forms.ts';

/** How a table is written, which its first rows have to say. */

const delimiters: readonly string[] = [',', '\t', ';', '|'];
/** However many of them stand between two cells. */
export const blanks = ' ';
/** Rows that are looked at. */
export const looked = 200;
const fewestCounted = 3;
/** More than any share of rows can outweigh. */
const certain = 2 ** 20;
/** Of rows that are cut alike, where it is clear that they are rows of a table. */
const leastShare = 0.5;
/** Of the rows below a title that have as many cells as most. */
const leastEven = 0.7;

/** How the text of a table begins, and what stands between its cells. */
export interface Dialect {
  readonly delimiter: string;
  /** Lines above the first row. */
  readonly passed: number;
  /** Names of the columns that stand in the last of these, behind the mark of a comment. */
  readonly marked?: readonly string[];
}

/** `lines`: those at the start of a file; where it goes on behind them, the last one may be cut off. */
export function dialectOf(lines: readonly string[], isCut: boolean): Dialect {
  // A line that Excel writes before all others.
  const declared = /^sep=(.)\s*$/i.exec(lines[0] ?? '')?.[1] ?? '';
  const isDeclared = delimiters.includes(declared);
  const first = isDeclared ? 1 : 0;
  const comments = commentLines(lines, first);
  const read = (delimiter: string): string[][] => rowsOf(lines.slice(first + comments), delimiter, isCut);
  const delimiter = isDeclared ? declared : delimiterOf(lines.slice(first + comments), isCut);
  const rows = read(delimiter);
  const titles = titlesOf(rows);
  const body = rows.slice(titles).filter(isFilled);
  const passed = first + comments + titles;
  if (titles > 0 || comments === 0 || isHeader(body)) return { delimiter, passed };
  const last = lines.slice(0, passed).findLast((line) => line.trim() !== '') as string;
  const marked = (rowsOf([last.replace(/^#(?![,;|\t])\s*/, '')], delimiter, false)[0] ?? []).map((cell) =>
    cell.trim(),
  );
  const areNames = marked.length > 1 && marked.length === widthOf(body) && !marked.some(isFigure);
  return areNames ? { delimiter, passed, marked } : { delimiter, passed };
}

/** Lines that begin with a mark, and blank ones among them; none where there is nothing else. */
function commentLines(lines: readonly string[], from: number): number {
  const end = lines.findIndex((line, i) => i >= from && line.trim() !== '' && !line.startsWith('#'));
  const isMarked = lines.slice(from, end).some((line) => line.startsWith('#'));
  return end > from && isMarked ? end - from : 0;
}

const isFilled = (cells: readonly string[]): boolean => cells.some((cell) => cell.trim() !== '');

/** The first ones, with blank ones among them. */
function rowsOf(lines: readonly string[], delimiter: string, isCut: boolean): string[][] {
  const { data } = Papa.parse(lines.slice(0, 2 * looked).join('\n'), {
    delimiter,
    newline: '\n',
    preview: looked,
  });
  const rows = isCut && data.length > 2 && lines.length < 2 * looked ? data.slice(0, -1) : data;
  return delimiter === blanks ? rows.map((cells) => cells.filter((cell) => cell.trim() !== '')) : rows;
}

/** Cells that most rows have. */
function widthOf(rows: readonly (readonly string[])[]): number {
  const counts = new Map<number, number>();
  for (const { length } of rows) counts.set(length, (counts.get(length) ?? 0) + 1);
  return [...counts].reduce((most, one) => (one[1] > most[1] ? one : most), [1, 0])[0];
}

/**
 * How many of the first rows say something about the table: they have fewer cells than the others, or nothing but the first;
 * several cells are a title only above a row that names the columns.
 */
function titlesOf(rows: readonly (readonly string[])[]): number {
  const width = widthOf(rows.filter(isFilled));
  if (width < 2) return 0;
  const first = rows.findIndex((cells) => isFilled(cells) && !isTitle(cells, width));
  const above = rows.slice(0, first).filter(isFilled);
  const below = rows.slice(first).filter(isFilled);
  // A cell with a line end in it makes rows and lines two things.
  const areLines = above.every((cells) => cells.every((cell) => !cell.includes('\n')));
  if (first < 1 || above.length === 0 || !areLines) return 0;
  const isEven = below.filter(({ length }) => length === width).length >= leastEven * below.length;
  const areShort = above.every((cells) => cells.length === 1);
  return isEven && (areShort || isHeader(below)) ? first : 0;
}

const isTitle = (cells: readonly string[], width: number): boolean =>
  cells.length < width ||
  (width > 2 && cells[0]?.trim() !== '' && cells.slice(1).every((cell) => cell.trim() === ''));

/** The one that cuts the first rows most often into the same number of cells, more than one. */
function delimiterOf(lines: readonly string[], isCut: boolean): string {
  const parsed = delimiters.map((delimiter) => rowsOf(lines, delimiter, isCut));
  const plain = parsed.map((rows, i) => cutting(rows.filter(isFilled), delimiters[i] as string));
  const best = bestOf(plain);
  if (best.share >= leastShare) return best.delimiter;
  if (areBlanksBetween(lines.join('\n'), isCut)) return blanks;
  const titled = bestOf(
    parsed.map((rows, i) => cutting(rows.slice(titlesOf(rows)).filter(isFilled), delimiters[i] as string)),
  );
  if (titled.share >= leastShare) return titled.delimiter;
  return best.score > 0 ? best.delimiter : ',';
}

interface Cutting {
  readonly delimiter: string;
  readonly score: number;
  /** Of the rows that have as many cells as the first. */
  readonly share: number;
}

const bestOf = (all: readonly Cutting[]): Cutting =>
  all.reduce((best, one) => (one.score > best.score ? one : best));

function cutting(rows: readonly (readonly string[])[], delimiter: string): Cutting {
  const width = rows[0]?.length ?? 1;
  if (width < 2) return { delimiter, score: 0, share: 0 };
  const share = rows.filter(({ length }) => length === width).length / rows.length;
  // Commas stand within numbers too: what cuts every row, the header among them, goes before.
  const isSure = delimiter !== ',' && share === 1;
  return { delimiter, score: width * share ** 2 + (isSure ? certain : 0), share };
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
    const figures = below.filter((cell) => isFigure(cell) || infinity.test(cell)).length;
    if (below.length > 0 && figures > 0.9 * below.length) return true;
    // A column of few words: the name is none of them.
    return areOwn && new Set(below).size * 2 <= below.length && !below.includes(name);
  });
}

/** Beside columns with words for names there may be some that are counted through, be it from 0 on or year by year. */
const isCount = (cells: readonly string[]): boolean =>
  cells.length >= fewestCounted &&
  cells.every((cell, i) => /^\d+$/.test(cell) && Number(cell) === Number(cells[0]) + i);
