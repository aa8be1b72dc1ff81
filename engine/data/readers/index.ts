import { NetwrightError } from '../../declaration/problem.ts';
import { text } from '../../declaration/text.ts';
import { arraysReader } from './arrays.ts';
import { cifarReader } from './cifar.ts';
import type { Reader, SourceFiles } from './contract.ts';
import { idxReader } from './idx.ts';
import { imagesReader } from './images.ts';
import { tableReader } from './table.ts';

/** Every reader there is, in the order in which they are asked whether files are theirs: the only list. */
export const readers: readonly Reader[] = [idxReader, cifarReader, arraysReader, imagesReader, tableReader];

export const readerOf = (type: string): Reader | undefined => readers.find((reader) => reader.type === type);

/** Whose the files are. Throws a NetwrightError where they are nobody's. */
export async function recognise(files: SourceFiles): Promise<Reader> {
  for (const reader of readers) if (await reader.recognises(files)) return reader;
  const seen = files.files.slice(0, 3).map(({ name }) => name);
  const found = seen.length === 0 ? text('no files', '没有文件') : text(seen.join(', '), seen.join('、'));
  throw new NetwrightError(
    'data.unknown-format',
    text(
      `${files.path}: expected ${known.en}, found ${found.en}${files.files.length > seen.length ? ', …' : ''}.`,
      `${files.path}：应为 ${known.zh}，实际为 ${found.zh}${files.files.length > seen.length ? '……' : ''}。`,
    ),
  );
}

const known = text(
  'IDX files (MNIST), CIFAR in binary, NumPy arrays, folders of images, or a CSV or TSV table',
  'IDX 文件（MNIST）、二进制 CIFAR、NumPy 数组、图像文件夹，或 CSV、TSV 表格',
);
