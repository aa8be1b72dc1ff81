import { describe, expect, it } from 'vitest';
import { kernelNames } from '../../../engine/kernels/contract.ts';
import { arenas, asFloats, type Case, compute, computeExactly } from './arena.ts';
import { cases, sizes } from './cases.ts';

const { portable, reference } = arenas;

const title = ({ kernel, numbers, aliases }: Case): string =>
  `${kernel} ${JSON.stringify(numbers)} ${JSON.stringify(aliases ?? {})}`;

/** Words at which two arenas differ; any NaN equals any other, since WebAssembly leaves its bits open. */
function differences(a: Int32Array, b: Int32Array): number[] {
  const fa = asFloats(a);
  const fb = asFloats(b);
  return [...a.keys()].filter((w) => a[w] !== b[w] && !(Number.isNaN(fa[w]) && Number.isNaN(fb[w])));
}

/** The distance between neighbouring float32 numbers at |x|. */
function ulpAt(x: number): number {
  const exponent = Math.max(Math.floor(Math.log2(Math.abs(x))), -126);
  return 2 ** (exponent - 23);
}

/** Cuts [0, split) at places that no vector would choose. */
function shares(split: number): [number, number][] {
  const cuts = [0, 1, 3, 10, 11, 27, 64, 97].filter((cut) => cut < split);
  return cuts.map((begin, i) => [begin, cuts[i + 1] ?? split]);
}

describe.each(kernelNames)('the portable kernel %s', (kernel) => {
  const all = sizes.flatMap((n) => cases[kernel](n));

  it('gives what the reference gives, and writes nowhere else', () => {
    for (const given of all) {
      const found = compute(portable, given);
      const wanted = compute(reference, given);
      const ulps = given.ulps ?? 0;
      if (ulps === 0) {
        expect(differences(found, wanted), title(given)).toEqual([]);
        continue;
      }
      const { f: exact } = computeExactly(given);
      const floats = asFloats(found);
      const written = new Set(differences(wanted, compute(reference, given, [])));
      const wrong = [...found.keys()].filter((word) => {
        if (!written.has(word)) return found[word] !== wanted[word];
        const size = Math.max(Math.abs(exact[word]), given.scale ?? 0);
        return !(Math.abs(floats[word] - exact[word]) <= ulps * ulpAt(size));
      });
      expect(wrong, title(given)).toEqual([]);
    }
  });

  it('is at most twice as far from the exact result as plain float32 loops', () => {
    // What these write are no floats, or sums in float64 that were compared bit by bit above.
    if (kernel === 'histogram' || kernel === 'shuffle' || kernel === 'convert') return;
    for (const given of all) {
      const { f: exact } = computeExactly(given);
      const plainWords = compute(reference, given);
      const plain = asFloats(plainWords);
      const found = asFloats(compute(portable, given));
      const wrong = differences(plainWords, compute(reference, given, [])).filter((word) => {
        if (Number.isNaN(exact[word])) return !Number.isNaN(found[word]);
        const size = Math.max(Math.abs(exact[word]), given.scale ?? 0);
        const allowed = 2 * Math.abs(plain[word] - exact[word]) + Math.max(2, given.ulps ?? 0) * ulpAt(size);
        return !(Math.abs(found[word] - exact[word]) <= allowed);
      });
      expect(wrong, title(given)).toEqual([]);
    }
  });

  it('gives the same bits in whatever shares it is done', () => {
    for (const given of all) {
      const whole = compute(portable, given);
      const cut = shares(given.split);
      expect(differences(compute(portable, given, cut), whole), title(given)).toEqual([]);
      expect(differences(compute(portable, given, cut.toReversed()), whole), title(given)).toEqual([]);
    }
  });
});
