import { isMade } from '../data/sources/index.ts';
import { VariedImages } from '../data/sources/mixup.ts';
import { copyRow, inputSource, rawRows } from '../data/sources/rows.ts';
import { NetwrightError } from '../declaration/problem.ts';
import { elementCount } from '../declaration/tensor-type.ts';
import { text } from '../declaration/text.ts';
import { analyseDocument } from '../document/analyse.ts';
import { splitBy } from '../document/run-length.ts';
import type { NetwrightDocument } from '../document/schema.ts';
import type { ModelRows, RowNumbers } from '../interchange/onnx/run-model.ts';
import { partCodes, type SamplePage, type SampleRange, type SampleSet } from '../protocol/data-messages.ts';
import type { Ask } from '../protocol/messages.ts';
import { type Dataset, datasetOf } from '../training/dataset.ts';
import { readFiles } from './data-files.ts';

/** What was made last: a part is asked about slice by slice, and looked at page by page. */
let lastMade: { readonly key: string; readonly dataset: Dataset } | undefined;

/** The samples of a data node. Throws a NetwrightError when the node is missing, or has no samples. */
export async function samplesOf(document: NetwrightDocument, nodeId: string): Promise<Dataset> {
  const node = document.nodes.find((candidate) => candidate.id === nodeId);
  const key = node && JSON.stringify([node.id, node.type, node.params, splitBy(document.training)]);
  if (lastMade !== undefined && lastMade.key === key) return lastMade.dataset;
  const dataset = node && (await datasetOf(document, node, readFiles));
  if (dataset !== undefined) {
    // What lies in files is remembered where they are read.
    if (key !== undefined && isMade(dataset.source)) lastMade = { key, dataset };
    return dataset;
  }
  const problem = analyseDocument(document).problems.find(({ place }) => place.node === nodeId);
  if (problem !== undefined && node?.type === 'data') throw new NetwrightError(problem.code, problem.message);
  throw new NetwrightError(
    'not-a-data-node',
    text(
      `"${node?.name ?? nodeId}" has no samples: expected a Data node, found ${node?.type ?? 'none'}.`,
      `“${node?.name ?? nodeId}”没有样本：应为数据节点，实际为 ${node?.type ?? '空'}。`,
    ),
  );
}

/** As the studio shows them: all in their order, or no more than `most`, from all over, those of the part `first` before others. */
export function sampleSet(
  dataset: Dataset,
  most = dataset.samples.count,
  first: 'validation' | 'test' = 'test',
): SampleSet {
  const { samples, split } = dataset;
  const partOf = partsOfRows(dataset);
  const held = first === 'test' ? [split.test, split.validation] : [split.validation, split.test];
  const parts = [...held, split.train].map((rows) => [...spread(rows, most)]);
  const rows =
    most < samples.count
      ? Uint32Array.from(parts.flat().slice(0, most))
      : Uint32Array.from({ length: samples.count }, (_, row) => row);
  const { values, targets } = rowsOf(dataset, rows);
  return {
    x: values,
    y: targets,
    ...kindOf(dataset),
    part: Uint8Array.from(rows, (row) => partOf[row] as number),
  };
}

/** The part of each sample, as a number of `partCodes`. */
function partsOfRows({ samples, split }: Dataset): Uint8Array {
  const parts = new Uint8Array(samples.count).fill(partCodes.train);
  for (const part of ['validation', 'test'] as const)
    for (const row of split[part]) parts[row] = partCodes[part];
  return parts;
}

/** At equal distances: files are often sorted by class. */
function spread(rows: Uint32Array, most: number): Uint32Array {
  if (rows.length <= most) return rows;
  return Uint32Array.from({ length: most }, (_, i) => rows[Math.floor((i * rows.length) / most)] as number);
}

/** The first training images, each as it is varied in the first epochs. */
export function variedSet(dataset: Dataset, seed: number, most: number, epochs: number): SampleSet {
  const { sample, samples, split } = dataset;
  const rows = Uint32Array.from(
    Array.from(split.train.subarray(0, most)).flatMap((row) => new Array<number>(epochs).fill(row)),
  );
  const { values, targets } = rowsOf(dataset, rows);
  const source = inputSource(samples, sample);
  const images = VariedImages.of(samples, source, sample.input.shape, seed);
  for (const [i, row] of rows.entries()) images?.copy(row, i % epochs, values, i * source.size);
  return {
    ...kindOf(dataset),
    x: values,
    y: targets,
    part: new Uint8Array(rows.length).fill(partCodes.train),
  };
}

/** No more numbers than these travel at once, but one sample always does. */
const mostNumbers = 2 ** 23;

