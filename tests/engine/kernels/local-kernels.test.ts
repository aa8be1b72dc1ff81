import { describe, expect, it } from 'vitest';
import { isLocal, kernelNames } from '../../../engine/kernels/contract.ts';
import { arenas, type Case, compute, placeOf } from './arena.ts';
import { cases, sizes } from './cases.ts';

/** The part of a tensor that belongs to a share of the split; undefined where the split does not divide it. */
type Part = readonly [from: number, to: number];
const partOf = (length: number, split: number, [begin, end]: Part): Part | undefined =>
  length % split === 0 ? [(begin * length) / split, (end * length) / split] : undefined;

/** Words that a call changes. */
function written(given: Case, shares: readonly Part[]): number[] {
  const before = compute(arenas.reference, given, []);
  const after = compute(arenas.reference, given, shares);
  return [...after.keys()].filter((word) => after[word] !== before[word]);
}

/** The names of the tensors that a call changes, and where each lies in what `compute` hands back. */
function resultsOf(given: Case): { readonly at: number; readonly length: number }[] {
  const words = written(given, [[0, given.split]]);
  return Object.entries(given.tensors)
    .map(([name, { length }]) => ({ at: placeOf(given, name), length }))
    .filter(({ at, length }) => words.some((word) => at <= word && word < at + length));
}

/** The same call with other numbers in all tensors as large as the result, but for the share's part of them. */
function withOthersElsewhere(given: Case, size: number, [from, to]: Part): Case {
  const tensors = Object.entries(given.tensors).map(([name, content]): [string, typeof content] => [
    name,
    content.length === size
      ? content.map((value, i) =>
          from <= i && i < to ? value : content instanceof Int32Array ? value : 1.5 - value,
        )
      : content,
  ]);
  return { ...given, tensors: Object.fromEntries(tensors) };
}

/** Cases that change something: a dropout in place at rate 0 does not. */
const local = kernelNames.flatMap((kernel) => {
  const all = sizes.flatMap((n) => cases[kernel](n));
  const fitting = all.filter(
    (given) => given.split >= 3 && isLocal(kernel, given.numbers) && resultsOf(given).length > 0,
  );
  return fitting.length > 0 ? [{ kernel, fitting }] : [];
});

describe.each(local)('a share of $kernel', ({ fitting }) => {
  const shareOf = ({ split }: Case): Part => [Math.floor(split / 3), Math.ceil((2 * split) / 3)];

  it('writes its own part of every result, and nothing else', () => {
    for (const given of fitting) {
      const share = shareOf(given);
      const parts = resultsOf(given).map(({ at, length }) => {
        const part = partOf(length, given.split, share);
        expect(part, 'the split divides every result').toBeDefined();
        const [from, to] = part as Part;
        return [at + from, at + to] as const;
      });
      const outside = written(given, [share]).filter(
        (word) => !parts.some(([from, to]) => from <= word && word < to),
      );
      expect(outside).toEqual([]);
    }
  });

  it('needs of what is as large as its result its own part alone', () => {
    for (const given of fitting) {
      const share = shareOf(given);
      const size = Math.max(...resultsOf(given).map(({ length }) => length));
      const part = partOf(size, given.split, share) as Part;
      const found = compute(arenas.reference, given, [share]);
      const other = compute(arenas.reference, withOthersElsewhere(given, size, part), [share]);
      for (const { at, length } of resultsOf(given)) {
        const [from, to] = partOf(length, given.split, share) as Part;
        expect(other.slice(at + from, at + to)).toEqual(found.slice(at + from, at + to));
      }
    }
  });
});

it('every kernel that is called local has cases here', () => {
  expect(local.map(({ kernel }) => kernel)).toEqual(
    kernelNames.filter((kernel) => isLocal(kernel, { inner: 1 })),
  );
});
