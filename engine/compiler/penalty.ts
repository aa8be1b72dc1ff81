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

/** The graph with λ · Σ w² of its regularised weights added to the loss. */
export function withPenalty<B extends BuiltGraph>(built: B, training: TrainingSettings): B {
  const regularisation = settingsOf(training, 'regularisation');
  if (regularisation.l2 === 0) return built;
  const scope = built.graph.scope('', 'l2_penalty');
  let { value } = built.loss;
  for (const { tensor: x, declaration } of built.weights) {
    if (!isRegularised(declaration, regularisation)) continue;
    value = scope.emit(addSquares, { sum: value, x }, { factor: regularisation.l2 }).y;
  }
  return { ...built, loss: { ...built.loss, value } };
}
