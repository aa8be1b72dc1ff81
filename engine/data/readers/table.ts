import { type Params, paramText } from '../../declaration/fields.ts';
import { listed, type Text, text } from '../../declaration/text.ts';
import type { ChannelStatistics, Preparation, RawRows, Samples } from '../sources/contract.ts';
import { hasClasses, isSplitGiven, rolesOf, type TableParams } from '../sources/table.ts';
import type { Column } from './columns.ts';
import { type Content, dataError, type Reader, requireSampleMemory, type TableRows } from './contract.ts';
import { momentsOver, scaleOf } from './float-moments.ts';
import { type PartName, partOrder, remarkOnSplit } from './parts.ts';
import { type PartTable, readColumns, type TableColumns, type TableSet } from './table-columns.ts';
import { openSet, tableEndings, tablesIn } from './table-parts.ts';

/** They stand in the project's file, which is to stay one that opens at once. */
const mostCategories = 20_000;
/** Rows that are shown as they stand. */
const shownRows = 20;
const toldByName = 6;

export const tableReader: Reader = {
  type: 'table',
  readBy: [],
  async recognises(files) {
    const [found] = tablesIn(files) ?? [];
    if (found === undefined) return false;
    const { file } = found;
    if (tableEndings.test(file.name)) return true;
    return /\.txt$/i.test(file.name) && !(await file.head(4096)).includes(0);
  },
  async read(files) {
    const set = await openSet(tablesIn(files) ?? []);
    const all = readColumns(set);
    for (const { source, file } of set.tables) file.release(source.again?.bind(source));
    const { place } = set.tables[0].file;
    const found = { ...all, columns: withFewCategories(all.columns, place) };
    const trained = countOf(found, 'train');
    if (trained < 2) {
      throw dataError(
        'table-empty',
        place,
        text(
          `expected at least 2 rows${found.partOf === undefined ? '' : ' to train on'}, found ${trained}`,
          `至少应有 2 行${found.partOf === undefined ? '' : '训练数据'}，实际为 ${trained} 行`,
        ),
      );
    }
    return contentOf(set.tables, found);
  },
};

/**
 * The columns with no more values in all than can be told. Numbers of few values may be classes; where many columns could, as
 * the pixels of pictures, those of the fewest stay able to.
 */
function withFewCategories(columns: TableColumns['columns'], place: string): TableColumns['columns'] {
  const count = (kind: 'category' | 'number'): number =>
    columns.reduce((sum, column) => sum + (column.kind === kind ? column.values.length : 0), 0);
  let room = mostCategories - count('category');
  if (room < 0) throw tooVarious(place, count('category'));
  if (count('number') <= room) return columns;
  const able = new Set<TableColumns['columns'][number]>();
  for (const column of columns.toSorted((a, b) => a.values.length - b.values.length)) {
    if (column.kind !== 'number' || column.values.length > room) continue;
    room -= column.values.length;
    able.add(column);
  }
  return columns.map((column) =>
    column.kind === 'number' && !able.has(column) ? { ...column, values: [] } : column,
  );
}

const tooVarious = (place: string, found: number): Error =>
  dataError(
    'table-categories',
    place,
    text(
      `expected at most ${mostCategories} categories in all columns together, found ${found}`,
      `所有列的类别合计最多 ${mostCategories} 个，实际为 ${found} 个`,
    ),
  );

/** Rows that the files give to a part; of files that give none, all are there to train on. */
function countOf({ rows, partOf }: TableColumns, part: PartName): number {
  if (partOf === undefined) return part === 'train' ? rows : 0;
  let count = 0;
  for (let row = 0; row < rows; row++) if (partOf(row) === part) count++;
  return count;
}

const choicesOf = ({ target, answers, ignored }: Params): TableParams => ({
  target: paramText(target ?? ''),
  answers: paramText(answers ?? 'auto'),
  ignored: paramText(ignored ?? ''),
});

/** What a table is used as. */
interface Use {
  readonly target: Column | undefined;
  readonly inputs: readonly Column[];
  /** What names the part of each row. */
  readonly split: Column | undefined;
  /** Rows that are samples, in the order of these. */
  readonly rows: Uint32Array;
  readonly isClass: boolean;
}

function contentOf(tables: TableSet['tables'], found: TableColumns): Content {
  const { columns, starts } = found;
  const [train] = tables;
  const cellsOf = (row: number): readonly string[] => {
    const at = starts.findLastIndex((start) => row >= start);
    const { file, places } = tables[at] as PartTable;
    const cells = file.rowAt(row - (starts[at] as number));
    return places.map((place) => cells[place] ?? '');
  };
  let last: { readonly key: string; readonly use: Use } | undefined;
  const used = (params: Params): Use => {
    const choices = choicesOf(params);
    const key = JSON.stringify(choices);
    if (last?.key !== key) last = { key, use: useOf(found, choices) };
    return last.use;
  };
  const [validation, test] = [countOf(found, 'validation'), countOf(found, 'test')];
  return {
    found: {
      train: countOf(found, 'train'),
      ...(validation > 0 && { validation }),
      test,
      shape: [],
      columns: columns.map(({ name, kind, values, missing, missingHeld, asked }) => ({
        name,
        kind,
        values: [...values],
        ...(missing > 0 && { missing }),
        ...(missingHeld && { missingHeld }),
        ...(asked && { asked }),
      })),
    },
    remarks: [...found.remarks, ...remarksOn(found)],
    rows: {
      names: train.file.names,
      cells: Array.from({ length: Math.min(shownRows, starts[1] ?? found.rows) }, (_, row) => cellsOf(row)),
    } satisfies TableRows,
    cells(params, sample) {
      const row = used(params).rows[sample];
      return row === undefined ? [] : cellsOf(row);
    },
    labels(params) {
      const { target, rows, isClass } = used(params);
      return isClass && target ? Int32Array.from(rows, target.classAt) : undefined;
    },
    remarksOnUse(params, trained) {
      const { inputs, rows, split } = used(params);
      return [...remarkOnSplit(split), ...unseenIn(inputs, rows, trained)];
    },
    samples(params, trained) {
      const { target, inputs, rows, isClass } = used(params);
      if (target === undefined) throw new Error('a table that is trained on has a target');
      const y = isClass
        ? Int32Array.from(rows, target.classAt) // [rows]
        : Float32Array.from(rows, target.at); // [rows, 1]
      const scaling = paramText(params['scaling']);
      return encoded({ inputs, rows, train: trained, scaling, place: train.file.place }, y);
    },
  };
}

