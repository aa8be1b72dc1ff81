import { type Params, paramText } from '../../declaration/fields.ts';
import { listed, type Text, text } from '../../declaration/text.ts';
import type { ChannelStatistics, Preparation, RawRows, Samples } from '../sources/contract.ts';
import { hasClasses, rolesOf, type TableParams } from '../sources/table.ts';
import { type Column, firstBeyond, understand } from './columns.ts';
import {
  type Content,
  dataError,
  type Reader,
  requireSampleMemory,
  type SourceFile,
  type SourceFiles,
} from './contract.ts';
import { decodeText } from './decode-text.ts';
import { type Delimited, readDelimited } from './delimited.ts';
import { momentsOver, scaleOf } from './float-moments.ts';

const mostBytes = 2 ** 29;
export const tableEndings = /\.(csv|tsv|tab|data)$/i;
/** They stand in the project's file, which is to stay one that opens at once. */
const mostCategories = 20_000;
/** Rows that are shown as they stand. */
const shownRows = 20;

/** The file that was named, or the only one there is. */
const tableIn = ({ files, chosen }: SourceFiles): SourceFile | undefined => {
  if (chosen !== undefined) return files.find(({ name }) => name === chosen);
  const found = files.filter(({ name }) => tableEndings.test(name));
  return found.length === 1 ? found[0] : undefined;
};

export const tableReader: Reader = {
  type: 'table',
  readBy: [],
  async recognises(files) {
    const file = tableIn(files);
    if (file === undefined) return false;
    if (tableEndings.test(file.name)) return true;
    return /\.txt$/i.test(file.name) && !(await file.head(4096)).includes(0);
  },
  async read(files) {
    const file = tableIn(files) as SourceFile;
    const found = readDelimited(decodeText(await file.read(mostBytes), file.place), file.place);
    if (found.rows < 2) {
      throw dataError(
        'table-empty',
        file.place,
        text(`expected at least 2 rows, found ${found.rows}`, `至少应有 2 行，实际为 ${found.rows} 行`),
      );
    }
    for (const [i, name] of found.names.entries()) requireNumbers(found.columns[i] as string[], name, file);
    const columns = found.names.map((name, i) =>
      understand(name, found.columns[i] as readonly string[], found.delimiter),
    );
    const categories = columns.reduce((sum, { values }) => sum + values.length, 0);
    if (categories > mostCategories) throw tooVarious(file, categories);
    return contentOf(found, columns, file.place);
  },
};

/** What is no number a float32 holds would make of a column of numbers one of words. */
function requireNumbers(cells: readonly string[], column: string, { place }: SourceFile): void {
  const row = firstBeyond(cells);
  if (row === undefined) return;
  throw dataError(
    'table-number',
    place,
    text(
      `expected numbers that float32 can hold in "${column}", found ${cells[row]} in row ${row + 1}`,
      `“${column}”列应为 float32 能表示的数值，第 ${row + 1} 行中为 ${cells[row]}`,
    ),
  );
}

const tooVarious = ({ place }: SourceFile, found: number): Error =>
  dataError(
    'table-categories',
    place,
    text(
      `expected at most ${mostCategories} categories in all columns together, found ${found}`,
      `所有列的类别合计最多 ${mostCategories} 个，实际为 ${found} 个`,
    ),
  );

const choicesOf = ({ target, answers, ignored }: Params): TableParams => ({
  target: paramText(target ?? ''),
  answers: paramText(answers ?? 'auto'),
  ignored: paramText(ignored ?? ''),
});

function contentOf(found: Delimited, columns: readonly Column[], place: string): Content {
  const used = (params: Params) => {
    const choices = choicesOf(params);
    const roles = rolesOf(columns, choices);
    const target = columns[roles.indexOf('target')];
    const inputs = columns.filter((_, i) => roles[i] === 'input');
    const rows = Uint32Array.from({ length: found.rows }, (_, row) => row).filter(
      (row) => target === undefined || !Number.isNaN(target.numbers[row] as number),
    );
    return { target, inputs, rows, isClass: target !== undefined && hasClasses(target, choices) };
  };
  return {
    found: {
      train: found.rows,
      test: 0,
      shape: [],
      columns: columns.map(({ name, kind, values, missing }) => ({
        name,
        kind,
        values: [...values],
        ...(missing > 0 && { missing }),
      })),
    },
    remarks: remarksOn(columns),
    rows: {
      names: found.names,
      cells: Array.from({ length: Math.min(shownRows, found.rows) }, (_, row) =>
        found.columns.map((cells) => cells[row] as string),
      ),
    },
    cells(params, sample) {
      const row = used(params).rows[sample];
      return row === undefined ? [] : found.columns.map((column) => column[row] as string);
    },
    labels(params) {
      const { target, rows, isClass } = used(params);
      return isClass && target ? Int32Array.from(rows, (row) => target.classes[row] as number) : undefined;
    },
    samples(params, train) {
      const { target, inputs, rows, isClass } = used(params);
      if (target === undefined) throw new Error('a table that is trained on has a target');
      const y = isClass
        ? Int32Array.from(rows, (row) => target.classes[row] as number) // [rows]
        : Float32Array.from(rows, (row) => target.numbers[row] as number); // [rows, 1]
      return encoded({ inputs, rows, train, scaling: paramText(params['scaling']), place }, y);
    },
  };
}

