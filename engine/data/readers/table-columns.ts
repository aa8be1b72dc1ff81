import type { FoundColumn } from '../../declaration/found-files.ts';
import { type Text, text } from '../../declaration/text.ts';
import { isMissing } from './cell-forms.ts';
import {
  type Column,
  type ColumnForm,
  ColumnInquiry,
  ColumnValues,
  columnOf,
  longestValue,
  mostCategories,
  ownText,
} from './columns.ts';
import { dataError, type SourceFile } from './contract.ts';
import type { DelimitedFile } from './delimited.ts';
import { type PartName, partsNamed } from './parts.ts';

/** A table of a set as it is read. */
export interface PartTable {
  readonly part: PartName;
  readonly source: SourceFile;
  readonly file: DelimitedFile;
  /** Where in a row each column of the table to train on stands. */
  readonly places: readonly number[];
}

/** Tables that are read together, the one to train on first. */
export interface TableSet {
  readonly tables: readonly [PartTable, ...PartTable[]];
  /** Columns that other tables lack, which have been left out because of it. */
  readonly asked: ReadonlySet<string>;
  readonly remarks: readonly Text[];
}

export interface TableColumns {
  readonly columns: readonly Column[];
  /** Of all tables; they are numbered through, and this is where those of each begin. */
  readonly rows: number;
  readonly starts: readonly number[];
  /** What a row is for, where the files say it. */
  readonly partOf: ((row: number) => PartName) | undefined;
  readonly remarks: readonly Text[];
}

/**
 * Reads tables of the same columns, the one to train on first: once to see how its columns are written, and once more for
 * their values. The others have to be written alike; words that only they have come last among the categories.
 */
export function readColumns({ tables, asked, remarks }: TableSet): TableColumns {
  const [train, ...held] = tables;
  const inquiries = train.file.names.map((name) => new ColumnInquiry(name, train.file.delimiter));
  const counts = tables.map(({ file }) => {
    let rows = 0;
    file.readRows((cells) => {
      rows++;
      if (file === train.file)
        for (const [i, inquiry] of inquiries.entries()) inquiry.show(cells[i] as string);
    });
    return rows;
  });
  requireNumbers(inquiries, train.file);
  const forms = inquiries.map((inquiry) => inquiry.form());
  const starts = counts.map((_, at) => sum(counts.slice(0, at)));
  const readings = forms.map((form) => new Reading(form, sum(counts)));
  for (const [at, table] of tables.entries()) {
    const first = starts[at] as number;
    table.file.readRows((cells, row) => {
      for (const [i, reading] of readings.entries()) {
        const cell = cells[table.places[i] as number] as string;
        if (!reading.take(first + row, cell, table))
          throw otherwise(table, forms[i] as ColumnForm, cell, row);
      }
    });
  }
  const columns = readings
    .map((reading) => reading.column())
    .map((column): Column => (asked.has(column.name) ? { ...column, asked: true } : column));
  const likened = readings.flatMap((reading) => reading.likened(train.source.name));
  const partOf =
    held.length === 0
      ? partsFrom(columns)
      : (row: number): PartName => (tables[starts.findLastIndex((start) => row >= start)] ?? train).part;
  return {
    columns: partOf === undefined ? columns : withMissingHeld(columns, sum(counts), partOf),
    starts,
    rows: sum(counts),
    partOf,
    remarks: [...remarks, ...likened],
  };
}

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);

/** What is no number that a float32 holds would make of a column of numbers one of words. */
function requireNumbers(inquiries: readonly ColumnInquiry[], { place }: DelimitedFile): void {
  for (const { name, beyond } of inquiries.map((inquiry) => ({
    name: inquiry.name,
    beyond: inquiry.beyond(),
  }))) {
    if (beyond === undefined) continue;
    const { cell, row } = beyond;
    throw dataError(
      'table-number',
      place,
      text(
        `expected numbers that float32 can hold in "${name}", found ${cell} in row ${row + 1}`,
        `“${name}”列应为 float32 能表示的数值，第 ${row + 1} 行中为 ${cell}`,
      ),
    );
  }
}

