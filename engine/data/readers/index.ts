import type { NetwrightError } from '../../declaration/problem.ts';
import { listed, type Text, text } from '../../declaration/text.ts';
import { arraysReader } from './arrays.ts';
import { cifarReader } from './cifar.ts';
import { dataError, type Reader, type SourceFiles } from './contract.ts';
import { idxReader } from './idx.ts';
import { imagesReader } from './images.ts';
import { tableReader } from './table.ts';
import { tableEndings } from './table-parts.ts';

/** Every reader there is, in the order in which they are asked whether files are theirs: the only list. */
export const readers: readonly Reader[] = [idxReader, cifarReader, arraysReader, imagesReader, tableReader];

export const readerOf = (type: string): Reader | undefined => readers.find((reader) => reader.type === type);

/** Whose the files are. Throws a NetwrightError where they are nobody's. */
export async function recognise(files: SourceFiles): Promise<Reader> {
  for (const reader of readers) if (await reader.recognises(files)) return reader;
  if (files.chosen !== undefined) throw unknown(files.path, known, [files.chosen]);
  const names = files.files.map(({ name }) => name);
  const tables = names.filter((name) => tableEndings.test(name));
  if (tables.length > 1) throw unknown(files.path, oneTable, tables);
  throw unknown(files.path, known, names);
}

const known = text(
  'IDX files (MNIST), CIFAR in binary, NumPy arrays, folders of images, or a CSV or TSV table',
  'IDX 文件（MNIST）、二进制 CIFAR、NumPy 数组、图像文件夹，或 CSV、TSV 表格',
);
const oneTable = text(
  'one table, or one called train and one called test; open one of the files',
  '一个表格，或名为 train 与 test 的两个表格；请打开其中一个文件',
);
const shown = 3;

function unknown(path: string, expected: Text, names: readonly string[]): NetwrightError {
  const found =
    names.length === 0
      ? text('no files', '没有文件')
      : listed(
          names.map((name) => text(name, name)),
          shown,
        );
  return dataError(
    'unknown-format',
    path,
    text(`expected ${expected.en}, found ${found.en}`, `应为${expected.zh}，实际为 ${found.zh}`),
  );
}
