import Papa from 'papaparse';
import { type Text, text } from '../../declaration/text.ts';
import { dataError } from './contract.ts';

/** Rows of text as they stand in a file, columns first: what is in them is not understood yet. */
export interface Delimited {
  readonly names: readonly string[];
  /** [columns][rows], without blanks around. */
  readonly columns: readonly (readonly string[])[];
  readonly rows: number;
  readonly delimiter: string;
  readonly hasHeader: boolean;
}

const delimiters = [',', '\t', ';', '|'];
const mostColumns = 4096;
const looked = 200;

/** What stands for a value that is not known. */
export const isMissing = (cell: string): boolean => /^(|\?|na|n\/a|nan|null|none|-)$/i.test(cell);

export const plainNumber = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** Throws a NetwrightError with the line where a row has more or fewer cells than the first, or a quote does not end. */
export function readDelimited(whole: string, place: string): Delimited {
  const delimiter = delimiterOf(whole);
  const columns: string[][] = [];
  let first: string[] | undefined;
  let before = 0;
  let wrong: { readonly at: number; readonly what: Text } | undefined;
  Papa.parse(whole, {
    delimiter,
    skipEmptyLines: 'greedy',
    step({ data, errors, meta }, parser) {
      const cells = data.map((cell) => cell.trim());
      const quotes = errors.find(({ type }) => type === 'Quotes');
      if (quotes !== undefined) wrong = { at: before, what: unendedQuote };
      else if (first === undefined) {
        first = cells;
        for (const cell of cells) columns.push([cell]);
        if (cells.length > mostColumns) wrong = { at: before, what: tooWide(cells.length) };
      } else if (cells.length !== first.length) {
        wrong = { at: before, what: ragged(first.length, cells.length) };
      } else for (let i = 0; i < cells.length; i++) (columns[i] as string[]).push(cells[i] as string);
      before = meta.cursor;
      if (wrong !== undefined) parser.abort();
    },
  });
  if (wrong !== undefined) {
    const line = lineOf(whole, wrong.at);
    const { en, zh } = wrong.what;
    throw dataError('table-row', place, text(`line ${line}: ${en}`, `第 ${line} 行：${zh}`));
  }
  const hasHeader = isHeader(columns);
  const names = columns.map(([cell = ''], i) =>
    (hasHeader && cell !== '' ? cell : `column ${i + 1}`).slice(0, 150),
  );
  const rest = hasHeader ? columns.map((cells) => cells.slice(1)) : columns;
  return { names: unique(names), columns: rest, rows: rest[0]?.length ?? 0, delimiter, hasHeader };
}

/** The one that cuts the first rows most often into the same number of cells, more than one. */
function delimiterOf(whole: string): string {
  const start = whole.slice(0, 2 ** 18);
  const scores = delimiters.map((delimiter) => {
    const { data } = Papa.parse(start, { delimiter, preview: looked, skipEmptyLines: 'greedy' });
    // The last row may be cut off.
    const widths = (data.length > 2 && start.length < whole.length ? data.slice(0, -1) : data).map(
      (row) => row.length,
    );
    const [width = 1] = widths;
    return width < 2
      ? 0
      : (width * widths.filter((other) => other === width).length ** 2) / widths.length ** 2;
  });
  const best = Math.max(...scores);
  return best === 0 ? ',' : (delimiters[scores.indexOf(best)] as string);
}

/** The first row names the columns where it is all words, and what is below looks otherwise; names may come twice. */
function isHeader(columns: readonly (readonly string[])[]): boolean {
  const first = columns.map(([cell = '']) => cell);
  // A table written with its row numbers has no name for their column.
  const named = first[0] === '' ? first.slice(1) : first;
  if (named.length === 0 || columns[0]?.[1] === undefined) return false;
  if (named.some((cell) => isMissing(cell) || plainNumber.test(cell))) return false;
  const areOwn = new Set(named).size === named.length;
  return columns.some((cells, i) => {
    const below = cells.slice(1, looked).filter((cell) => !isMissing(cell));
    const numbers = below.filter((cell) => plainNumber.test(cell)).length;
    if (below.length > 0 && numbers > 0.9 * below.length) return true;
    // A column of few words: the name is none of them.
    return areOwn && new Set(below).size * 2 <= below.length && !below.includes(first[i] as string);
  });
}

function unique(names: readonly string[]): readonly string[] {
  const seen = new Set<string>();
  return names.map((name) => {
    let free = name;
    for (let i = 2; seen.has(free); i++) free = `${name} ${i}`;
    seen.add(free);
    return free;
  });
}

/** Lines count from 1; blank ones before the row count too. */
function lineOf(whole: string, at: number): number {
  const skipped = /^(?:[ \t]*\r?\n)*/.exec(whole.slice(at, at + 4096))?.[0].length ?? 0;
  return (whole.slice(0, at + skipped).match(/\r\n|\n|\r/g) ?? []).length + 1;
}

const unendedQuote = text(
  'expected an end of the quoted text, found none',
  '引号中的文字应有结束引号，但没有找到',
);
const ragged = (expected: number, found: number): Text =>
  text(
    `expected ${expected} ${expected === 1 ? 'value' : 'values'} as in the first line, found ${found}`,
    `应与首行一样有 ${expected} 个值，实际为 ${found} 个`,
  );
const tooWide = (found: number): Text =>
  text(
    `expected at most ${mostColumns} columns, found ${found}`,
    `最多 ${mostColumns} 列，实际为 ${found} 列`,
  );
