import { type Params, paramText } from '../../declaration/fields.ts';
import type { FoundColumn } from '../../declaration/found-files.ts';
import type { Text } from '../../declaration/text.ts';
import { augmentationIn } from '../sources/augment.ts';
import type { Samples, Scaling, StoredRows } from '../sources/contract.ts';
import { areStored, rowsOf } from '../sources/rows.ts';
import { ByteCounts } from './byte-counts.ts';
import type { Content } from './contract.ts';

/** Samples of bytes, channel by channel, with a label each. */
interface ByteSamples {
  readonly count: number;
  /** [C, …] of one sample. */
  readonly shape: readonly number[];
  /** [count, C, …] */
  readonly x: Uint8Array | StoredRows;
  /** [count] */
  readonly y: Int32Array;
}

/** One of the ways in which samples are told apart: fine classes, coarse classes. */
export interface LabelColumn {
  readonly name: string;
  readonly values: readonly string[];
  readonly within?: FoundColumn['within'];
  /** [count] */
  readonly labels: Int32Array;
}

/** Samples of bytes of which the last `test` are kept for testing, and those before for validation. */
export interface LabelledBytes extends Omit<ByteSamples, 'y'> {
  readonly validation?: number;
  readonly test: number;
  readonly columns: readonly [LabelColumn, ...LabelColumn[]];
}

/** `columnOf`: which of the columns is to be learnt. */
export function byteContent(
  { columns, validation = 0, test, ...bytes }: LabelledBytes,
  remarks: readonly Text[] = [],
  columnOf: (params: Params) => LabelColumn = () => columns[0],
): Content {
  return {
    found: {
      train: bytes.count - validation - test,
      ...(validation > 0 && { validation }),
      test,
      shape: [...bytes.shape],
      columns: columns.map(({ name, values, within }) => ({
        name,
        kind: 'category',
        values: [...values],
        ...(within && { within }),
      })),
    },
    remarks,
    labels: (params) => columnOf(params).labels,
    samples(params, train) {
      const { labels, values } = columnOf(params);
      const samples = scaledBytes({ ...bytes, y: labels }, params, train);
      return { ...samples, ...mixingOf(samples, bytes.shape, values.length, train) };
    },
  };
}

/** How images are blended; nothing where they are not. `classes` there are. */
export function mixingOf(
  { augmentation }: Samples,
  shape: readonly number[],
  classes: number,
  train: Uint32Array,
): Pick<Samples, 'mixing'> {
  const most = augmentation?.mixup ?? 0;
  return most > 0 && shape.length === 3 && train.length > 0
    ? { mixing: { most, classes, among: train } }
    : {};
}

/** Room for samples that threads see alike: batches are made ahead by another than the one that trains. */
export const sharedBytes = (bytes: number): Uint8Array => new Uint8Array(new SharedArrayBuffer(bytes));

/** Names for classes that have none. */
export const numbered = (count: number): string[] => Array.from({ length: count }, (_, i) => `${i}`);

const greyNames = ['grey'];
const colourNames = ['red', 'green', 'blue'];

function scaledBytes(bytes: ByteSamples, params: Params, train: Uint32Array): Samples {
  const { count, shape, x, y } = bytes;
  const [channels = 1, ...inner] = shape;
  const channelSize = inner.reduce((product, n) => product * n, 1);
  const names = channels === 1 ? greyNames : channels === 3 ? colourNames : [];
  const statistics = byteMoments(bytes, channels, channelSize, train).map((moments, channel) => ({
    name: names[channel] ?? `${channel + 1}`,
    ...moments,
    missing: 0,
  }));
  const made = scalingOf(statistics, channelSize, paramText(params['scaling']));
  const preparation = statistics.map(({ name }, channel) => ({
    name,
    scale: made.scale[channel] as number,
    shift: made.shift[channel] as number,
  }));
  const augmentation = augmentationIn(params);
  return { count, x, y, scaling: made, preparation, statistics, ...(augmentation && { augmentation }) };
}

function scalingOf(moments: readonly Moments[], channelSize: number, kind: string): Scaling {
  const scale = new Float64Array(moments.length).fill(kind === 'none' ? 1 : 1 / 255);
  const shift = new Float64Array(moments.length);
  if (kind === 'standard') {
    for (const [channel, { mean, deviation }] of moments.entries()) {
      // A channel that is the same everywhere stays at 0.
      scale[channel] = 1 / (deviation > 0 ? deviation : 1);
      shift[channel] = -mean * (scale[channel] as number);
    }
  }
  return { channelSize, scale, shift };
}

interface Moments {
  readonly mean: number;
  readonly deviation: number;
  readonly min: number;
  readonly max: number;
}

/** Of every channel over some rows, in bytes. Whole numbers are counted, so the order of the rows changes nothing. */
function byteMoments(
  { x, count }: Pick<ByteSamples, 'x' | 'count'>,
  channels: number,
  channelSize: number,
  rows: Uint32Array,
): readonly Moments[] {
  const countOver = (chosen: Iterable<number>): Float64Array => {
    const { from, start } = rowsOf(x, channels * channelSize);
    const counts = new ByteCounts(channels, channelSize);
    for (const row of chosen) counts.add(from, start(row));
    return counts.total();
  };
  const counts = areStored(x) ? x.kept(rows, () => countsWithin(x, count, rows, countOver)) : countOver(rows);
  return Array.from({ length: channels }, (_, channel) =>
    momentsOfCounts(counts.subarray(256 * channel, 256 * (channel + 1))),
  );
}

/** Counts over some rows: over those, or of all less the others, whichever are fewer to read. */
function countsWithin(
  { counts: all }: StoredRows,
  count: number,
  rows: Uint32Array,
  countOver: (rows: Iterable<number>) => Float64Array,
): Float64Array {
  if (rows.length <= count / 2) return countOver(rows);
  const isOther = new Uint8Array(count).fill(1);
  for (const row of rows) isOther[row] = 0;
  const others = countOver(Array.from(isOther.keys()).filter((row) => isOther[row] === 1));
  return all.map((times, i) => times - (others[i] as number));
}

function momentsOfCounts(counts: Float64Array): Moments {
  let [all, sum, min, max] = [0, 0, 255, 0];
  for (const [value, count] of counts.entries()) {
    if (count === 0) continue;
    all += count;
    sum += count * value;
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  if (all === 0) return { mean: 0, deviation: 0, min: 0, max: 0 };
  const mean = sum / all;
  const squares = counts.reduce((total, count, value) => total + count * (value - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / all), min, max };
}
