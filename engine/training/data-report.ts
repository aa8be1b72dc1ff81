import { listed, type Text, text } from '../declaration/text.ts';
import type { ClassBalance, DataReport } from '../protocol/data-messages.ts';
import type { Dataset } from './dataset.ts';

/** The largest class may have so many times as many samples as the smallest before it is told. */
const uneven = 10;

/** How samples are made up: parts, classes, statistics, and what is odd about them. */
export function reportOn(dataset: Dataset): DataReport {
  const { sample, samples, split, remarks } = dataset;
  const classes = balanceOf(dataset);
  const { train, validation, test } = split;
  return {
    inputShape: sample.input.shape,
    train: train.length,
    validation: validation.length,
    test: test.length,
    origins: dataset.origins,
    classes,
    ...(dataset.rows && { rows: dataset.rows }),
    statistics: samples.statistics ?? [],
    remarks: [...remarks, ...(classes === undefined ? [] : oddClasses(classes))],
  };
}

function balanceOf({ sample: { target }, samples: { y }, split }: Dataset): ClassBalance[] | undefined {
  if (target.kind !== 'class' || target.shape.length > 0) return undefined;
  const count = (rows: Uint32Array): Float64Array => {
    const counts = new Float64Array(target.classes.length);
    for (const row of rows) counts[y[row] as number]++;
    return counts;
  };
  const [train, validation, test] = [count(split.train), count(split.validation), count(split.test)];
  return target.classes.map((name, i) => ({
    name,
    train: train[i] as number,
    validation: validation[i] as number,
    test: test[i] as number,
  }));
}

function oddClasses(classes: readonly ClassBalance[]): Text[] {
  const empty = classes.filter(({ train }) => train === 0);
  const remarks: Text[] = [];
  const [only, second] = classes;
  if (only !== undefined && second === undefined) {
    const { en, zh } = only.name;
    remarks.push(
      text(
        `All samples are of one class, "${en}": nothing is told apart.`,
        `所有样本同属一个类别“${zh}”：没有可区分的。`,
      ),
    );
  }
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