function remarksOn(columns: readonly Column[]): Text[] {
  const remarks: Text[] = [];
  const names = (some: readonly Column[]): Text =>
    listed(
      some.map(({ name }) => text(name, name)),
      6,
    );
  const empty = columns.filter(({ missing, numbers }) => missing === numbers.length);
  if (empty.length > 0) {
    remarks.push(
      text(
        `Not used, because nothing stands in them: ${names(empty).en}.`,
        `以下列没有任何内容，未被使用：${names(empty).zh}。`,
      ),
    );
  }
  const various = columns.filter((column) => column.kind === 'text' && !empty.includes(column));
  if (various.length > 0) {
    remarks.push(
      text(
        `Not used, because their texts hardly repeat: ${names(various).en}.`,
        `以下列的文字几乎不重复，未被使用：${names(various).zh}。`,
      ),
    );
  }
  const gaps = columns.filter(({ missing, kind }) => missing > 0 && kind !== 'text');
  if (gaps.length > 0) {
    const all = gaps.reduce((sum, { missing }) => sum + missing, 0);
    remarks.push(
      text(
        `${all} values are missing in ${names(gaps).en}: as inputs, numbers take the mean of the training part and categories are all 0.`,
        `${names(gaps).zh} 中共缺失 ${all} 个值：作为输入时，数值取训练部分的均值，类别全为 0。`,
      ),
    );
  }
  return remarks;
}

/** What a column of dates is called where its numbers are told. */
export const dateTitle = (name: string): string => `${name} (days since 1970-01-01)`;

interface Encoding {
  readonly inputs: readonly Column[];
  /** Rows of the table that are samples, and which of these are trained on. */
  readonly rows: Uint32Array;
  readonly train: Uint32Array;
  readonly scaling: string;
  readonly place: string;
}

/** Numbers scaled, categories as 1 among 0s, column after column. */
function encoded({ inputs, rows, train, scaling, place }: Encoding, y: Samples['y']): Samples {
  const width = inputs.reduce((sum, { kind, values }) => sum + (kind === 'category' ? values.length : 1), 0);
  requireSampleMemory(4 * width * rows.length, place);
  const x = new Float32Array(rows.length * width); // [rows, width]
  const preparation: Preparation[number][] = [];
  const statistics: ChannelStatistics[] = [];
  let at = 0;
  for (const column of inputs) {
    const { name, kind, values, numbers } = column;
    if (kind === 'category') {
      for (const [i, row] of rows.entries()) {
        const category = numbers[row] as number;
        if (!Number.isNaN(category)) x[i * width + at + category] = 1;
      }
      preparation.push({ name, categories: values });
      at += values.length;
      continue;
    }
    const moments = momentsOver(
      name,
      train.length,
      (i) => numbers[rows[train[i] as number] as number] as number,
      column.missing,
    );
    const { scale, shift } = scaleOf(moments, scaling);
    for (const [i, row] of rows.entries()) {
      const value = numbers[row] as number;
      x[i * width + at] = (Number.isNaN(value) ? moments.mean : value) * scale + shift;
    }
    const title = kind === 'date' ? dateTitle(name) : name;
    preparation.push({ name: title, scale, shift, missing: moments.mean });
    statistics.push(moments);
    at++;
  }
  const raw: RawRows = {
    type: 'float64',
    size: inputs.length,
    copy(sample, to, start) {
      for (const [i, { numbers }] of inputs.entries())
        to[start + i] = numbers[rows[sample] as number] as number;
    },
  };
  return { count: rows.length, x, y, preparation, raw, statistics };
}
