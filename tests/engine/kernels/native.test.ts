import { describe, expect, it } from 'vitest';
import { type KernelName, kernelNames } from '../../../engine/kernels/contract.ts';
import {
  arenas,
  asFloats,
  type Case,
  compute,
  computeExactly,
  NoNativeKernel,
  native,
  natives,
  whyNoNative,
} from './arena.ts';
import { cases, sizes } from './cases.ts';

const { portable, reference } = arenas;

/** Whether there is a native kernel: the others are left to the portable face. */
function isNative(kernel: KernelName): boolean {
  const [given] = cases[kernel](5);
  if (native === undefined || given === undefined) return false;
  try {
    compute(native, given);
    return true;
  } catch (error) {
    if (error instanceof NoNativeKernel) return false;
    throw error;
  }
}

const title = ({ kernel, numbers, aliases }: Case): string =>
  `${kernel} ${JSON.stringify(numbers)} ${JSON.stringify(aliases ?? {})}`;

/** The first word in which two results differ; −1 where there is none. */
const firstDifference = (found: Int32Array, wanted: Int32Array): number =>
  found.findIndex((word, at) => word !== wanted[at]);

/** Cuts [0, split) at places that no vector would choose. */
function shares(split: number): [number, number][] {
  const cuts = [0, 1, 3, 10, 11, 27, 64, 97].filter((cut) => cut < split);
  return cuts.map((begin, i) => [begin, cuts[i + 1] ?? split]);
}

const largestInputs = ({ tensors }: Case): number[] =>
  Object.values(tensors).map((values) =>
    values instanceof Float32Array ? values.reduce((most, value) => Math.max(most, Math.abs(value)), 0) : 0,
  );

const epsilon = 2 ** -23;
/** Numbers too small for the usual form count as 0. */
const smallestNormal = 2 ** -126;

const specials = [NaN, Infinity, 0, 3e38, 87, 700, 1, 2 ** -24, 1e-30, 0.35, 20, 104].flatMap((x) => [x, -x]);

/** The same call with special values in all numbers that it reads, in every combination of two of them. */
const withSpecials = (given: Case): Case => {
  const count = specials.length ** 2;
  const floats = Object.entries(given.tensors).filter(([, content]) => content.length === given.split);
  const tensors = floats.map(([name, content], place): [string, Float32Array | Int32Array] => {
    const chosen = (i: number): number => (place % 2 === 0 ? i : Math.floor(i / specials.length));
    const special = (_: unknown, i: number): number => specials[chosen(i) % specials.length] as number;
    const isLabel = content instanceof Int32Array;
    return [
      name,
      isLabel ? new Int32Array(count).map((_, i) => i & 1) : new Float32Array(count).map(special),
    ];
  });
  return {
    ...given,
    tensors: { ...given.tensors, ...Object.fromEntries(tensors) },
    numbers: { ...given.numbers, count },
    split: count,
  };
};

/** The order of float32 numbers as whole numbers, so that neighbours differ by 1. */
function rank(x: number): number {
  const bits = new Int32Array(Float32Array.of(Math.abs(x)).buffer)[0] as number;
  return x < 0 ? -bits : bits;
}

const there = kernelNames.filter(isNative);
/** Every tensor holds `count` numbers, or no more than the cells of a scalar. */
const isOneToOne = ({ numbers, split, tensors }: Case): boolean =>
  split === numbers['count'] &&
  Object.values(tensors).every((content) => content.length === split || content.length <= 2);
const oneToOne = there.filter((kernel) => cases[kernel](5).every(isOneToOne));

describe.skipIf(natives.length > 0)('the native kernels', () => {
  it.skip(`are not here: ${whyNoNative}`, () => {});
});

/** All that this processor can carry out, though runs take the first alone. */
describe.each(natives)('the native kernels for $instructions', ({ arena }) => {
  it('do the arithmetic of matrix products themselves', () => {
    expect(there).toContain('gemm');
  });

  describe.each(there)('%s', (kernel) => {
    const all = sizes.flatMap((n) => cases[kernel](n));

    it('is at most twice as far from the exact result as plain float32 loops, and writes nowhere else', () => {
      for (const given of all) {
        const { f: exact } = computeExactly(given);
        const plainWords = compute(reference, given);
        const untouched = compute(reference, given, []);
        const foundWords = compute(arena, given);
        const [plain, found] = [asFloats(plainWords), asFloats(foundWords)];
        const isWritten = (word: number): boolean => plainWords[word] !== untouched[word];
        const isWhole = (word: number): boolean => plainWords[word] === foundWords[word];
        let plainError = 0;
        // Terms that cancel leave an error of their own size.
        let size = Math.max(given.scale ?? 0, ...largestInputs(given));
        for (let word = 0; word < exact.length; word++) {
          if (!isWritten(word) || !Number.isFinite(exact[word])) continue;
          plainError = Math.max(plainError, Math.abs(plain[word] - exact[word]));
          size = Math.max(size, Math.abs(exact[word]));
        }
        const allowed = 2 * plainError + Math.max(2, given.ulps ?? 0) * epsilon * size + smallestNormal;
        const wrong = [...foundWords.keys()].filter((word) => {
          if (isWhole(word)) return false;
          if (!isWritten(word)) return !(Math.abs(found[word] - plain[word]) <= allowed);
          if (Number.isNaN(exact[word])) return !Number.isNaN(found[word]);
          return !(Math.abs(found[word] - exact[word]) <= allowed);
        });
        expect(wrong, title(given)).toEqual([]);
      }
    });

    it.runIf(oneToOne.includes(kernel))('does with special values as the portable kernel does', () => {
      for (const plainCase of cases[kernel](5)) {
        const given = withSpecials(plainCase);
        const wanted = asFloats(compute(portable, given));
        const found = asFloats(compute(arena, given));
        const wrong = [...wanted.keys()].flatMap((word) => {
          const [a, b] = [wanted[word] as number, found[word] as number];
          // A factor on the way may have been too small, and others larger.
          const isTiny = Math.max(Math.abs(a), Math.abs(b)) < 128 * smallestNormal;
          if (isTiny || (Number.isNaN(a) && Number.isNaN(b)) || Math.abs(rank(a) - rank(b)) <= 8) return [];
          return [`${a} became ${b}`];
        });
        expect(wrong, title(given)).toEqual([]);
      }
    });

    it('gives the same bits in whatever shares it is done', () => {
      for (const given of all) {
        const whole = compute(arena, given);
        const cut = shares(given.split);
        for (const order of [cut, cut.toReversed()]) {
          expect(firstDifference(compute(arena, given, order), whole), title(given)).toBe(-1);
        }
      }
    });
  });
});
