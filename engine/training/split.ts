import { RandomStream, streams } from '../random/stream.ts';

/** Rows of the samples, by number. */
export interface Split {
  readonly train: Uint32Array;
  readonly test: Uint32Array;
}

/** How many of `count` samples are kept for testing; at least one is left to train on. */
export const testCountOf = (count: number, testShare: number): number =>
  Math.min(Math.round(count * testShare), Math.max(0, count - 1));

/** Draws the test part from the seed. Both parts keep the order of the samples. */
export function splitSamples(count: number, testShare: number, seed: number): Split {
  const testCount = testCountOf(count, testShare);
  const order = new Uint32Array(count);
  new RandomStream(seed, streams.split).permutation(order);
  return { test: order.slice(0, testCount).toSorted(), train: order.slice(testCount).toSorted() };
}
