import type { FoundColumn } from '../../declaration/found-files.ts';
import {
  dayWays,
  digitsIn,
  infinity,
  isFinite32,
  isMissing,
  numberWays,
  plainNumber,
  shortDayWays,
  type Way,
} from './cell-forms.ts';

/** One column, understood. */
export interface Column extends FoundColumn {
  readonly missing: number;
  /** A number, days since 1970, or the number of a category; NaN where the value is missing. */
  readonly at: (row: number) => number;
  /** The number of the class, where a column of few whole numbers is classes; otherwise as above. */
  readonly classAt: (row: number) => number;
}

/** More different words than these are no categories … */
export const mostCategories = 1000;
/** … nor are more than a few that stand but once or twice each. */
const fewCategories = 20;
const leastRepeated = 2;
/** A column of numbers can be classes when it has at most so many whole ones. */
const mostWhole = 100;
export const longestValue = 200;
const noCategory = 2 ** 16 - 1;

/** How a column is written, throughout. */
export interface ColumnForm extends FoundColumn {
  readonly missing: number;
  /** NaN for a value that is missing, undefined for one that is not written so. */
  readonly read: Way;
}

/**
 * Finds the form of a column from its cells, shown one after the other: of all ways to read one those stay that have read
 * all so far, and of words as many as categories may have. `delimiter` is what stands between the cells: where it is a comma,
 * one within a number is not the decimal point.
 */
export class ColumnInquiry {
  readonly name: string;
  private numbers: readonly Way[];
  private days: readonly Way[] = dayWays;
  private shortDays: readonly Way[] = shortDayWays;
  private words: Set<string> | undefined = new Set();
  private lastWord: string | undefined;
  private rows = 0;
  private missing = 0;
  private firstBeyond: { readonly row: number; readonly cell: string } | undefined;
  private plain = 0;
  private infinite = 0;

  constructor(name: string, delimiter: string) {
    this.name = name;
    this.numbers = numberWays(delimiter);
  }

  show(cell: string): void {
    const row = this.rows++;
    if (isMissing(cell)) {
      this.missing++;
      return;
    }
    this.collect(cell);
    const digits = digitsIn(cell);
    // All ways to write numbers have whole ones in common, and no day is written with less than two marks.
    if (digits !== 'whole' && this.numbers.length > 0) this.numbers = readable(this.numbers, cell);
    if (this.days.length > 0) this.days = digits === undefined ? readable(this.days, cell) : [];
    if (this.shortDays.length > 0)
      this.shortDays = digits === undefined ? readable(this.shortDays, cell) : [];
    const isPlain = digits !== undefined || plainNumber.test(cell);
    if (isPlain) this.plain++;
    else if (infinity.test(cell)) this.infinite++;
    else return;
    if (digits !== undefined) return;
    if (!isPlain || !isFinite32(Number(cell))) this.firstBeyond ??= { row, cell };
  }

  private collect(cell: string): void {
    // The same comes again and again in large tables, and is known faster so.
    if (this.words === undefined || cell === this.lastWord || this.words.has(cell)) return;
    if (this.words.size === mostCategories || cell.length > longestValue) this.words = undefined;
    else {
      this.lastWord = ownText(cell);
      this.words.add(this.lastWord);
    }
  }

  /** The first cell that no float32 holds, in a column that is numbers otherwise. */
  beyond(): { readonly row: number; readonly cell: string } | undefined {
    const isNumbers = this.plain > 0 && this.plain + this.infinite === this.rows - this.missing;
    return isNumbers ? this.firstBeyond : undefined;
  }

  form(): ColumnForm {
    const { name, missing, words } = this;
    const there = this.rows - missing;
    const [number] = this.numbers;
    if (there > 0 && number !== undefined)
      return { name, kind: 'number', values: [], missing, read: orMissing(number) };
    const [day] = this.shortDays.length === 1 ? this.shortDays : this.days;
    if (there > 0 && day !== undefined)
      return { name, kind: 'date', values: [], missing, read: orMissing(day) };
    const isVarious =
      words === undefined || (words.size > fewCategories && there < leastRepeated * words.size);
    if (isVarious || words.size === 0)
      return { name, kind: 'text', values: [], missing, read: () => Number.NaN };
    const values = [...words].toSorted((a, b) => (a < b ? -1 : 1));
    const at = new Map(values.map((value, i) => [value, i]));
    return { name, kind: 'category', values, missing, read: orMissing((cell) => at.get(cell)) };
  }
}

const orMissing =
  (way: Way): Way =>
  (cell) =>
    isMissing(cell) ? Number.NaN : way(cell);

/** Most often all of them: then nothing is made anew. */
const readable = (ways: readonly Way[], cell: string): readonly Way[] =>
  ways.every((way) => way(cell) !== undefined) ? ways : ways.filter((way) => way(cell) !== undefined);

/** A piece of a longer text would keep the whole of it. */
export const ownText = (cell: string): string => ` ${cell}`.slice(1);

/** The values of one column, as they come: numbers and dates in 8 bytes, categories in 2. */
export class ColumnValues {
  /** [rows]; of a column of texts, which is not used, none. */
  private readonly values: Float64Array | Uint16Array;
  private whole: Set<number> | undefined;
  private last = Number.NaN;

  constructor({ kind }: Pick<FoundColumn, 'kind'>, rows: number) {
    const isNumeric = kind === 'number' || kind === 'date';
    this.values = isNumeric ? new Float64Array(rows) : new Uint16Array(kind === 'text' ? 0 : rows);
    if (kind === 'number') this.whole = new Set();
  }

  set(row: number, value: number): void {
    this.values[row] = Number.isNaN(value) && this.values instanceof Uint16Array ? noCategory : value;
    if (this.whole === undefined || value === this.last || Number.isNaN(value)) return;
    this.last = value;
    if (this.whole.has(value)) return;
    if (this.whole.size < mostWhole && Number.isSafeInteger(value)) this.whole.add(value);
    else this.whole = undefined;
  }

  /** NaN where there is none. */
  at(row: number): number {
    const value = this.values[row] ?? noCategory;
    return value === noCategory && this.values instanceof Uint16Array ? Number.NaN : value;
  }

  /** Those that there are, by size; none where some are no whole numbers, or they are too many. */
  wholeNumbers(): readonly number[] {
    return [...(this.whole ?? [])].toSorted((a, b) => a - b);
  }
}

/** A column whose values have all been set. */
export function columnOf(form: ColumnForm, values: ColumnValues): Column {
  const { name, kind, missing } = form;
  const at = (row: number): number => values.at(row);
  if (kind !== 'number') return { name, kind, values: form.values, missing, at, classAt: at };
  const whole = values.wholeNumbers();
  const classes = new Map(whole.map((value, i) => [value, i]));
  return {
    name,
    kind,
    values: whole.map(String),
    missing,
    at,
    classAt: (row) => classes.get(at(row)) ?? Number.NaN,
  };
}

/** The same for cells that are all there. */
export function understand(name: string, cells: readonly string[], delimiter = ','): Column {
  const inquiry = new ColumnInquiry(name, delimiter);
  for (const cell of cells) inquiry.show(cell);
  const form = inquiry.form();
  const values = new ColumnValues(form, cells.length);
  for (const [row, cell] of cells.entries()) values.set(row, form.read(cell) as number);
  return columnOf(form, values);
}
