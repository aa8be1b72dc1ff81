import { unzipSync } from 'fflate';
import { type Params, paramText } from '../../declaration/fields.ts';
import { text } from '../../declaration/text.ts';
import { augmentationIn } from '../sources/augment.ts';
import type { Samples } from '../sources/contract.ts';
import { rawOf } from '../sources/rows.ts';
import { byteContent, mixingOf, numbered, sharedBytes } from './bytes.ts';
import {
  type Content,
  dataError,
  mostSampleBytes,
  type Reader,
  requireSampleMemory,
  type SourceFile,
  type SourceFiles,
} from './contract.ts';
import { momentsOver, scaleOf } from './float-moments.ts';
import { isNpy, type NpyArray, readNpy } from './npy.ts';
import { type PartName, partNamed, partOrder } from './parts.ts';

interface NamedArray {
  readonly name: string;
  readonly place: string;
  readonly bytes: Uint8Array;
}

/** Nothing is compressed better than this: room is made for what an archive says, so it must not lie. */
const mostRatio = 1100;
const mostClasses = 10_000;
const mostTargets = 1000;
const inputNames = /^(x|images?|data|features|inputs?)$/i;
const targetNames = /^(y|labels?|targets?)$/i;
const parts = /^(.*?)[_-]?(train|test|val|valid)?$/i;

const baseName = (name: string): string => (name.split('/').at(-1) ?? name).replace(/\.np[yz]$/i, '');

/** Which array it is, and of which part: `x_train`, `train_labels`, `y`. */
function roleOf(name: string): { readonly is: 'x' | 'y'; readonly part: PartName } | undefined {
  const plain = baseName(name);
  const front = /^(train|test|val|valid)[_-](.*)$/i.exec(plain);
  const [, what = '', part] = front === null ? (parts.exec(plain) ?? []) : [plain, front[2], front[1]];
  const named = partNamed(part ?? '') ?? 'train';
  if (inputNames.test(what)) return { is: 'x', part: named };
  return targetNames.test(what) ? { is: 'y', part: named } : undefined;
}

const isNpz = ({ name }: SourceFile): boolean => /\.npz$/i.test(name);
const isArray = ({ name }: SourceFile): boolean => /\.npy$/i.test(name);

function filesFor({ files, chosen }: SourceFiles): readonly SourceFile[] {
  const named = files.find(({ name }) => name === chosen);
  if (named !== undefined) return isNpz(named) ? [named] : isArray(named) ? files.filter(isArray) : [];
  const packed = files.filter(isNpz);
  return packed.length === 1 ? packed : files.filter(isArray);
}

async function arraysIn(source: SourceFiles): Promise<readonly NamedArray[]> {
  const found: NamedArray[] = [];
  let left = mostSampleBytes;
  for (const file of filesFor(source)) {
    if (!isNpz(file) && roleOf(file.name) === undefined) continue;
    const bytes = await file.read(left);
    left -= bytes.length;
    if (!isNpz(file)) found.push({ name: file.name, place: file.place, bytes });
    else {
      for (const [name, content] of Object.entries(unzipped(bytes, file)))
        found.push({ name, place: `${file.place}/${name}`, bytes: content });
    }
  }
  return found;
}

