import type { FoundColumn } from '../../declaration/found-files.ts';
import { isMissing, plainNumber } from './delimited.ts';

/** One column, understood. */
export interface Column extends FoundColumn {
  readonly missing: number;
  /** [rows]: numbers, days since 1970, or numbers of categories; NaN where the value is missing. */
  readonly numbers: Float64Array;
  /** Numbers of the classes that a column of few whole numbers may be; otherwise as above. */
  readonly classes: Float64Array;
}

/** More different words than these are no categories … */
const mostCategories = 1000;
/** … nor are more than a few that stand but once or twice each. */
const fewCategories = 20;
const leastRepeated = 2;
/** A column of numbers can be classes when it has at most so many whole ones. */
const mostWhole = 100;
const longestValue = 200;
const largest = 3.4e38;
const dayMs = 86_400_000;

/** `delimiter` is what stands between the cells: where it is a comma, one within a number is not the decimal point. */
export function understand(name: string, cells: readonly string[], delimiter = ','): Column {
  const missing = cells.reduce((sum, cell) => sum + (isMissing(cell) ? 1 : 0), 0);
  const there = cells.length - missing;
  const numbers = there === 0 ? undefined : firstThatReads(cells, [asNumber, ...commaForms(delimiter)]);
  if (numbers !== undefined) {
    const whole = wholeValues(numbers);
    const at = new Map(whole.map((value, i) => [value, i]));
    const classes = whole.length === 0 ? numbers : numbers.map((value) => at.get(value) ?? Number.NaN);
    return { name, kind: 'number', values: whole.map(String), missing, numbers, classes };
  }
  const days = there === 0 ? undefined : firstThatReads(cells, [asDay, asMonthFirst, asDayFirst]);
  if (days !== undefined) return { name, kind: 'date', values: [], missing, numbers: days, classes: days };
  const words = new Set(cells.filter((cell) => !isMissing(cell)));
  const isVarious =
    words.size > mostCategories || (words.size > fewCategories && there < leastRepeated * words.size);
  if (words.size === 0 || isVarious || [...words].some((word) => word.length > longestValue)) {
    const none = new Float64Array(cells.length).fill(Number.NaN);
    return { name, kind: 'text', values: [], missing, numbers: none, classes: none };
  }
  const values = [...words].toSorted((a, b) => (a < b ? -1 : 1));
  const at = new Map(values.map((value, i) => [value, i]));
  const indices = Float64Array.from(cells, (cell) =>
    isMissing(cell) ? Number.NaN : (at.get(cell) as number),
  );
  return { name, kind: 'category', values, missing, numbers: indices, classes: indices };
}

/** A column is written in one way throughout; undefined where none of these reads all of it. */
function firstThatReads(
  cells: readonly string[],
  ways: readonly ((cell: string) => number | undefined)[],
): Float64Array | undefined {
  for (const way of ways) {
    const read = parsed(cells, way);
    if (read !== undefined) return read;
  }
  return undefined;
}

/** Undefined as soon as one cell is something else. */
function parsed(
  cells: readonly string[],
  read: (cell: string) => number | undefined,
): Float64Array | undefined {
  const numbers = new Float64Array(cells.length);
  for (const [i, cell] of cells.entries()) {
    const value = isMissing(cell) ? Number.NaN : read(cell);
    if (value === undefined) return undefined;
    numbers[i] = value;
  }
  return numbers;
}

const finite = (value: number): number | undefined => (Math.abs(value) <= largest ? value : undefined);

const asNumber = (cell: string): number | undefined =>
  plainNumber.test(cell) ? finite(Number(cell)) : undefined;

/** `1,234,567.5`: groups of three, as English writes large numbers. A column in which all have them is no other. */
const asThousands = (cell: string): number | undefined =>
  /^[+-]?\d{1,3}(,\d{3})*(\.\d+)?$/.test(cell) ? finite(Number(cell.replaceAll(',', ''))) : undefined;

const commaForms = (delimiter: string): readonly ((cell: string) => number | undefined)[] =>
  delimiter === ',' ? [asThousands, asCommaNumber] : [asCommaNumber, asThousands];

/** `3,14`, as half of Europe writes it. */
const asCommaNumber = (cell: string): number | undefined =>
  /^[+-]?\d+(,\d+)?$/.test(cell) ? finite(Number(cell.replace(',', '.'))) : undefined;

const dateForms = [
  /^(?<y>\d{4})[-/](?<m>\d{1,2})[-/](?<d>\d{1,2})(?:[ T](?<h>\d{1,2}):(?<min>\d{2})(?::(?<s>\d{2})(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/,
  /^(?<d>\d{1,2})\.(?<m>\d{1,2})\.(?<y>\d{4})$/,
];

/** `12/31/2020` of the United States, and `31/12/2020` of most others: which it is, the whole column says. */
const asMonthFirst = (cell: string): number | undefined => asSlashed(cell, 1, 2);
const asDayFirst = (cell: string): number | undefined => asSlashed(cell, 2, 1);

function asSlashed(cell: string, month: number, day: number): number | undefined {
  const parts = /^(\d{1,2})[/-](\d{1,2})[/-](\d{4})( .*)?$/.exec(cell);
  return parts === null ? undefined : asDay(`${parts[3]}-${parts[month]}-${parts[day]}${parts[4] ?? ''}`);
}

/** Days since the beginning of 1970; a zone is passed over, for rows of one table have the same. */
function asDay(cell: string): number | undefined {
  for (const form of dateForms) {
    const { groups } = form.exec(cell) ?? {};
    if (groups === undefined) continue;
    const { y, m, d, h = 0, min = 0, s = 0 } = groups;
    const [year, month, day] = [Number(y), Number(m), Number(d)];
    const ms = Date.UTC(year, month - 1, day, Number(h), Number(min), Number(s));
    // 31 February would be a day of March.
    return new Date(ms).getUTCMonth() === month - 1 && day >= 1 ? ms / dayMs : undefined;
  }
  return undefined;
}

/** The first cell that no float32 holds, in a column that is numbers otherwise. */
export function firstBeyond(cells: readonly string[]): number | undefined {
  const isInfinite = (cell: string): boolean => /^[+-]?inf(inity)?$/i.test(cell);
  const isBeyond = (cell: string): boolean =>
    isInfinite(cell) || (plainNumber.test(cell) && finite(Number(cell)) === undefined);
  const first = cells.findIndex(isBeyond);
  const there = cells.filter((cell) => !isMissing(cell) && !isInfinite(cell));
  const isNumbers = there.length > 0 && there.every((cell) => plainNumber.test(cell));
  return first >= 0 && isNumbers ? first : undefined;
}

function wholeValues(numbers: Float64Array): readonly number[] {
  const values = new Set<number>();
  for (const value of numbers) {
    if (Number.isNaN(value)) continue;
    if (!Number.isSafeInteger(value)) return [];
    values.add(value);
    if (values.size > mostWhole) return [];
  }
  return [...values].toSorted((a, b) => a - b);
}
