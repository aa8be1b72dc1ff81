import type { Fields, ParamsOf } from '../declaration/fields.ts';
import type { LayerDefinition } from '../layers/contract.ts';
import type { LayerBuilder, Tensor } from '../ops/contract.ts';

/** What a prediction means, so that evaluation, decision boundary and `run` can read it. */
export type Reading = 'number' | 'logit' | 'probability' | 'class-logits' | 'class-log-probabilities';

/**
 * A loss is a layer with inputs `prediction` and `target` and no output port. `build` hands back `loss`, a scalar [1]: the
 * mean over what counts in the batch, times the field `weight`.
 */
export interface LossDefinition<F extends Fields = Fields> extends LayerDefinition<F> {
  readonly category: 'loss';
  readonly reading: Reading;
  /** Where an answer can be right: emits the numbers [2] of right answers in the batch and of answers that count. */
  hits?(
    g: LayerBuilder,
    params: ParamsOf<F>,
    inputs: Readonly<Record<'prediction' | 'target', Tensor>>,
  ): Tensor;
}