/** Each array gets as much room as the archive says that it needs, and all together no more than samples may. */
function unzipped(bytes: Uint8Array, file: SourceFile): Record<string, Uint8Array> {
  let needed = 0;
  let found: Record<string, Uint8Array>;
  try {
    found = unzipSync(bytes, {
      filter: ({ name, size, originalSize }) => {
        if (roleOf(name) === undefined) return false;
        if (needed + originalSize <= mostSampleBytes && originalSize > mostRatio * size + 4096)
          throw new Error('sizes that cannot be');
        needed += originalSize;
        return needed <= mostSampleBytes;
      },
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw dataError(
      'archive-broken',
      file.place,
      text(
        `it is no .npz archive that can be read (${reason}): the file is cut off or damaged`,
        `无法作为 .npz 归档读取（${reason}）：文件不完整或已损坏`,
      ),
    );
  }
  requireSampleMemory(needed, file.place);
  return found;
}

interface Pair {
  readonly x: NpyArray;
  readonly y: NpyArray;
  readonly place: string;
  /** Where its targets lie. */
  readonly targets: string;
}

/** Undefined where there is none of a part that need not be there. */
function pairOf(all: readonly NamedArray[], part: PartName, path: string): Pair | undefined {
  const wanted = all.filter(({ name }) => roleOf(name)?.part === part);
  const x = wanted.find(({ name }) => roleOf(name)?.is === 'x');
  const y = wanted.find(({ name }) => roleOf(name)?.is === 'y');
  if (x === undefined && part !== 'train') return undefined;
  if (x === undefined || y === undefined) {
    const found = all.map(({ name }) => baseName(name)).join(', ');
    throw dataError(
      'arrays-missing',
      path,
      text(
        `expected arrays x and y, or x_train and y_train, found ${found || 'none of them'}`,
        `应有数组 x 与 y，或 x_train 与 y_train，实际为 ${found || '没有'}`,
      ),
    );
  }
  const pair = {
    x: readNpy(x.bytes, x.place),
    y: readNpy(y.bytes, y.place),
    place: x.place,
    targets: y.place,
  };
  if (pair.x.shape[0] === pair.y.shape[0]) return pair;
  throw dataError(
    'arrays-counts',
    y.place,
    text(
      `expected ${pair.x.shape[0]} rows as in ${baseName(x.name)}, found ${pair.y.shape[0]}`,
      `应与 ${baseName(x.name)} 一样有 ${pair.x.shape[0]} 行，实际为 ${pair.y.shape[0]} 行`,
    ),
  );
}

/** What one sample is as the engine takes it: [D], or channels in front. Images with channels behind are turned. */
function layoutOf({ shape }: NpyArray): {
  readonly shape: readonly number[];
  readonly isChannelsLast: boolean;
} {
  const inner = shape.slice(1);
  const [a = 1, b = 1, c = 1] = inner;
  if (inner.length === 0) return { shape: [1], isChannelsLast: false };
  if (inner.length === 2) return { shape: [1, a, b], isChannelsLast: false };
  if (inner.length === 3 && c <= 4 && a > 4 && b > 4) return { shape: [c, a, b], isChannelsLast: true };
  return { shape: inner, isChannelsLast: false };
}

export const arraysReader: Reader = {
  type: 'arrays',
  readBy: [],
  async recognises(source) {
    for (const file of filesFor(source)) {
      const start = await file.head(8);
      if (isNpz(file) ? start[0] === 0x50 && start[1] === 0x4b : isNpy(start)) return true;
    }
    return false;
  },
  async read(source) {
    const all = await arraysIn(source);
    const parts = partOrder.map((part) => pairOf(all, part, source.path));
    const pairs = parts.filter((pair) => pair !== undefined);
    const [train] = pairs as [Pair];
    const layout = layoutOf(train.x);
    for (const other of pairs.slice(1)) requireSameShape(other, train);
    const count = pairs.reduce((sum, { x }) => sum + (x.shape[0] as number), 0);
    const size = layout.shape.reduce((product, n) => product * n, 1);
    const isBytes = pairs.every(({ x }) => x.values instanceof Uint8Array);
    requireSampleMemory(count * size * (isBytes ? 1 : 4), source.path);
    const x = isBytes ? sharedBytes(count * size) : new Float32Array(count * size); // [count, …shape]
    let at = 0;
    for (const pair of pairs) {
      place(pair.x.values, layout, x, at);
      at += pair.x.values.length;
    }
    requireNumbers(x, size, train.place);
    const [, validated, tested] = parts.map((pair) => pair?.x.shape[0] ?? 0) as [number, number, number];
    const held = tested > 0 ? { validation: validated, test: tested } : { validation: 0, test: validated };
    const targets = targetsOf(pairs);
    const { shape } = layout;
    if (x instanceof Uint8Array && targets.labels !== undefined) {
      const { labels, values } = targets;
      return byteContent({ count, shape, x, ...held, columns: [{ name: 'y', values, labels }] });
    }
    return numberContent({ count, shape, x, ...held, targets });
  },
};

function requireSameShape({ x, place: where }: Pair, train: Pair): void {
  const [expected, found] = [train.x, x].map(({ shape }) => shape.slice(1).join(', '));
  if (found === expected) return;
  throw dataError(
    'arrays-shapes',
    where,
    text(
      `expected rows of shape [${expected}] as those to train on, found [${found}]`,
      `每行形状应与训练部分一样为 [${expected}]，实际为 [${found}]`,
    ),
  );
}

function place(
  values: Uint8Array | Float64Array,
  { shape, isChannelsLast }: ReturnType<typeof layoutOf>,
  to: Uint8Array | Float32Array,
  at: number,
): void {
  if (!isChannelsLast) {
    to.set(values, at);
    return;
  }
  const [channels = 1, height = 1, width = 1] = shape;
  const plane = height * width;
  for (let i = 0; i < values.length; i++) {
    const channel = i % channels;
    const pixel = Math.floor(i / channels) % plane;
    const row = Math.floor(i / (channels * plane));
    to[at + (row * channels + channel) * plane + pixel] = values[i] as number;
  }
}

/** NaN and what float32 cannot hold would spoil every weight at the first step. */
function requireNumbers(x: Uint8Array | Float32Array, size: number, where: string): void {
  const bad = x instanceof Uint8Array ? -1 : x.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return;
  const row = Math.floor(bad / size);
  throw dataError(
    'not-finite',
    where,
    text(
      `expected numbers that float32 can hold, found ${x[bad]} in row ${row}`,
      `数值应能用 float32 表示，第 ${row} 行中为 ${x[bad]}`,
    ),
  );
}

interface Targets {
  /** [count], where they are classes. */
  readonly labels: Int32Array | undefined;
  readonly values: readonly string[];
  /** [count, columns] otherwise. */
  readonly numbers: Float32Array;
  readonly columns: number;
}

function targetsOf(pairs: readonly Pair[]): Targets {
  const all = new Float64Array(pairs.reduce((sum, { y }) => sum + y.values.length, 0));
  let at = 0;
  for (const { y } of pairs) {
    all.set(y.values, at);
    at += y.values.length;
  }
  const count = pairs.reduce((sum, { y }) => sum + (y.shape[0] as number), 0);
  const columns = all.length / count;
  const where = (pairs[0] as Pair).targets;
  if (columns > mostTargets) {
    throw dataError(
      'arrays-targets',
      where,
      text(
        `expected at most ${mostTargets} numbers in a row of y, found ${columns}`,
        `y 每行最多 ${mostTargets} 个数，实际为 ${columns} 个`,
      ),
    );
  }
  if (columns === 1 && pairs.every(({ y }) => y.isWhole)) {
    const wrong = all.findIndex((label) => label < 0 || label >= mostClasses);
    if (wrong >= 0) {
      throw dataError(
        'arrays-label',
        where,
        text(
          `expected classes from 0 to ${mostClasses - 1} in y, found ${all[wrong]} in row ${wrong}`,
          `y 中的类别应为 0 到 ${mostClasses - 1}，第 ${wrong} 行中为 ${all[wrong]}`,
        ),
      );
    }
    const classes = all.reduce((most, label) => Math.max(most, label), 0) + 1;
    return { labels: Int32Array.from(all), values: numbered(classes), numbers: new Float32Array(), columns };
  }
  const numbers = Float32Array.from(all);
  requireNumbers(numbers, columns, where);
  return { labels: undefined, values: [], numbers, columns };
}

interface Numbers {
  readonly count: number;
  readonly shape: readonly number[];
  readonly x: Uint8Array | Float32Array;
  readonly validation: number;
  readonly test: number;
  readonly targets: Targets;
}

function numberContent({ count, shape, x, validation, test, targets }: Numbers): Content {
  const { labels, values, numbers, columns } = targets;
  const names = columns === 1 ? ['y'] : Array.from({ length: columns }, (_, i) => `y ${i + 1}`);
  return {
    found: {
      train: count - validation - test,
      ...(validation > 0 && { validation }),
      test,
      shape: [...shape],
      columns:
        labels === undefined
          ? names.map((name) => ({ name, kind: 'number', values: [] }))
          : [{ name: 'y', kind: 'category', values: [...values] }],
    },
    remarks: [],
    labels: () => labels,
    samples(params, train) {
      const samples = scaledNumbers(x, shape, labels ?? numbers, params, train);
      return labels === undefined
        ? samples
        : { ...samples, ...mixingOf(samples, shape, values.length, train) };
    },
  };
}

/** Channel by channel; of rows without channels number by number. */
function scaledNumbers(
  from: Uint8Array | Float32Array,
  shape: readonly number[],
  y: Int32Array | Float32Array,
  params: Params,
  train: Uint32Array,
): Samples {
  const [channels = 1, ...inner] = shape;
  const channelSize = inner.reduce((product, n) => product * n, 1);
  const size = channels * channelSize;
  const count = from.length / size;
  const x = new Float32Array(from.length);
  const statistics = Array.from({ length: channels }, (_, channel) =>
    momentsOver(`${channel + 1}`, train.length * channelSize, (i) => {
      const row = train[Math.floor(i / channelSize)] as number;
      return from[row * size + channel * channelSize + (i % channelSize)] as number;
    }),
  );
  const preparation = statistics.map((moments) => ({
    name: moments.name,
    ...scaleOf(moments, paramText(params['scaling'])),
  }));
  for (let i = 0; i < from.length; i++) {
    const { scale, shift } = preparation[Math.floor((i % size) / channelSize)] as {
      scale: number;
      shift: number;
    };
    x[i] = (from[i] as number) * scale + shift;
  }
  const augmentation = shape.length === 3 ? augmentationIn(params) : undefined;
  const raw = rawOf(from, from instanceof Uint8Array ? 'uint8' : 'float64', size);
  return { count, x, y, preparation, raw, statistics, ...(augmentation && { augmentation }) };
}
