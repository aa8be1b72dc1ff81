import { testCountOf } from '../document/run-length.ts';
import { RandomStream, streams } from '../random/stream.ts';

/** Rows of the samples, by number. */
export interface Split {
  readonly train: Uint32Array;
  readonly test: Uint32Array;
}

/** Draws the test part from the seed. Both parts keep the order of the samples. */
export function splitSamples(count: number, testShare: number, seed: number): Split {
  const testCount = testCountOf(count, testShare);
  const order = new Uint32Array(count);
  new RandomStream(seed, streams.split).permutation(order);
  return { test: order.slice(0, testCount).toSorted(), train: order.slice(testCount).toSorted() };
}
