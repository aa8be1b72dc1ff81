import type { TrainingSettings } from '../document/schema.ts';
import { settingsOf } from '../document/training-settings.ts';
import { addSquares } from '../ops/add-squares.ts';
import type { BuiltGraph, BuiltWeight } from './build.ts';

/** Whether regularisation bears on a weight: not on what is not trained, and on biases and norms only when asked. */
export const isRegularised = (
  { isTrained, declaration }: BuiltWeight,
  { biases }: { readonly biases: boolean },
): boolean => isTrained && (declaration.decays !== false || biases);

/** The graph with λ · Σ w² of its regularised weights added to what training lowers. */
export function withPenalty<B extends BuiltGraph>(built: B, training: TrainingSettings): B {
  const regularisation = settingsOf(training, 'regularisation');
  if (regularisation.l2 === 0) return built;
  const scope = built.graph.scope('', 'l2_penalty');
  let { total } = built;
  for (const weight of built.weights) {
    if (!isRegularised(weight, regularisation)) continue;
    total = scope.emit(addSquares, { sum: total, x: weight.tensor }, { factor: regularisation.l2 }).y;
  }
  return { ...built, total };
}
