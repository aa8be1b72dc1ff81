import type { SampleCounts } from '../data/sources/contract.ts';
import { partsOf, type SplitSettings } from '../document/run-length.ts';
import { RandomStream, streams } from '../random/stream.ts';

/** Rows of the samples, by number. */
export interface Split {
  readonly train: Uint32Array;
  readonly validation: Uint32Array;
  readonly test: Uint32Array;
}

/**
 * Parts that the files give are their last samples; the others are drawn from the seed, the test part first, so that it is
 * the same whatever there is to validate with. Every part keeps the order of the samples. With the class of every sample
 * each drawn part has the same share of every class, to a sample.
 */
export function splitSamples(
  counts: SampleCounts,
  settings: SplitSettings & { readonly seed: number },
  labels?: Int32Array,
): Split {
  const { all, givenValidation, givenTest } = counts;
  const parts = partsOf(counts, settings);
  const open = all - givenValidation - givenTest;
  const order = new Uint32Array(open);
  new RandomStream(settings.seed, streams.split).permutation(order);
  const drawn = (from: Uint32Array, count: number): readonly [Uint32Array, Uint32Array] => {
    const ordered = labels === undefined ? from : byClassFirst(from, labels, count);
    return [ordered.slice(0, count), ordered.slice(count)];
  };
  const [test, rest] = givenTest > 0 ? [rowsFrom(all - givenTest, all), order] : drawn(order, parts.test);
  const [validation, train] =
    givenValidation > 0 ? [rowsFrom(open, open + givenValidation), rest] : drawn(rest, parts.validation);
  return { train: train.toSorted(), validation: validation.toSorted(), test: test.toSorted() };
}

const rowsFrom = (first: number, end: number): Uint32Array =>
  Uint32Array.from({ length: end - first }, (_, i) => first + i);

/** The rows with every class's share of the first `count` brought to the front, in the drawn order. */
function byClassFirst(rows: Uint32Array, labels: Int32Array, count: number): Uint32Array {
  const classes = labels.reduce((most, label) => Math.max(most, label), 0) + 1;
  const left = new Float64Array(classes);
  for (const row of rows) left[labels[row]]++;
  // Rounded as they add up, so that all together are `count`.
  let [seen, given] = [0, 0];
  for (const [label, ofClass] of left.entries()) {
    seen += ofClass;
    const upTo = Math.round((seen * count) / rows.length);
    left[label] = upTo - given;
    given = upTo;
  }
  const isTaken = (row: number): boolean => left[labels[row] as number]-- > 0;
  const parts = { taken: [] as number[], others: [] as number[] };
  for (const row of rows) (isTaken(row) ? parts.taken : parts.others).push(row);
  return Uint32Array.from([...parts.taken, ...parts.others]);
}
