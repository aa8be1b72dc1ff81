import { listed, type Text, text } from '../../declaration/text.ts';
import { isMissing } from './cell-forms.ts';
import { type Column, understand } from './columns.ts';
import { dataError, type SourceFile } from './contract.ts';
import { readDelimited } from './delimited.ts';
import { type PartName, partsNamed, partWithin, remarkOnSplit, settled } from './parts.ts';

/** An image and what it shows. */
export interface LabelledImage {
  readonly file: SourceFile;
  readonly label: string;
  readonly part: PartName;
}

export interface TableLabels {
  readonly images: readonly LabelledImage[];
  /** What the column of labels is called. */
  readonly column: string;
  readonly remarks: readonly Text[];
}

const tableEndings = /\.(csv|tsv)$/i;
const labelNames = /^(labels?|class(es)?|class[ _-]?(name|label)|categor(y|ies)|target|species|breed|y)$/i;
const mostTables = 8;
const mostTableBytes = 2 ** 28;
const toldByName = 3;
/** Of the cells of a column so many name images, or it is another column. */
const leastNamed = 0.5;

interface NamingTable {
  readonly file: SourceFile;
  /** What each name can mean. */
  readonly images: readonly (readonly SourceFile[])[];
  /** As they stand in the column of names. */
  readonly names: readonly string[];
  readonly labels: readonly string[];
  readonly column: string;
  readonly split: SplitColumn | undefined;
}

/** A column that names the part of each image. */
interface SplitColumn {
  readonly name: string;
  readonly missing: number;
  readonly partOf: (row: number) => PartName;
}

/**
 * What tables among the files say of the images; undefined where none of them names images. A table called test says what is
 * tested with, one called validation what guides the training; where a column of it says so of the images, that goes before.
 */
export async function labelsFromTables(
  files: readonly SourceFile[],
  images: readonly SourceFile[],
): Promise<TableLabels | undefined> {
  const tables = files.filter(({ name }) => tableEndings.test(name)).slice(0, mostTables);
  if (tables.length === 0 || images.length === 0) return undefined;
  const byName = imagesByName(images);
  const naming: NamingTable[] = [];
  let unlabelled: Error | undefined;
  for (const file of tables) {
    const { columns, names } = readDelimited(await file.read(mostTableBytes), file.place);
    const at = columns.findIndex((cells) => namesImages(cells, file, byName));
    if (at < 0) continue;
    const understood = names.map((name, i) => understand(name, columns[i] as string[]));
    const split = splitColumn(understood.filter((_, i) => i !== at));
    const label = labelColumn(understood, [names[at], split?.name]);
    if (label === undefined) {
      unlabelled ??= noLabels(file, names[at] as string, names);
      continue;
    }
    const cells = columns[at] as readonly string[];
    naming.push({
      file,
      names: cells,
      images: cells.map((cell) => imagesOf(cell, file, byName)),
      labels: columns[label] as readonly string[],
      column: names[label] as string,
      split,
    });
  }
  // A table of names alone is one to be answered, beside one that has labels.
  if (naming.length === 0) {
    if (unlabelled !== undefined) throw unlabelled;
    return undefined;
  }
  return gathered(naming, images);
}

/** Images by their paths, and by their names alone; both with and without endings, in small letters. */
interface ImageNames {
  readonly paths: ReadonlyMap<string, readonly SourceFile[]>;
  readonly bases: ReadonlyMap<string, readonly SourceFile[]>;
}

function imagesByName(images: readonly SourceFile[]): ImageNames {
  const paths = new Map<string, SourceFile[]>();
  const bases = new Map<string, SourceFile[]>();
  const add = (to: Map<string, SourceFile[]>, name: string, file: SourceFile): void => {
    for (const key of new Set([name.toLowerCase(), withoutEnding(name).toLowerCase()])) {
      const known = to.get(key);
      if (known === undefined) to.set(key, [file]);
      else known.push(file);
    }
  };
  for (const file of images) {
    add(paths, file.name, file);
    add(bases, file.name.split('/').at(-1) as string, file);
  }
  return { paths, bases };
}

const withoutEnding = (name: string): string => name.replace(/\.[^./]*$/, '');

