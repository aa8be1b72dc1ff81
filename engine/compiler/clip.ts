import type { TrainingSettings } from '../document/schema.ts';
import { settingsOf } from '../document/training-settings.ts';
import { addSquares } from '../ops/add-squares.ts';
import { clipByNorm, clipByValue, clipFactor } from '../ops/clipping.ts';
import type { Tensor } from '../ops/contract.ts';
import type { Graph } from '../ops/graph.ts';

/** A limit that no finite norm reaches. */
const unlimited = 3e38;

/**
 * Keeps gradients in bounds as the settings say. Their norm before that goes to the cell `norm` where it is needed for
 * it, and where somebody watches.
 */
export function clipGradients(
  graph: Graph,
  training: TrainingSettings,
  gradients: readonly Tensor[],
  { norm, watch }: { readonly norm: Tensor; readonly watch: boolean },
): void {
  const { by, limit } = settingsOf(training, 'clipping');
  const scope = graph.scope('', 'clip', 'scratch');
  if (gradients.length > 0 && (by === 'norm' || watch)) {
    let squares: Tensor | undefined;
    for (const x of gradients) squares = scope.emit(addSquares, { sum: squares, x }, { factor: 1 }).y;
    const bound = by === 'norm' ? limit : unlimited;
    const { factor } = scope.emit(clipFactor, { squares, norm }, { limit: bound });
    if (by === 'norm') for (const dw of gradients) scope.emit(clipByNorm, { dw, factor });
  }
  if (by === 'value') for (const dw of gradients) scope.emit(clipByValue, { dw }, { limit });
}
