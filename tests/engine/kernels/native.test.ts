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
  whyNoNative,
} from './arena.ts';
import { cases, sizes } from './cases.ts';

const { reference } = arenas;

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

const there = kernelNames.filter(isNative);
const why = native === undefined ? `there are none here: ${whyNoNative}` : 'each of them';

describe.skipIf(native === undefined)(`the native kernels (${why})`, () => {
  const arena = native as NonNullable<typeof native>;

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
        const written = new Set(
          [...plainWords.keys()].filter((word) => plainWords[word] !== untouched[word]),
        );
        const isWhole = (word: number): boolean => plainWords[word] === foundWords[word];
        let plainError = 0;
        // Terms that cancel leave an error of their own size.
        let size = Math.max(given.scale ?? 0, ...largestInputs(given));
        for (const word of written) {
          if (!Number.isFinite(exact[word])) continue;
          plainError = Math.max(plainError, Math.abs(plain[word] - exact[word]));
          size = Math.max(size, Math.abs(exact[word]));
        }
        const allowed = 2 * plainError + 2 * epsilon * size + smallestNormal;
        const wrong = [...foundWords.keys()].filter((word) => {
          if (isWhole(word)) return false;
          if (!written.has(word)) return !(Math.abs(found[word] - plain[word]) <= allowed);
          if (Number.isNaN(exact[word])) return !Number.isNaN(found[word]);
          return !(Math.abs(found[word] - exact[word]) <= allowed);
        });
        expect(wrong, title(given)).toEqual([]);
      }
    });

    it('gives the same bits in whatever shares it is done', () => {
      for (const given of all) {
        const whole = compute(arena, given);
        const cut = shares(given.split);
        expect(compute(arena, given, cut), title(given)).toEqual(whole);
        expect(compute(arena, given, cut.toReversed()), title(given)).toEqual(whole);
      }
    });
  });
});