/** Rows without a target are no samples; those of parts that are given come in the order of these. */
function useOf({ columns, rows: all, partOf }: TableColumns, choices: TableParams): Use {
  const roles = rolesOf(columns, choices);
  const target = columns[roles.indexOf('target')];
  const inputs = columns.filter((_, i) => roles[i] === 'input');
  const isGiven = partOf !== undefined && isSplitGiven(columns, roles);
  const rows = new Uint32Array(all);
  let count = 0;
  for (const part of isGiven ? partOrder : [undefined]) {
    for (let row = 0; row < all; row++) {
      if (isGiven && partOf(row) !== part) continue;
      if (target === undefined || !Number.isNaN(target.at(row))) rows[count++] = row;
    }
  }
  const isClass = target !== undefined && hasClasses(target, choices);
  const split = columns[roles.indexOf('split')];
  return { target, inputs, split, rows: rows.subarray(0, count), isClass };
}

/** Which categories of a column stand among the rows that are trained on: of the others nothing can be learnt. */
function seenAmong({ values, at }: Column, rows: Uint32Array, train: Uint32Array): Uint8Array {
  const seen = new Uint8Array(values.length);
  for (const sample of train) {
    const category = at(rows[sample] as number);
    if (!Number.isNaN(category)) seen[category] = 1;
  }
  return seen;
}

/** Says which categories stand only among rows that are not trained on. */
function unseenIn(inputs: readonly Column[], rows: Uint32Array, train: Uint32Array): Text[] {
  const found = inputs.flatMap((column) => {
    if (column.kind !== 'category') return [];
    const seen = seenAmong(column, rows, train);
    const there = seenAmong(column, rows, Uint32Array.from(rows.keys()));
    return column.values
      .filter((_, i) => there[i] === 1 && seen[i] === 0)
      .map((value) => text(`"${value}" in "${column.name}"`, `“${column.name}”中的“${value}”`));
  });
  if (found.length === 0) return [];
  const names = listed(found, toldByName);
  return [
    text(
      `Not among the training samples: ${names.en}. As inputs they are taken as missing.`,
      `训练样本中没有${names.zh}；作为输入时按缺失处理。`,
    ),
  ];
}

function remarksOn({ columns, rows }: TableColumns): Text[] {
  const remarks: Text[] = [];
  const names = (some: readonly Column[]): Text =>
    listed(
      some.map(({ name }) => text(name, name)),
      toldByName,
    );
  const empty = columns.filter(({ missing }) => missing === rows);
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
  const gaps = columns.filter(({ missing, kind }) => missing > 0 && kind !== 'text' && kind !== 'part');
  if (gaps.length > 0) {
    const all = gaps.reduce((sum, { missing }) => sum + missing, 0);
    remarks.push(
      text(
        `${all} ${all === 1 ? 'value is' : 'values are'} missing in ${names(gaps).en}: as inputs, numbers take the mean of the training part and categories are all 0; rows without a value to predict are left out.`,
        `${names(gaps).zh} 中共缺失 ${all} 个值：作为输入时，数值取训练部分的均值，类别全为 0；没有目标值的行不参与。`,
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
  const raws: ((row: number) => number)[] = [];
  for (const column of inputs) {
    const { name, kind, values } = column;
    if (kind === 'category') {
      const seen = seenAmong(column, rows, train);
      const learnt = (row: number): number => {
        const category = column.at(row);
        return seen[category] === 1 ? category : Number.NaN;
      };
      for (const [i, row] of rows.entries()) {
        const category = learnt(row);
        if (!Number.isNaN(category)) x[i * width + at + category] = 1;
      }
      raws.push(learnt);
      preparation.push({ name, categories: values });
      at += values.length;
      continue;
    }
    const moments = momentsOver(
      name,
      train.length,
      (i) => column.at(rows[train[i] as number] as number),
      column.missing,
    );
    const { scale, shift } = scaleOf(moments, scaling);
    for (const [i, row] of rows.entries()) {
      const value = column.at(row);
      x[i * width + at] = (Number.isNaN(value) ? moments.mean : value) * scale + shift;
    }
    raws.push(column.at);
    const title = kind === 'date' ? dateTitle(name) : name;
    preparation.push({ name: title, scale, shift, missing: moments.mean });
    statistics.push(moments);
    at++;
  }
  const raw: RawRows = {
    type: 'float64',
    size: inputs.length,
    copy(sample, to, start) {
      for (const [i, value] of raws.entries()) to[start + i] = value(rows[sample] as number);
    },
  };
  return { count: rows.length, x, y, preparation, raw, statistics };
}
