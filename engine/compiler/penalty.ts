import type { TrainingSettings } from '../document/schema.ts';
import { settingsOf } from '../document/training-settings.ts';
import type { WeightDeclaration } from '../layers/contract.ts';
import { addSquares } from '../ops/add-squares.ts';
import type { BuiltGraph } from './build.ts';

/** Whether regularisation bears on a weight: not on statistics, and on biases and norms only when asked. */
export const isRegularised = (
  { trained, decays }: WeightDeclaration,
  { biases }: { readonly biases: boolean },
): boolean => trained !== false && (decays !== false || biases);

/** The graph with λ · Σ w² of its regularised weights added to what training lowers. */
export function withPenalty<B extends BuiltGraph>(built: B, training: TrainingSettings): B {
  const regularisation = settingsOf(training, 'regularisation');
  if (regularisation.l2 === 0) return built;
  const scope = built.graph.scope('', 'l2_penalty');
  let { total } = built;
  for (const { tensor: x, declaration } of built.weights) {
    if (!isRegularised(declaration, regularisation)) continue;
    total = scope.emit(addSquares, { sum: total, x }, { factor: regularisation.l2 }).y;
  }
  return { ...built, total };
}
