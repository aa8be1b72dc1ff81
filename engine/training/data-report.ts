import { elementCount } from '../declaration/tensor-type.ts';
import { listed, type Text, text } from '../declaration/text.ts';
import type { ClassBalance, DataReport } from '../protocol/messages.ts';
import type { Dataset } from './dataset.ts';

/** The largest class may have so many times as many samples as the smallest before it is told. */
const uneven = 10;

/** How samples are made up: parts, classes, statistics, and what is odd about them. */
export function reportOn(dataset: Dataset): DataReport {
  const { sample, samples, split, remarks } = dataset;
  const classes = balanceOf(dataset);
  const { train, test } = split;
  return {
    inputShape: sample.input.shape,
    train: train.length,
    test: test.length,
    isTestGiven: dataset.isTestGiven,
    classes,
    ...(dataset.rows && { rows: dataset.rows }),
    statistics: samples.statistics ?? [],
    remarks: [...remarks, ...(classes === undefined ? [] : oddClasses(classes)), ...leaks(dataset)],
  };
}

function balanceOf({ sample: { target }, samples: { y }, split }: Dataset): ClassBalance[] | undefined {
  if (target.kind !== 'class' || target.shape.length > 0) return undefined;
  const count = (rows: Uint32Array): Float64Array => {
    const counts = new Float64Array(target.classes.length);
    for (const row of rows) counts[y[row] as number]++;
    return counts;
  };
  const [train, test] = [count(split.train), count(split.test)];
  return target.classes.map((name, i) => ({ name, train: train[i] as number, test: test[i] as number }));
}

function oddClasses(classes: readonly ClassBalance[]): Text[] {
  const empty = classes.filter(({ train }) => train === 0);
  const remarks: Text[] = [];
  if (empty.length > 0) {
    const names = listed(
      empty.map(({ name }) => name),
      5,
    );
    remarks.push(
      text(
        `Without samples to train on: ${names.en}. The network cannot learn ${empty.length === 1 ? 'this class' : 'these classes'}.`,
        `没有训练样本的类别：${names.zh}。网络无法学会这些类别。`,
      ),
    );
  }
  const there = classes.filter(({ train }) => train > 0).toSorted((a, b) => a.train - b.train);
  const [smallest, largest] = [there[0], there.at(-1)];
  if (smallest !== undefined && largest !== undefined && largest.train > uneven * smallest.train) {
    const ratio = Math.round(largest.train / smallest.train);
    remarks.push(
      text(
        `Classes are uneven: "${largest.name.en}" has ${ratio} times as many samples as "${smallest.name.en}".`,
        `类别不均衡：“${largest.name.zh}”的样本数是“${smallest.name.zh}”的 ${ratio} 倍。`,
      ),
    );
  }
  return remarks;
}

/** The same inputs in both parts: the test then asks for what was learnt by heart. */
function leaks({ sample: { input }, samples: { x }, split: { train, test } }: Dataset): Text[] {
  const size = elementCount(input.shape);
  if (size === 0 || test.length === 0) return [];
  const words = new Uint8Array(x.buffer, x.byteOffset, x.byteLength);
  const bytes = size * x.BYTES_PER_ELEMENT;
  const trained = new Set<number>();
  for (const row of train) trained.add(digest(words, row * bytes, bytes));
  const leaked = test.reduce((sum, row) => sum + (trained.has(digest(words, row * bytes, bytes)) ? 1 : 0), 0);
  if (leaked === 0) return [];
  return [
    text(
      `${leaked} of ${test.length} test samples are among the training samples too, so the test shows less than it seems.`,
      `${test.length} 个测试样本中有 ${leaked} 个也出现在训练样本里，测试结果会偏乐观。`,
    ),
  ];
}

/** 53 bits of two FNV-1a hashes: among a million rows two different ones meet once in ten thousand times. */
function digest(bytes: Uint8Array, from: number, count: number): number {
  let [a, b] = [0x811c9dc5, 0x01000193];
  for (let i = from; i < from + count; i++) {
    a = Math.imul(a ^ bytes[i], 0x01000193);
    b = Math.imul(b ^ bytes[i], 0x85ebca6b);
    b ^= b >>> 13;
  }
  return (a >>> 0) * 2 ** 21 + (b >>> 11);
}
