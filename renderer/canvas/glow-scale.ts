/** Gradients that are so many decades smaller than the largest do not glow. */
const decades = 4;

/** 1 for the largest gradient of the network, 0 for one that is four decades smaller, on a log scale between them. */
export function glowScale(norms: Iterable<number>): (norm: number) => number {
  let most = 0;
  for (const norm of norms) if (Number.isFinite(norm)) most = Math.max(most, norm);
  return (norm) =>
    norm > 0 && most > 0 ? Math.min(1, Math.max(0, 1 + Math.log10(norm / most) / decades)) : 0;
}
