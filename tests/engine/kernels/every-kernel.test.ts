import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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

/** A case with what plain loops make of it: computed once, for whatever is held to it. */
interface Wanted {
  readonly given: Case;
  /** In float64. */
  readonly exact: Float64Array;
  readonly plainWords: Int32Array;
  readonly plain: Float32Array;
  /** The words before the call. */
  readonly untouched: Int32Array;
}

function wantedOf(given: Case): Wanted {
  const plainWords = compute(reference, given);
  return {
    given,
    exact: computeExactly(given).f,
    plainWords,
    plain: asFloats(plainWords),
    untouched: compute(reference, given, []),
  };
}

/** The case as a failure names it. */
const title = ({ kernel, numbers, aliases }: Case): string =>
  `${kernel} ${JSON.stringify(numbers)} ${JSON.stringify(aliases ?? {})}`;

/** Cuts [0, split) at places that no vector would choose. */
function shares(split: number): [number, number][] {
  const cuts = [0, 1, 3, 10, 11, 27, 64, 97].filter((cut) => cut < split);
  return cuts.map((begin, i) => [begin, cuts[i + 1] ?? split]);
}

/** The words of which something is true. */
function wordsWhere({ length }: Int32Array, isTrue: (word: number) => boolean): number[] {
  const words: number[] = [];
  for (let word = 0; word < length; word++) if (isTrue(word)) words.push(word);
  return words;
}

const wordList = (words: readonly number[]): string =>
  `${words.length} words, the first ${words.slice(0, 8).join(', ')}`;

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

/** Words at which two arenas differ; any NaN equals any other, since WebAssembly leaves its bits open. */
function differences(a: Int32Array, b: Int32Array): number[] {
  const fa = asFloats(a);
  const fb = asFloats(b);
  return wordsWhere(a, (w) => a[w] !== b[w] && !(Number.isNaN(fa[w]) && Number.isNaN(fb[w])));
}

/** The distance between neighbouring float32 numbers at |x|. */
function ulpAt(x: number): number {
  const exponent = Math.max(Math.floor(Math.log2(Math.abs(x))), -126);
  return 2 ** (exponent - 23);
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
    const [product] = cases.gemm(5);
    expect(() => compute(arena, product as Case)).not.toThrow();
  });
});

describe.each(kernelNames)('the kernel %s', (kernel) => {
  let all: readonly Wanted[] = [];
  beforeAll(() => {
    all = sizes.flatMap((n) => cases[kernel](n)).map(wantedOf);
  });
  afterAll(() => {
    all = [];
  });

  describe('of the portable face', () => {
    it('gives what the reference gives, and writes nowhere else', () => {
      const faults = all.flatMap(({ given, exact, plainWords, untouched }) => {
        const found = compute(portable, given);
        const ulps = given.ulps ?? 0;
        const floats = asFloats(found);
        const written = new Set(ulps === 0 ? [] : differences(plainWords, untouched));
        const isWrong = (word: number): boolean => {
          if (!written.has(word)) return found[word] !== plainWords[word];
          const size = Math.max(Math.abs(exact[word]), given.scale ?? 0);
          return !(Math.abs(floats[word] - exact[word]) <= ulps * ulpAt(size));
        };
        const wrong = ulps === 0 ? differences(found, plainWords) : wordsWhere(found, isWrong);
        return wrong.length === 0 ? [] : [`${title(given)}: ${wordList(wrong)}`];
      });
      expect(faults).toEqual([]);
    });

    it('is at most twice as far from the exact result as plain float32 loops', () => {
      // What these write are no floats, or sums in float64 that were compared bit by bit above.
      if (kernel === 'histogram' || kernel === 'shuffle' || kernel === 'convert') return;
      const faults = all.flatMap(({ given, exact, plainWords, plain, untouched }) => {
        const found = asFloats(compute(portable, given));
        const wrong = differences(plainWords, untouched).filter((word) => {
          if (Number.isNaN(exact[word])) return !Number.isNaN(found[word]);
          const size = Math.max(Math.abs(exact[word]), given.scale ?? 0);
          const allowed =
            2 * Math.abs(plain[word] - exact[word]) + Math.max(2, given.ulps ?? 0) * ulpAt(size);
          return !(Math.abs(found[word] - exact[word]) <= allowed);
        });
        return wrong.length === 0 ? [] : [`${title(given)}: ${wordList(wrong)}`];
      });
      expect(faults).toEqual([]);
    });

    it('gives the same bits in whatever shares it is done', () => {
      const faults = all.filter(({ given }) => {
        const whole = compute(portable, given);
        const cut = shares(given.split);
        return [cut, cut.toReversed()].some(
          (order) => differences(compute(portable, given, order), whole).length > 0,
        );
      });
      expect(faults.map(({ given }) => title(given))).toEqual([]);
    });
  });

  describe.each(there.includes(kernel) ? natives : [])(
    'of the native face for $instructions',
    ({ arena }) => {
      it('is at most twice as far from the exact result as plain float32 loops, and writes nowhere else', () => {
        const faults = all.flatMap(({ given, exact, plainWords, plain, untouched }) => {
          const foundWords = compute(arena, given);
          const found = asFloats(foundWords);
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
          const wrong = wordsWhere(foundWords, (word) => {
            if (isWhole(word)) return false;
            if (!isWritten(word)) return !(Math.abs(found[word] - plain[word]) <= allowed);
            if (Number.isNaN(exact[word])) return !Number.isNaN(found[word]);
            return !(Math.abs(found[word] - exact[word]) <= allowed);
          });
          return wrong.length === 0 ? [] : [`${title(given)}: ${wordList(wrong)}`];
        });
        expect(faults).toEqual([]);
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
        const faults = all.filter(({ given }) => {
          const whole = compute(arena, given);
          const cut = shares(given.split);
          return [cut, cut.toReversed()].some((order) => {
            const found = compute(arena, given, order);
            return wordsWhere(found, (word) => found[word] !== whole[word]).length > 0;
          });
        });
        expect(faults.map(({ given }) => title(given))).toEqual([]);
      });
    },
  );
});
