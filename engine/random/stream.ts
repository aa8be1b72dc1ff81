import { cosineOfHalfTurns } from '../arithmetic/half-turns.ts';
import { naturalLogarithm } from '../arithmetic/logarithm.ts';
import { philox } from './philox.ts';

/** Every use of chance has its own stream, so that one never shifts another. Those of a graph's ops start at `graph`. */
export const streams = {
  initialisation: 1,
  shuffling: 2,
  data: 3,
  split: 4,
  augmentation: 5,
  graph: 16,
} as const;

/**
 * A sequence of random numbers that is fixed by (seed, stream, index): any part of it can be had again at any time.
 * `stream` and `index` say what the numbers are for, e.g. (shuffling, epoch 12).
 */
export class RandomStream {
  private readonly seed: number;
  private readonly stream: number;
  private readonly index: number;
  private readonly words = new Uint32Array(4);
  private block = 0;
  private used = 4;

  constructor(seed: number, stream: number, index = 0) {
    this.seed = seed;
    this.stream = stream;
    this.index = index;
  }

  /** A whole number in [0, 2³²). */
  word(): number {
    if (this.used === 4) {
      philox(this.words, this.block++, this.index, 0, 0, this.seed, this.stream);
      this.used = 0;
    }
    return this.words[this.used++] as number;
  }

  /** A number in [0, 1), a multiple of 2⁻²⁴. */
  uniform(): number {
    return (this.word() >>> 8) * 2 ** -24;
  }

  /**
   * A whole number in [0, bound), without bias (Lemire 2019, "Fast random integer generation in an interval").
   * bound ≤ 2²¹, so that the product is exact in float64.
   */
  below(bound: number): number {
    const threshold = (2 ** 32 - bound) % bound;
    for (;;) {
      const product = this.word() * bound;
      const high = Math.floor(product / 2 ** 32);
      if (product - high * 2 ** 32 >= threshold) return high;
    }
  }

  /** 0 … count − 1 in random order (Fisher and Yates; Durstenfeld 1964), into `order`. */
  permutation(order: Uint32Array): void {
    for (let i = 0; i < order.length; i++) order[i] = i;
    for (let i = order.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      const kept = order[i] as number;
      order[i] = order[j] as number;
      order[j] = kept;
    }
  }

  /** A number from the normal distribution with mean 0 and standard deviation 1 (Box and Muller 1958). */
  normal(): number {
    const radius = Math.sqrt(-2 * naturalLogarithm(1 - this.uniform()));
    return radius * cosineOfHalfTurns(2 * this.uniform());
  }
}
