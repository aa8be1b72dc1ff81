import type { LayerBuilder, Tensor } from '../ops/contract.ts';
import { rowNorm } from '../ops/row-norm.ts';
import { rowNormInference } from '../ops/row-norm-inference.ts';

/** How a sample is cut: `size` neighbours are normalised together, `inner` neighbours have a γ and a β in common. */
export interface Cut {
  readonly size: number;
  readonly inner: number;
  readonly epsilon: number;
  /** 0: the mean is left alone. */
  readonly centred?: 0;
}

/** y of the norm layers that look at one sample at a time. */
export function emitRowNorm(
  g: LayerBuilder,
  x: Tensor,
  { gamma, beta }: Readonly<Record<string, Tensor | undefined>>,
  { size, inner, epsilon, centred }: Cut,
): { readonly y: Tensor } {
  const attributes = { size, inner, epsilon, centred: centred ?? 1 };
  if (g.mode === 'eval') return g.emit(rowNormInference, { x, gamma, beta }, attributes);
  return { y: g.emit(rowNorm, { x, gamma, beta }, attributes).y };
}
