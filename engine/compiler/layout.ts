import type { TensorType } from '../declaration/tensor-type.ts';
import type { Tensor } from '../ops/contract.ts';
import { inARow, type Placement } from './allocate.ts';
import { sharedName, type TrainDraft } from './drafts.ts';
import type { Region } from './plan.ts';

/** Where the tensors lie that all programs of a plan share. */
export interface Layout {
  readonly offsets: ReadonlyMap<string, number>;
  readonly weights: Region;
  /** With the loss behind them, so that one pass over the region finds whatever is not finite. */
  readonly gradientsAndLoss: Region;
  readonly state: Region;
  readonly nonFinite: number;
  /** First word that programs may use as they like. */
  readonly end: number;
}

const nonFiniteCell = 'non_finite';

/**
 * Weights in one run, their gradients in another in the same order, and each of the optimizer's tensors in runs of the
 * same order again: neighbours can be updated by one call.
 */
export function layOut(watched: TrainDraft, offset: number): Layout {
  const { built, watches } = watched;
  const offsets = new Map<string, number>();
  let end = offset;
  const run = (entries: readonly (readonly [string, TensorType['shape']])[]): Region => {
    const row = inARow(
      entries.map(([, shape]) => shape),
      end,
    );
    for (const [at, [name]] of entries.entries()) offsets.set(name, row.offsets[at] as number);
    const region = { offset: end, words: row.end - end };
    end = row.end;
    return region;
  };

  const trained = built.weights.filter(({ tensor }) => built.gradients.has(tensor));
  const untrained = built.weights.filter(({ tensor }) => !built.gradients.has(tensor));
  const weights = run([...trained, ...untrained].map(({ tensor }) => [tensor.name, tensor.shape]));
  const gradientsAndLoss = run([
    ...trained.map(({ tensor }) => [sharedName.gradient(tensor), tensor.shape] as const),
    [sharedName.loss, built.total.shape],
  ]);
  const state = run(byKind(built.state, trained.length).map(({ name, shape }) => [name, shape]));
  const cells = built.graph.tensors.filter(({ role }) => role === 'cell');
  run([...cells.map(({ name, shape }) => [name, shape] as const), [nonFiniteCell, [1]]]);
  run(watches.map(({ histogram }) => [histogram.name, histogram.shape]));
  return { offsets, weights, gradientsAndLoss, state, nonFinite: offsets.get(nonFiniteCell) as number, end };
}

/** [w1.m, w1.s, w2.m, w2.s] → [w1.m, w2.m, w1.s, w2.s]. */
function byKind(state: readonly Tensor[], weightCount: number): Tensor[] {
  const kinds = weightCount === 0 ? 0 : state.length / weightCount;
  return Array.from({ length: kinds }, (_, kind) => state.filter((__, at) => at % kinds === kind)).flat();
}

/** The places of a program's shared tensors, to which its own are added. */
export function sharedPlacement(shared: ReadonlyMap<Tensor, string>, layout: Layout): Placement {
  return new Map([...shared].map(([tensor, name]) => [tensor, layout.offsets.get(name) as number]));
}