/** Some samples one after the other, perhaps as training varies them in an epoch. Numbers that no sample has are passed over. */
export function samplePage(
  dataset: Dataset,
  from: SampleRange,
  seed: number,
  epoch: number | undefined,
): SamplePage {
  const { sample, samples } = dataset;
  const partOf = partsOfRows(dataset);
  const all = 'rows' in from ? from.rows.filter((row) => row < samples.count) : rowsIn(dataset, from);
  const input = inputSource(samples, sample);
  const fitting = Math.max(1, Math.floor(mostNumbers / Math.max(1, input.size)));
  const first = 'rows' in from ? 0 : from.first;
  const count = Math.min(fitting, 'rows' in from ? from.rows.length : from.count);
  const rows = Uint32Array.from(all.slice(first, first + count));
  const { values, targets } = rowsOf(dataset, rows);
  if (epoch !== undefined) {
    const images = VariedImages.of(samples, input, sample.input.shape, seed);
    for (const [i, row] of rows.entries()) images?.copy(row, epoch, values, i * input.size);
  }
  return {
    ...kindOf(dataset),
    x: values,
    y: targets,
    part: Uint8Array.from(rows, (row) => partOf[row] as number),
    rows: Int32Array.from(rows),
    count: all.length,
    ...(dataset.rows &&
      dataset.cells && {
        cells: { names: dataset.rows.names, cells: Array.from(rows, (row) => dataset.cells?.(row) ?? []) },
      }),
  };
}

function rowsIn(
  { split, sample: { target }, samples: { y } }: Dataset,
  { part, class: wanted }: Extract<SampleRange, { part: unknown }>,
): Uint32Array {
  if (wanted === undefined || target.kind !== 'class' || target.shape.length > 0) return split[part];
  return split[part].filter((row) => y[row] === wanted);
}

const kindOf = ({ sample: { input, target }, samples }: Dataset): Omit<SampleSet, 'x' | 'y' | 'part'> => ({
  inputShape: input.shape,
  inputClasses: input.classes,
  targetShape: target.shape,
  classes: target.kind === 'class' ? target.classes : undefined,
  ...(target.kind === 'class' && target.groups && { groups: target.groups }),
  ...(input.shape.length === 1 && samples.preparation && { preparation: samples.preparation }),
});

/** Some rows of the samples with their targets. */
function rowsOf(
  { sample, samples }: Dataset,
  rows: Uint32Array,
): { readonly values: Float32Array; readonly targets: Float32Array } {
  const input = inputSource(samples, sample);
  const targetSize = elementCount(sample.target.shape);
  const values = new Float32Array(rows.length * input.size);
  const targets = new Float32Array(rows.length * targetSize);
  for (const [i, row] of rows.entries()) {
    copyRow(input, row, values, i * input.size);
    for (let j = 0; j < targetSize; j++)
      targets[i * targetSize + j] = samples.y[row * targetSize + j] as number;
  }
  return { values, targets };
}

export interface PartRows {
  /** [rows, …input shape] */
  readonly x: Float32Array;
  /** What is to be answered: [rows, …target shape], or x again. */
  readonly targets: Float32Array;
  readonly rows: Int32Array;
  readonly count: number;
}

/** Samples of a part from `first` on, as a run is asked about them. */
export function partRows(
  dataset: Dataset,
  { part, first, count, against }: Pick<Ask<'predictPart'>, 'part' | 'first' | 'count' | 'against'>,
): PartRows {
  const all = dataset.split[part];
  const size = elementCount(dataset.sample.input.shape);
  const fitting = Math.max(1, Math.floor(mostNumbers / Math.max(1, size)));
  const rows = all.slice(first, first + Math.min(count, fitting));
  const { values, targets } = rowsOf(dataset, rows);
  return {
    x: values,
    targets: against === 'inputs' ? values : targets,
    rows: Int32Array.from(rows),
    count: all.length,
  };
}

/** A model is run on no more at once. */
const mostModelNumbers = 2 ** 29;

/**
 * The same, to run a model on; `raw` as they lie in the files, where they come from some. Throws a NetwrightError where they
 * are too many to lie in memory as numbers.
 */
export function modelRows(
  dataset: Dataset,
  rows: Uint32Array,
  raw = false,
): ModelRows & { targets: Float32Array } {
  const numbers = rows.length * elementCount(dataset.sample.input.shape);
  if (numbers > mostModelNumbers) throw tooManyRows(rows.length, numbers);
  const { values, targets } = rowsOf(dataset, rows);
  return { rows: rows.length, values: [(raw ? rawValues(dataset, rows) : undefined) ?? values], targets };
}

function rawValues({ samples }: Dataset, rows: Uint32Array): RowNumbers | undefined {
  const raw = rawRows(samples);
  if (raw === undefined) return undefined;
  const values = new (raw.type === 'uint8' ? Uint8Array : Float64Array)(rows.length * raw.size);
  for (const [i, row] of rows.entries()) raw.copy(row, values, i * raw.size);
  return values;
}

function tooManyRows(rows: number, numbers: number): NetwrightError {
  const [most, found] = [mostModelNumbers, numbers].map((count) => (count / 2 ** 28).toFixed(1));
  return new NetwrightError(
    'rows.too-many',
    text(
      `Expected rows of at most ${most} GiB in all to run a model on, found ${rows} rows of ${found} GiB; choose other rows, or smaller images.`,
      `运行模型的数据总量上限为 ${most} GiB，实际为 ${rows} 行、共 ${found} GiB；请选择其他数据，或缩小图像。`,
    ),
  );
}