const written: Readonly<Record<FoundColumn['kind'], Text>> = {
  number: text('numbers', '数值'),
  date: text('dates', '日期'),
  category: text(`at most ${mostCategories} categories`, `最多 ${mostCategories} 个类别`),
  text: text('texts', '文字'),
  part: text('parts', '部分名称'),
};

function otherwise({ file }: PartTable, { name, kind }: ColumnForm, cell: string, row: number): Error {
  const found = cell.slice(0, 40);
  const { en, zh } = written[kind];
  return dataError(
    'table-parts',
    file.place,
    text(
      `expected ${en} in "${name}" as among the rows to train on, found "${found}" in row ${row + 1}`,
      `“${name}”列应与训练部分一样为${zh}，第 ${row + 1} 行中为“${found}”`,
    ),
  );
}

/** How many values are missing in the parts that are not trained on. */
const withMissingHeld = (
  columns: readonly Column[],
  rows: number,
  partOf: (row: number) => PartName,
): readonly Column[] =>
  columns.map((column) => {
    if (column.missing === 0 || column.kind === 'text') return column;
    const counts = { train: 0, validation: 0, test: 0 };
    for (let row = 0; row < rows; row++) if (Number.isNaN(column.at(row))) counts[partOf(row)]++;
    const { validation, test } = counts;
    return validation + test === 0 ? column : { ...column, missingHeld: { validation, test } };
  });

/** What a column says of the rows; the first one that names parts becomes one of them. */
function partsFrom(columns: Column[]): ((row: number) => PartName) | undefined {
  for (const [i, column] of columns.entries()) {
    if (column.kind !== 'category') continue;
    const parts = partsNamed(column.values, column.missing > 0);
    if (parts === undefined) continue;
    columns[i] = { ...column, kind: 'part' };
    return (row) => parts[column.at(row)] ?? 'train';
  }
  return undefined;
}

/** One column on its second reading. */
class Reading {
  private readonly form: ColumnForm;
  private readonly values: ColumnValues;
  /** Numbers of the categories that only tables beside the one to train on have. */
  private readonly heldWords = new Map<string, number>();
  /** Words that were read without the full stop at their end: as which category, and in which table. */
  private readonly stopped = new Map<string, { readonly category: string; readonly table: string }>();
  private heldMissing = 0;

  constructor(form: ColumnForm, rows: number) {
    this.form = form;
    this.values = new ColumnValues(form, rows);
  }

  /** Whether the cell is written as the column is. */
  take(row: number, cell: string, table: PartTable): boolean {
    const isHeld = table.part !== 'train';
    const value = this.form.read(cell) ?? (isHeld ? this.heldWord(cell, table) : undefined);
    if (value === undefined) return false;
    if (isHeld && isMissing(cell)) this.heldMissing++;
    this.values.set(row, value);
    return true;
  }

  /** Some test tables end their answers with a full stop that the others lack. */
  private heldWord(cell: string, { source: { name } }: PartTable): number | undefined {
    const { kind, values, read } = this.form;
    if (kind !== 'category') return undefined;
    const plain = cell.endsWith('.') ? read(cell.slice(0, -1)) : undefined;
    if (plain !== undefined && !Number.isNaN(plain)) {
      if (!this.stopped.has(cell))
        this.stopped.set(ownText(cell), { category: values[plain] as string, table: name });
      return plain;
    }
    const known = this.heldWords.get(cell);
    if (known !== undefined) return known;
    const next = values.length + this.heldWords.size;
    if (next >= mostCategories || cell.length > longestValue) return undefined;
    this.heldWords.set(ownText(cell), next);
    return next;
  }

  column(): Column {
    const { form, heldWords, heldMissing } = this;
    const values = [...form.values, ...heldWords.keys()];
    return columnOf({ ...form, values, missing: form.missing + heldMissing }, this.values);
  }

  likened(train: string): Text[] {
    return [...this.stopped].map(([word, { category, table }]) =>
      text(
        `In ${table} "${word}" is read as "${category}", as ${train} writes it.`,
        `${table} 中的“${word}”按 ${train} 的写法读作“${category}”。`,
      ),
    );
  }
}
