import { RandomStream } from '../../../engine/random/stream.ts';

let stream = new RandomStream(7, 99);

/** Random numbers for the cases. */
export const random = {
  normal: () => stream.normal(),
  uniform: () => stream.uniform(),
  below: (bound: number) => stream.below(bound),
};

/** Begins anew, so that what is drawn does not hang on what was drawn before. */
export function drawAnew(index: number): void {
  stream = new RandomStream(7, 99, index);
}
