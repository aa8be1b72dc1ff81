import { elementCount } from '../declaration/tensor-type.ts';
import { isLocal } from '../kernels/contract.ts';
import type { Tensor } from '../ops/contract.ts';
import type { Placement } from './allocate.ts';
import type { PlannedCall } from './plan.ts';
import type { Step } from './steps.ts';

/** Words of a result in one piece of a chain: three tensors of them stay near the processor. */
const pieceWords = 2 ** 13;
/** A result of fewer pieces is near as a whole. */
const fewestPieces = 8;

interface Touched {
  readonly offset: number;
  readonly words: number;
  readonly isWritten: boolean;
}

/** A call as far as chains go. */
interface Link {
  readonly at: number;
  /** Of its result. */
  readonly words: number;
  readonly split: number;
  readonly touched: readonly Touched[];
}

/**
 * Joins neighbours among the calls to chains that go over memory once: a chain is done piece by piece, all of its calls for
 * the first piece of their results, then all for the next. Every call needs, of what the others write, the same piece
 * alone. What is computed stays the same to the bit. A chain may be of one call: its pieces go to whoever is free.
 */
export function linkChains(
  steps: readonly Step[],
  placement: Placement,
  calls: readonly PlannedCall[],
): PlannedCall[] {
  const linked = [...calls];
  let chain: Link[] = [];
  const close = (): void => {
    const pieces = piecesOf(chain);
    for (const [i, { at }] of chain.entries())
      linked[at] = { ...(calls[at] as PlannedCall), pieces, continues: i > 0 };
    chain = [];
  };
  for (const [at, call] of calls.entries()) {
    const link = linkOf(steps[at] as Step, at, placement, call);
    if (link === undefined || !chain.every((earlier) => goTogether(earlier, link))) close();
    if (link !== undefined) chain.push(link);
  }
  close();
  return linked;
}

function linkOf(
  { call, reads, writes }: Step,
  at: number,
  placement: Placement,
  { parallel, split, arguments: given }: PlannedCall,
): Link | undefined {
  const [result] = writes;
  if (!parallel || result === undefined || !isLocal(call.kernel, given)) return undefined;
  const words = elementCount(result.shape);
  if (words % split !== 0 || Math.min(words / pieceWords, split) < fewestPieces) return undefined;
  const touch = (isWritten: boolean) => (tensor: Tensor) => ({
    offset: placement.get(tensor) as number,
    words: elementCount(tensor.shape),
    isWritten,
  });
  return { at, words, split, touched: [...reads.map(touch(false)), ...writes.map(touch(true))] };
}

/** Whether words that both touch and one of them writes are, for both, all of a tensor as large as their results. */
function goTogether(a: Link, b: Link): boolean {
  if (a.words !== b.words || Math.max(a.split, b.split) % Math.min(a.split, b.split) !== 0) return false;
  return a.touched.every((one) =>
    b.touched.every((other) => {
      const isApart = one.offset + one.words <= other.offset || other.offset + other.words <= one.offset;
      const isSame = one.offset === other.offset && one.words === a.words && other.words === a.words;
      return isApart || isSame || !(one.isWritten || other.isWritten);
    }),
  );
}

const piecesOf = (chain: readonly Link[]): number =>
  Math.floor(Math.min(...chain.map(({ words, split }) => Math.min(words / pieceWords, split))));
