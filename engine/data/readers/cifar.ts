import { type Params, paramText } from '../../declaration/fields.ts';
import { type Text, text } from '../../declaration/text.ts';
import { byteContent, type LabelColumn, numbered, sharedBytes } from './bytes.ts';
import {
  dataError,
  mostSampleBytes,
  type Reader,
  requireSampleMemory,
  type SourceFile,
  type SourceFiles,
} from './contract.ts';

/**
 * CIFAR in binary: records of one label (CIFAR-10) or two, coarse and fine (CIFAR-100), and then 3072 bytes, the red, the
 * green and the blue plane of 32×32 pixels.
 */
interface Form {
  readonly labels: readonly { readonly name: string; readonly classes: number; readonly namesIn: RegExp }[];
}

const imageBytes = 3 * 32 * 32;
const ten: Form = { labels: [{ name: 'label', classes: 10, namesIn: /^batches\.meta\.txt$/ }] };
const hundred: Form = {
  labels: [
    { name: 'coarse', classes: 20, namesIn: /^coarse_label_names\.txt$/ },
    { name: 'fine', classes: 100, namesIn: /^fine_label_names\.txt$/ },
  ],
};
const recordBytes = ({ labels }: Form): number => labels.length + imageBytes;

const baseName = ({ name }: SourceFile): string => name.split('/').at(-1) ?? name;
const isTraining = (file: SourceFile): boolean => /^(data_batch_\d+|train)\.bin$/.test(baseName(file));
const isTest = (file: SourceFile): boolean => /^(test_batch|test)\.bin$/.test(baseName(file));
const isOurs = (file: SourceFile): boolean => isTraining(file) || isTest(file);

const longestNames = 2 ** 16;

/** Whether the first record of a file has labels that this form knows. */
const fits = (form: Form, bytes: Uint8Array): boolean =>
  bytes.length % recordBytes(form) === 0 &&
  form.labels.every(({ classes }, i) => (bytes[i] as number) < classes);

function formOf(file: SourceFile, bytes: Uint8Array): Form {
  const form = [hundred, ten].find((candidate) => bytes.length > 0 && fits(candidate, bytes));
  if (form !== undefined) return form;
  throw dataError(
    'cifar-size',
    file.place,
    text(
      `expected records of ${recordBytes(ten)} bytes (CIFAR-10) or ${recordBytes(hundred)} bytes (CIFAR-100), found ${bytes.length} bytes that are no number of them: the file is cut off or of another kind`,
      `应由 ${recordBytes(ten)} 字节（CIFAR-10）或 ${recordBytes(hundred)} 字节（CIFAR-100）的记录组成，实际为 ${bytes.length} 字节，并非整数条：文件不完整或属于其他格式`,
    ),
  );
}

function requireSameForm(file: SourceFile, bytes: Uint8Array, form: Form, first: SourceFile): void {
  if (bytes.length % recordBytes(form) === 0) return;
  throw dataError(
    'cifar-size',
    file.place,
    text(
      `expected records of ${recordBytes(form)} bytes as in ${first.name}, found ${bytes.length} bytes: the file is cut off`,
      `应与 ${first.name} 一样由 ${recordBytes(form)} 字节的记录组成，实际为 ${bytes.length} 字节：文件不完整`,
    ),
  );
}

/** Images and labels of one file, to where they belong in the whole. */
function takeRecords(
  file: SourceFile,
  bytes: Uint8Array,
  form: Form,
  into: { readonly x: Uint8Array; readonly labels: readonly Int32Array[]; readonly from: number },
): void {
  const size = recordBytes(form);
  for (let record = 0; record * size < bytes.length; record++) {
    const start = record * size;
    for (const [i, { classes, name }] of form.labels.entries()) {
      const label = bytes[start + i] as number;
      if (label >= classes) throw labelOutOfRange(file, record, name, classes, label);
      (into.labels[i] as Int32Array)[into.from + record] = label;
    }
    const pixels = bytes.subarray(start + form.labels.length, start + size);
    into.x.set(pixels, (into.from + record) * imageBytes);
  }
}

