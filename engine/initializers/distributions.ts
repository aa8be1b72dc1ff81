import type { Fields } from '../declaration/fields.ts';
import { text } from '../declaration/text.ts';
import type { RandomStream } from '../random/stream.ts';

/** The choice that initializers with a computed spread offer. */
export const distributionFields = {
  distribution: {
    kind: 'choice',
    label: text('Distribution', '分布'),
    help: text('Normal or uniform; both get the same variance.', '正态或均匀；两者方差相同。'),
    options: [
      { value: 'normal', label: text('normal', '正态') },
      { value: 'uniform', label: text('uniform', '均匀') },
    ],
    default: 'normal',
  },
} as const satisfies Fields;

export function fillNormal(values: Float32Array, mean: number, std: number, random: RandomStream): void {
  for (let i = 0; i < values.length; i++) values[i] = mean + std * random.normal();
}

/** Fills with mean 0 and the given variance; a uniform distribution on [−a, a) has the variance a² / 3. */
export function fillWithVariance(
  values: Float32Array,
  variance: number,
  distribution: string,
  random: RandomStream,
): void {
  if (distribution === 'normal') {
    fillNormal(values, 0, Math.sqrt(variance), random);
  } else {
    const bound = Math.sqrt(3 * variance);
    for (let i = 0; i < values.length; i++) values[i] = bound * (2 * random.uniform() - 1);
  }
}
