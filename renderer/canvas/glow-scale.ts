import type { WatchedTensorInfo } from '../../engine/protocol/messages.ts';

/** Gradients that are so many decades smaller than the largest do not glow. */
const decades = 4;

/** 1 for the largest gradient of the network, 0 for one that is four decades smaller, on a log scale between them. */
export function glowScale(norms: Iterable<number>): (norm: number) => number {
  let most = 0;
  for (const norm of norms) if (Number.isFinite(norm)) most = Math.max(most, norm);
  return (norm) =>
    norm > 0 && most > 0 ? Math.min(1, Math.max(0, 1 + Math.log10(norm / most) / decades)) : 0;
}

/**
 * The watched tensor that was first to hold NaN or Inf in a step: outputs are computed in the order of the plan, the
 * gradients of outputs the other way round.
 */
export function firstBad(
  watched: readonly Pick<WatchedTensorInfo, 'kind'>[],
  isBad: (index: number) => boolean,
): number | undefined {
  const indices = [...watched.keys()];
  const ofKind = (kind: WatchedTensorInfo['kind']) => (index: number) =>
    watched[index]?.kind === kind && isBad(index);
  return indices.find(ofKind('activation')) ?? indices.findLast(ofKind('activationGradient'));
}
