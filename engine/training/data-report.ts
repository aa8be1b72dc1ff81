import { listed, type Text, text } from '../declaration/text.ts';
import type { ClassBalance, DataReport, Duplicates } from '../protocol/messages.ts';
import type { Dataset } from './dataset.ts';
import { duplicatesIn } from './duplicates.ts';

/** The largest class may have so many times as many samples as the smallest before it is told. */
const uneven = 10;

/** How samples are made up: parts, classes, statistics, and what is odd about them. */
export function reportOn(dataset: Dataset, duplicates = duplicatesIn(dataset)): DataReport {
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
    remarks: [
      ...remarks,
      ...(classes === undefined ? [] : oddClasses(classes)),
      ...twice(duplicates, dataset),
    ],
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

/** What the test then asks for was learnt by heart; what stands twice in the training part counts twice. */
function twice({ leaked, repeated, contradictory }: Duplicates, { split: { train, test } }: Dataset): Text[] {
  const remarks: Text[] = [];
  if (leaked > 0) {
    remarks.push(
      text(
        `${leaked} of ${test.length} test samples are among the training samples too, so the test shows less than it seems.`,
        `${test.length} 个测试样本中有 ${leaked} 个也出现在训练样本里，测试结果会偏乐观。`,
      ),
    );
  }
  if (repeated > 0) {
    remarks.push(
      text(
        `${repeated} of ${train.length} training samples were there before: they count more than once.`,
        `${train.length} 个训练样本中有 ${repeated} 个与前面的样本相同，会被重复计入。`,
      ),
    );
  }
  if (contradictory > 0) {
    remarks.push(
      text(
        `${contradictory} of the samples that stand more than once have another target than the first time: no network can get both right.`,
        `重复出现的样本中有 ${contradictory} 个与首次出现时目标不同：任何网络都无法同时答对。`,
      ),
    );
  }
  return remarks;
}
