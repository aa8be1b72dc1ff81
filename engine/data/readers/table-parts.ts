import { listed, type Text, text } from '../../declaration/text.ts';
import { dataError, type SourceFile, type SourceFiles } from './contract.ts';
import { DelimitedFile } from './delimited.ts';
import { type PartName, partOrder, partWithin, settled, withoutPart } from './parts.ts';
import type { PartTable, TableSet } from './table-columns.ts';

const mostBytes = 2 ** 29;
const toldByName = 6;
const toldLines = 3;

export const tableEndings = /\.(csv|tsv|tab|data)$/i;

/** A table of a set, and what its rows are for. */
export interface TableFile {
  readonly part: PartName;
  readonly file: SourceFile;
}

/**
 * The tables that make up a set, the one to train on first: the file that was named, the only one there is, or those that are
 * called alike but for the part. Undefined where it is not clear which they are.
 */
export function tablesIn({ files, chosen }: SourceFiles): readonly TableFile[] | undefined {
  if (chosen !== undefined) {
    const file = files.find(({ name }) => name === chosen);
    return file && [{ part: 'train', file }];
  }
  const tables = files.filter(({ name }) => tableEndings.test(name));
  const [only, second] = tables;
  if (only !== undefined && second === undefined) return [{ part: 'train', file: only }];
  const sets = new Map<string, SourceFile[]>();
  for (const file of tables) {
    const set = withoutPart(file.name);
    sets.set(set, [...(sets.get(set) ?? []), file]);
  }
  const [found, other] = [...sets.values()].flatMap((set) => splitSet(set) ?? []);
  return other === undefined ? found?.tables : undefined;
}

/** Undefined where they are not one to train on and one to test with. */
function splitSet(set: readonly SourceFile[]): { readonly tables: readonly TableFile[] } | undefined {
  const parts = settled(set.map(({ name }) => partWithin(name)));
  const tables = partOrder.flatMap((part) =>
    set.flatMap((file, i) => (parts[i] === part ? [{ part, file }] : [])),
  );
  const has = (part: PartName): boolean => parts.includes(part);
  const isWhole = tables.length === set.length && new Set(parts).size === set.length;
  return isWhole && has('train') && has('test') ? { tables } : undefined;
}

/** Columns that a table lacks while it has no others than the one to train on: answers are what it asks for. */
function unansweredIn(held: DelimitedFile, train: DelimitedFile): readonly string[] {
  if (!held.hasHeader || !train.hasHeader) return [];
  const isWithin = held.names.every((name) => train.names.includes(name));
  return isWithin ? train.names.filter((name) => !held.names.includes(name)) : [];
}

/**
 * Where in a table each column of the one to train on stands: by their names where both have them, else by their order.
 * Throws a NetwrightError where one is not there.
 */
function placesOf(held: DelimitedFile, train: DelimitedFile, name: string): readonly number[] {
  if (held.hasHeader && train.hasHeader) {
    const places = train.names.map((column) => held.names.indexOf(column));
    const absent = places.indexOf(-1);
    if (absent < 0) return places;
    const column = train.names[absent];
    throw dataError(
      'table-parts',
      held.place,
      text(
        `expected the columns of ${name}, found none called "${column}"; open ${name} itself to use it alone`,
        `应有与 ${name} 相同的列，但缺少“${column}”；如只用 ${name}，请直接打开该文件`,
      ),
    );
  }
  const [expected, found] = [train.names.length, held.names.length];
  if (expected === found) return [...train.names.keys()];
  throw dataError(
    'table-parts',
    held.place,
    text(
      `expected ${expected} columns as in ${name}, found ${found}; open ${name} itself to use it alone`,
      `应与 ${name} 一样有 ${expected} 列，实际为 ${found} 列；如只用 ${name}，请直接打开该文件`,
    ),
  );
}

/** Throws a NetwrightError where they do not go together. */
export async function openSet(files: readonly TableFile[]): Promise<TableSet> {
  const tables: PartTable[] = [];
  const asked = new Set<string>();
  const remarks: Text[] = [];
  for (const { part, file: source } of files) {
    const [train] = tables;
    const file = new DelimitedFile(await source.read(mostBytes), source.place, train?.file.names);
    if (file.passed.length > 0) remarks.push(passedOver(source.name, file.passed));
    if (train !== undefined && file.isEmpty) {
      remarks.push(noRows(source.name));
      continue;
    }
    const unanswered = train === undefined ? [] : unansweredIn(file, train.file);
    if (unanswered.length > 0) {
      for (const name of unanswered) asked.add(name);
      remarks.push(leftOut(source.name, unanswered));
      continue;
    }
    const places =
      train === undefined ? [...file.names.keys()] : placesOf(file, train.file, train.source.name);
    tables.push({ part, source, file, places });
  }
  const [train, ...held] = tables;
  if (train === undefined) throw new Error('a table that is read is there');
  const parts = settled(held.map(({ part }) => part));
  return {
    tables: [train, ...held.map((table, i) => ({ ...table, part: parts[i] ?? table.part }))],
    asked,
    remarks,
  };
}

const noRows = (table: string): Text => text(`${table} has no rows.`, `${table} 中没有任何行。`);

function passedOver(table: string, lines: readonly string[]): Text {
  const told = listed(
    lines.map((line) => text(`"${line.slice(0, 60).trim()}"`, `“${line.slice(0, 60).trim()}”`)),
    toldLines,
  );
  return text(
    `Passed over above the rows of ${table}: ${told.en}.`,
    `${table} 表格上方的文字已略过：${told.zh}。`,
  );
}

function leftOut(table: string, unanswered: readonly string[]): Text {
  const names = listed(
    unanswered.map((name) => text(`"${name}"`, `“${name}”`)),
    toldByName,
  );
  return text(
    `${table} lacks ${names.en}: its rows have no answers and are left out. The Models page can answer them with the exported model.`,
    `${table} 中没有${names.zh}：其中各行没有答案，未被使用。可在“模型”页用导出的模型预测这些行。`,
  );
}
