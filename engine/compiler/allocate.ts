import { elementCount } from '../declaration/tensor-type.ts';
import type { Tensor } from '../ops/contract.ts';
import type { Step } from './steps.ts';

/** Words of a cache line of 64 bytes, and of four numbers that go through arithmetic together. */
const line = 16;
const lanes = 4;

const roundedUp = (words: number, unit: number): number => Math.ceil(words / unit) * unit;

/** Whole cache lines: what regions of the arena begin with. */
export const alignedWords = (words: number): number => roundedUp(words, line);

/**
 * Tensors begin with a cache line. Those that are smaller share one, begin there with a whole vector, and less than that
 * anywhere: a network of a few units has nothing else.
 */
function startOf(words: number, from: number): number {
  if (words >= line) return roundedUp(from, line);
  return words < lanes ? from : roundedUp(from, lanes);
}

/** Words between two tensors in a row are fewer than this. */
export const widestGap = line;

/** Where tensors of such shapes begin one behind the other, from the start of a cache line on, and where the next region does. */
export function inARow(
  shapes: readonly (readonly number[])[],
  from: number,
): { readonly offsets: readonly number[]; readonly end: number } {
  let end = from;
  const offsets = shapes.map((shape) => {
    const words = elementCount(shape);
    const offset = startOf(words, end);
    end = offset + words;
    return offset;
  });
  return { offsets, end: alignedWords(end) };
}

/** Word offset of every tensor that has a place. */
export type Placement = Map<Tensor, number>;

/** Tensors that lie in the same words one after the other. */
interface Lifetime {
  readonly tensors: Tensor[];
  readonly words: number;
  readonly from: number;
  to: number;
}

/**
 * Places every tensor of `steps` that has no place yet, from `base` on. Two tensors share words when no step needs both:
 * the largest are placed first, each in the lowest gap that is free during its whole life. A result takes the words of
 * an operand that ends there, where its op allows it. `filled` are there before the first step, `kept` must outlive the
 * last. `base` is the start of a cache line. Returns that of the first one behind all of them.
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
  const each = lifetimesOf(steps, filled, kept);
  for (const tensor of placement.keys()) each.delete(tensor);
  takeOver(each, steps);
  const lifetimes = [...new Set(each.values())];
  lifetimes.sort((a, b) => b.words - a.words || a.from - b.from || firstId(a) - firstId(b));
  const placed: (Lifetime & { readonly offset: number })[] = [];
  let end = base;
  for (const life of lifetimes) {
    const neighbours = placed
      .filter((other) => other.from <= life.to && life.from <= other.to)
      .sort((a, b) => a.offset - b.offset);
    let offset = base;
    for (const other of neighbours) {
      if (offset + life.words <= other.offset) break;
      offset = startOf(life.words, Math.max(offset, other.offset + other.words));
    }
    placed.push({ ...life, offset });
    for (const tensor of life.tensors) placement.set(tensor, offset);
    end = Math.max(end, offset + life.words);
  }
  return alignedWords(end);
}

const firstId = ({ tensors }: Lifetime): number => tensors[0]?.id ?? 0;

function lifetimesOf(
  steps: readonly Step[],
  filled: readonly Tensor[],
  kept: readonly Tensor[],
): Map<Tensor, Lifetime> {
  const lifetimes = new Map<Tensor, Lifetime>();
  const use = (tensor: Tensor, at: number): void => {
    const known = lifetimes.get(tensor);
    const words = roundedUp(elementCount(tensor.shape), lanes);
    if (known === undefined) lifetimes.set(tensor, { tensors: [tensor], words, from: at, to: at });
    else known.to = at;
  };
  for (const tensor of filled) use(tensor, -1);
  for (const [at, step] of steps.entries())
    for (const tensor of [...step.reads, ...step.writes]) use(tensor, at);
  for (const tensor of kept) use(tensor, steps.length);
  return lifetimes;
}

/** Joins the life of a result to that of an operand that ends where the result begins. */
function takeOver(lifetimes: Map<Tensor, Lifetime>, steps: readonly Step[]): void {
  for (const [at, { writes, inPlace }] of steps.entries()) {
    const [output] = writes;
    const result = output && lifetimes.get(output);
    if (result?.from !== at) continue;
    const operand = inPlace
      .map((tensor) => lifetimes.get(tensor))
      .find((life) => life !== undefined && life.to === at && life.from >= 0 && life.words === result.words);
    if (operand === undefined) continue;
    operand.tensors.push(...result.tensors);
    operand.to = result.to;
    for (const tensor of result.tensors) lifetimes.set(tensor, operand);
  }
}
