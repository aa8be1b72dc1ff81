import { testCountOf } from '../document/run-length.ts';
import { RandomStream, streams } from '../random/stream.ts';

/** Rows of the samples, by number. */
export interface Split {
  readonly train: Uint32Array;
  readonly test: Uint32Array;
}

/**
 * Draws the test part from the seed. Both parts keep the order of the samples. With the class of every sample each part
 * has the same share of every class, to a sample.
 */
export function splitSamples(count: number, testShare: number, seed: number, labels?: Int32Array): Split {
  const testCount = testCountOf(count, testShare);
  const order = new Uint32Array(count);
  new RandomStream(seed, streams.split).permutation(order);
  if (labels !== undefined) sortByClass(order, labels, testCount);
  return { test: order.slice(0, testCount).toSorted(), train: order.slice(testCount).toSorted() };
}

/** The last so many samples are to test with. */
export function givenSplit(count: number, test: number): Split {
  const rows = Uint32Array.from({ length: count }, (_, row) => row);
  return { train: rows.slice(0, count - test), test: rows.slice(count - test) };
}

/** Brings each class's share of the test part to the front, in the drawn order. */
function sortByClass(order: Uint32Array, labels: Int32Array, testCount: number): void {
  const classes = labels.reduce((most, label) => Math.max(most, label), 0) + 1;
  const left = new Float64Array(classes);
  for (const label of labels) left[label]++;
  // Rounded as they add up, so that all together are testCount.
  let [seen, given] = [0, 0];
  for (const [label, count] of left.entries()) {
    seen += count;
    const upTo = Math.round((seen * testCount) / labels.length);
    left[label] = upTo - given;
    given = upTo;
  }
  const isTest = (row: number): boolean => left[labels[row] as number]-- > 0;
  const parts = { test: [] as number[], train: [] as number[] };
  for (const row of order) (isTest(row) ? parts.test : parts.train).push(row);
  order.set(parts.test);
  order.set(parts.train, parts.test.length);
}