/** The images that a cell can mean: none, one, or several where a name alone is that of more than one. */
function imagesOf(cell: string, table: SourceFile, { paths, bases }: ImageNames): readonly SourceFile[] {
  const plain = cell
    .replaceAll('\\', '/')
    .replace(/^\.?\//, '')
    .toLowerCase();
  const folder = table.name.split('/').slice(0, -1).join('/').toLowerCase();
  return (
    paths.get(folder === '' ? plain : `${folder}/${plain}`) ??
    paths.get(plain) ??
    bases.get(plain.split('/').at(-1) as string) ??
    []
  );
}

function namesImages(cells: readonly string[], table: SourceFile, byName: ImageNames): boolean {
  const there = cells.filter((cell) => !isMissing(cell));
  const named = there.filter((cell) => imagesOf(cell, table, byName).length > 0).length;
  return named > 0 && named >= leastNamed * there.length;
}

/** The one that is called so, or the last one of few words, or the last one of few whole numbers. */
function labelColumn(columns: readonly Column[], taken: readonly (string | undefined)[]): number | undefined {
  const pick = (least: number, fits: (column: Column) => boolean): number | undefined => {
    const found = columns.findLastIndex(
      (column) =>
        !taken.includes(column.name) &&
        column.kind !== 'date' &&
        column.values.length >= least &&
        fits(column),
    );
    return found < 0 ? undefined : found;
  };
  return (
    pick(1, ({ name }) => labelNames.test(name)) ??
    pick(2, ({ kind }) => kind === 'category') ??
    pick(2, ({ kind }) => kind === 'number')
  );
}

function splitColumn(columns: readonly Column[]): SplitColumn | undefined {
  for (const { name, kind, values, missing, at } of columns) {
    const parts = kind === 'category' ? partsNamed(values, missing > 0) : undefined;
    if (parts !== undefined) return { name, missing, partOf: (row) => parts[at(row)] ?? 'train' };
  }
  return undefined;
}

function gathered(tables: readonly NamingTable[], images: readonly SourceFile[]): TableLabels {
  const known = new Map<SourceFile, LabelledImage>();
  const absent: string[] = [];
  const torn = new Set<SourceFile>();
  const several = new Set<string>();
  const unclear = new Set<SourceFile>();
  const named = settled(tables.map(({ file }) => partWithin(file.name)));
  const parts = named.map((part) => part ?? 'train');
  // Where every table is one to test with, there is nothing to train on but them.
  const hasParts = parts.includes('train');
  const partOf = (table: number, row: number): PartName =>
    tables[table]?.split?.partOf(row) ?? (hasParts ? (parts[table] as PartName) : 'train');
  for (const [i, table] of tables.entries()) {
    for (const [row, meant] of table.images.entries()) {
      const label = table.labels[row] as string;
      const name = table.names[row] as string;
      const [file, ...others] = meant;
      if (file === undefined) {
        if (!isMissing(name)) absent.push(name);
        continue;
      }
      if (others.length > 0) {
        several.add(name);
        for (const image of meant) unclear.add(image);
        continue;
      }
      if (isMissing(label)) continue;
      const before = known.get(file);
      if (before !== undefined && before.label !== label) torn.add(file);
      known.set(file, before ?? { file, label, part: partOf(i, row) });
    }
  }
  const [first] = tables as [NamingTable];
  const labelled = images.flatMap((file) => {
    const image = known.get(file);
    return image === undefined || torn.has(file) ? [] : [image];
  });
  const without = images.filter((file) => !known.has(file) && !unclear.has(file)).map(({ name }) => name);
  return {
    images: labelled,
    column: first.column,
    remarks: [
      ...tables.flatMap(({ split }) => remarkOnSplit(split)),
      ...remark([...several], (count, names) => ({
        en: `Left out, because several images have the name that ${first.file.name} gives without a folder (${count}): ${names}.`,
        zh: `${first.file.name} 中有 ${count} 个名称未写文件夹，而同名图像不止一张，已略过：${names}。`,
      })),
      ...remark(absent, (count, names) => ({
        en: `Not there, though ${first.file.name} names them (${count}): ${names}.`,
        zh: `${first.file.name} 列出的图像中有 ${count} 张不存在：${names}。`,
      })),
      ...remark(without, (count, names) => ({
        en: `Left out, because ${first.file.name} has no label for them (${count}): ${names}.`,
        zh: `${first.file.name} 中没有以下 ${count} 张图像的标签，已略过：${names}。`,
      })),
      ...remark(
        [...torn].map(({ name }) => name),
        (count, names) => ({
          en: `Left out, because they have different labels in different rows (${count}): ${names}.`,
          zh: `有 ${count} 张图像在不同行中标签不同，已略过：${names}。`,
        }),
      ),
    ],
  };
}

function remark(names: readonly string[], sentence: (count: number, names: string) => Text): Text[] {
  if (names.length === 0) return [];
  const some = listed(
    names.map((name) => text(name, name)),
    toldByName,
  );
  return [text(sentence(names.length, some.en).en, sentence(names.length, some.zh).zh)];
}

function noLabels({ place }: SourceFile, column: string, names: readonly string[]): Error {
  const list = names.join(', ');
  return dataError(
    'images-no-labels',
    place,
    text(
      `expected a column with at least two labels beside the names of images in "${column}", found the columns ${list}`,
      `除图像名称列“${column}”外，还应有一列至少含两种取值的标签，实际的列为 ${list}`,
    ),
  );
}