const labelOutOfRange = (file: SourceFile, record: number, name: string, classes: number, found: number) =>
  dataError(
    'cifar-label',
    file.place,
    text(
      `expected labels (${name}) from 0 to ${classes - 1}, found ${found} in record ${record + 1}`,
      `标签（${name}）应为 0 到 ${classes - 1}，第 ${record + 1} 条记录中为 ${found}`,
    ),
  );

/** Names of the classes from the text beside the images, one a line; numbers where there is none, or another number of them. */
async function namesFor(
  { classes, namesIn }: Form['labels'][number],
  { files }: SourceFiles,
  remarks: Text[],
): Promise<readonly string[]> {
  const file = files.find((candidate) => namesIn.test(baseName(candidate)));
  if (file === undefined) return numbered(classes);
  const lines = new TextDecoder('utf-8').decode(await file.read(longestNames)).split(/\r?\n/);
  const names = lines.map((line) => line.trim().slice(0, 200)).filter((line) => line !== '');
  if (names.length === classes) return names;
  remarks.push(
    text(
      `${file.place}: expected ${classes} names, found ${names.length}; the classes go by numbers.`,
      `${file.place}：应有 ${classes} 个名称，实际为 ${names.length} 个；类别改用编号表示。`,
    ),
  );
  return numbered(classes);
}

/** To which coarse class each fine one belongs; nothing where samples disagree, or there are no coarse ones. */
function groupedBy(fine: LabelColumn, coarse: LabelColumn | undefined): Pick<LabelColumn, 'within'> {
  if (coarse === undefined) return {};
  const of = fine.values.map(() => -1);
  for (const [sample, label] of fine.labels.entries()) {
    const group = coarse.labels[sample] as number;
    if (of[label] !== -1 && of[label] !== group) return {};
    of[label] = group;
  }
  // A class of which there is no sample is asked about by none.
  return { within: { column: coarse.name, of: of.map((group) => Math.max(0, group)) } };
}

export const cifarReader: Reader = {
  type: 'cifar',
  readBy: [],
  recognises: ({ files, chosen }) =>
    Promise.resolve(files.some((file) => isOurs(file) && (chosen === undefined || file.name === chosen))),
  async read(source) {
    const parts = [source.files.filter(isTraining), source.files.filter(isTest)] as const;
    const ordered = parts.flat();
    const [first] = ordered;
    if (first === undefined) throw new Error('files that were recognised have images');
    let left = mostSampleBytes;
    const read: Uint8Array[] = [];
    for (const file of ordered) {
      const bytes = await file.read(left);
      left -= bytes.length;
      read.push(bytes);
    }
    const form = formOf(first, read[0] as Uint8Array);
    const counts = read.map((bytes, i) => {
      requireSameForm(ordered[i] as SourceFile, bytes, form, first);
      return bytes.length / recordBytes(form);
    });
    const count = counts.reduce((sum, n) => sum + n, 0);
    requireSampleMemory(count * imageBytes, first.place);
    const x = sharedBytes(count * imageBytes); // [count, 3, 32, 32]
    const labels = form.labels.map(() => new Int32Array(count)); // [count]
    let from = 0;
    for (const [i, bytes] of read.entries()) {
      takeRecords(ordered[i] as SourceFile, bytes, form, { x, labels, from });
      from += counts[i] as number;
    }
    const remarks: Text[] = [];
    const columns: LabelColumn[] = [];
    for (const [i, kind] of form.labels.entries()) {
      const values = await namesFor(kind, source, remarks);
      columns.push({ name: kind.name, values, labels: labels[i] as Int32Array });
    }
    const [finest, ...more] = columns.toReversed() as [LabelColumn, ...LabelColumn[]];
    const main = { ...finest, ...groupedBy(finest, more[0]) };
    const trained = counts.slice(0, parts[0].length).reduce((sum, n) => sum + n, 0);
    const test = trained === 0 ? 0 : count - trained;
    return byteContent(
      { count, shape: [3, 32, 32], x, test, columns: [main, ...more] },
      remarks,
      ({ labels: wanted }: Params) => more.find(({ name }) => name === paramText(wanted)) ?? main,
    );
  },
};
