import type { Text } from '../../declaration/text.ts';
import { RandomStream, streams } from '../../random/stream.ts';
import type { MadeSamples, SampleType } from './contract.ts';

export type Point = readonly [number, number];

/** A point [x1, x2] that belongs to one of some classes. */
export const pointIn = (classes: readonly Text[]): SampleType => ({
  input: { shape: [2], dtype: 'float32' },
  target: { kind: 'class', shape: [], classes },
});

export interface Shared {
  readonly count: number;
  readonly noise: number;
  readonly seed: number;
}

/**
 * Points on the plane with one of `classes` labels each. Point i gets class i mod classes, so that all classes are equally
 * frequent; `place` says where a point of a class lies. Noise shifts it afterwards and leaves the label.
 */
export function labelledPoints(
  { count, noise, seed }: Shared,
  classes: number,
  place: (label: number, random: RandomStream) => Point,
): MadeSamples {
  const x = new Float32Array(2 * count); // [count, 2]
  const y = new Int32Array(count); // [count]
  const places = new RandomStream(seed, streams.data);
  const shifts = new RandomStream(seed, streams.data, 1);
  for (let i = 0; i < count; i++) {
    const label = i % classes;
    const [x1, x2] = place(label, places);
    x[2 * i] = x1 + noise * shifts.normal();
    x[2 * i + 1] = x2 + noise * shifts.normal();
    y[i] = label;
  }
  return { count, x, y };
}

/** A point anywhere in the square [−size, size)². */
export const anywhere = (size: number, random: RandomStream): Point => [
  size * (2 * random.uniform() - 1),
  size * (2 * random.uniform() - 1),
];
