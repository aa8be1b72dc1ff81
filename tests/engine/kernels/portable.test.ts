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

  it('gives what the reference gives', () => {
    for (const given of all) {
      const found = compute(portable, given);
      const wanted = compute(reference, given);
      const ulps = given.ulps ?? 0;
      if (ulps === 0) {
        expect(differences(found, wanted), title(given)).toEqual([]);
        continue;
      }
      const exact = computeExactly(given).f;
      const floats = asFloats(found);
      // What the reference left alone, the kernel must have left alone too.
      const untouched = compute(reference, given, []);
      for (const word of found.keys()) {
        if (wanted[word] === untouched[word]) continue;
        const size = Math.max(Math.abs(exact[word]), given.scale ?? 0);
        const error = Math.abs(floats[word] - exact[word]) / ulpAt(size);
        expect(error, `${title(given)}, word ${word}`).toBeLessThanOrEqual(ulps);
      }
      const changed = differences(found, untouched);
      expect(
        changed.filter((word) => wanted[word] === untouched[word]),
        title(given),
      ).toEqual([]);
    }
  });

  it('is at most twice as far from the exact result as plain float32 loops', () => {
    for (const given of all) {
      const exact = computeExactly(given).f;
      const untouched = compute(reference, given, []);
      const plain = compute(reference, given);
      const found = asFloats(compute(portable, given));
      for (const word of plain.keys()) {
        if (plain[word] === untouched[word] || kernel === 'histogram') continue;
        if (Number.isNaN(exact[word])) {
          expect(found[word], title(given)).toBeNaN();
          continue;
        }
        const unavoidable = ulpAt(exact[word]) * 2;
        const plainError = Math.abs(asFloats(plain)[word] - exact[word]);
        const error = Math.abs(found[word] - exact[word]);
        expect(error, `${title(given)}, word ${word}`).toBeLessThanOrEqual(2 * plainError + unavoidable);
      }
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
