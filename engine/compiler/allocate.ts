import { elementCount } from '../declaration/tensor-type.ts';
import type { Tensor } from '../ops/contract.ts';
import type { Step } from './steps.ts';

/** Tensors begin at multiples of a cache line: 16 words, 64 bytes. */
const alignment = 16;

export const alignedWords = (words: number): number => Math.ceil(words / alignment) * alignment;

/** Word offset of every tensor that has a place. */
export type Placement = Map<Tensor, number>;

interface Lifetime {
  readonly tensor: Tensor;
  readonly words: number;
  readonly from: number;
  readonly to: number;
}

/**
 * Places every tensor of `steps` that has no place yet, from `base` on. Two tensors share words when no step needs both:
 * the largest are placed first, each in the lowest gap that is free during its whole life. `filled` are there before the
 * first step, `kept` must outlive the last. Returns the first word behind all of them.
 */
export function placeByLiveness(
  placement: Placement,
  steps: readonly Step[],
  {
    filled,
    kept,
    base,
  }: { readonly filled: readonly Tensor[]; readonly kept: readonly Tensor[]; readonly base: number },
): number {
  const lifetimes = [...lifetimesOf(steps, filled, kept).values()].filter(
    ({ tensor }) => !placement.has(tensor),
  );
  lifetimes.sort((a, b) => b.words - a.words || a.from - b.from || a.tensor.id - b.tensor.id);
  const placed: (Lifetime & { readonly offset: number })[] = [];
  let end = base;
  for (const life of lifetimes) {
    const neighbours = placed
      .filter((other) => other.from <= life.to && life.from <= other.to)
      .sort((a, b) => a.offset - b.offset);
    let offset = base;
    for (const other of neighbours) {
      if (offset + life.words <= other.offset) break;
      offset = Math.max(offset, other.offset + other.words);
    }
    placed.push({ ...life, offset });
    placement.set(life.tensor, offset);
    end = Math.max(end, offset + life.words);
  }
  return end;
}

function lifetimesOf(
  steps: readonly Step[],
  filled: readonly Tensor[],
  kept: readonly Tensor[],
): Map<Tensor, Lifetime> {
  const lifetimes = new Map<Tensor, Lifetime>();
  const use = (tensor: Tensor, at: number): void => {
    const known = lifetimes.get(tensor);
    if (known !== undefined) lifetimes.set(tensor, { ...known, to: at });
    else lifetimes.set(tensor, { tensor, words: alignedWords(elementCount(tensor.shape)), from: at, to: at });
  };
  for (const tensor of filled) use(tensor, -1);
  for (const [at, step] of steps.entries())
    for (const tensor of [...step.reads, ...step.writes]) use(tensor, at);
  for (const tensor of kept) use(tensor, steps.length);
  return lifetimes;
}
