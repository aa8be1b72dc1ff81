import type { Fields, ParamsOf } from '../declaration/fields.ts';
import type { Documentation } from '../declaration/reference.ts';
import type { Text } from '../declaration/text.ts';
import type { GraphBuilder, Tensor } from '../ops/contract.ts';

/** How weights follow their gradients. Emits one fused update op per weight. */
export interface OptimizerDefinition<F extends Fields = Fields> {
  readonly type: string;
  readonly title: Text;
  readonly doc: Documentation;
  readonly fields: F;
  readonly defaultLearningRate: number;
  /** The weight decay (regularisation.ts) that comes with it; 0 without it. */
  readonly defaultDecay?: number;
  /** Tensors of the weight's shape that are kept per weight, zero at the start. */
  state(params: ParamsOf<F>): readonly string[];
  /**
   * Extra scalars that the update reads, computed in float64 before each step (t = 1 for the first) and written to the
   * `scalars` cell. Must come from + − × ÷ √ alone, so that every machine gets the same bits.
   */
  readonly scalars?: { readonly count: number; at(params: ParamsOf<F>, t: number): readonly number[] };
  /** The optimizer of PyTorch that does the same, over `parameters` at the rate `lr`; helpers stand in train-code.ts. */
  pytorch(params: ParamsOf<F>): string;
  update(
    g: GraphBuilder,
    params: ParamsOf<F>,
    weight: Tensor,
    gradient: Tensor,
    state: Readonly<Record<string, Tensor>>,
    given: UpdateCells,
  ): void;
}

export interface UpdateCells {
  readonly learningRate: Tensor;
  readonly scalars?: Tensor;
  /** The weight loses this share of itself, times the learning rate, in each step. */
  readonly decay: number;
}
