import type { Analysis } from '../document/analyse.ts';
import type { OpCall, Tensor } from '../ops/contract.ts';
import { type BuiltGraph, buildGraph } from './build.ts';
import { fuse } from './fuse.ts';
import { joinLosses } from './fuse-loss.ts';
import { withPenalty } from './penalty.ts';
import { lowerAll, mutates, type Step, type Views, viewsOf, withoutDeadCalls } from './steps.ts';
import { buildTrainGraph, type TrainGraph } from './train-graph.ts';
import { chooseWatches, type Watch, withHistograms } from './watch.ts';

/** A program before its tensors have places. */
export interface Draft {
  readonly built: BuiltGraph;
  readonly batch: number;
  readonly steps: readonly Step[];
  readonly views: Views;
  /** Tensors that all programs of a plan have in common, by the name they share. */
  readonly shared: ReadonlyMap<Tensor, string>;
  /** What is read after the program has run. */
  readonly kept: readonly Tensor[];
}

export interface TrainDraft extends Draft {
  readonly built: TrainGraph;
  /** steps[updateStart …) change weights. */
  readonly updateStart: number;
  readonly watches: readonly Watch[];
}

/** Names under which tensors of several programs are one and the same. */
export const sharedName = { loss: 'loss', gradient: (weight: Tensor): string => `d_${weight.name}` } as const;

export function draftTraining(analysis: Analysis, batch: number, watch: boolean): TrainDraft {
  const built = buildTrainGraph(analysis, batch, watch);
  const kept = [built.total, ...(built.hits ? [built.hits] : [])];
  const wanted = new Set(kept);
  const alive = withoutDeadCalls(built.graph.calls, wanted);
  const optimizing = new Set(built.graph.calls.slice(built.updateStart));
  const isUpdate = (call: OpCall): boolean => optimizing.has(call) || mutates(call);
  const joined = joinLosses(
    alive.filter((call) => !isUpdate(call)),
    wanted,
  );
  const views = viewsOf(alive);
  const before = lowerAll(watch ? joined : fuse(joined, wanted), views);
  const after = lowerAll(alive.filter(isUpdate), views);

  const watches = watch ? chooseWatches(analysis.flat, built, before, views) : [];
  const observed = withHistograms(before, watches, views);
  const shared = sharedTensors(built);
  shared.set(built.total, sharedName.loss);
  for (const { tensor } of built.weights) {
    const gradient = built.gradients.get(tensor);
    if (gradient !== undefined) shared.set(views.get(gradient) ?? gradient, sharedName.gradient(tensor));
  }
  for (const { histogram } of watches) shared.set(histogram, histogram.name);
  return {
    built,
    batch,
    steps: [...observed, ...after],
    updateStart: observed.length,
    views,
    shared,
    kept,
    watches,
  };
}

/** Forward pass, loss and hits as in use, without gradients. With `keepAll` every node's output can be read afterwards. */
export function draftEvaluation(analysis: Analysis, batch: number, keepAll: boolean): Draft {
  const built = withPenalty(buildGraph(analysis, 'eval', batch), analysis.flat.training);
  const outputs = keepAll ? [...built.outputs.values()].flatMap((ports) => Object.values(ports)) : [];
  const kept = [
    ...new Set([
      ...built.losses.map(({ prediction }) => prediction),
      built.total,
      ...(built.hits ? [built.hits] : []),
      ...outputs,
    ]),
  ];
  const wanted = new Set(kept);
  const calls = fuse(withoutDeadCalls(built.graph.calls, wanted), wanted);
  const views = viewsOf(calls);
  return { built, batch, steps: lowerAll(calls, views), views, shared: sharedTensors(built), kept };
}

/** Weights, what the optimizer keeps, and cells have the same name in every graph of one document. */
function sharedTensors({ graph }: BuiltGraph): Map<Tensor, string> {
  const persistent = graph.tensors.filter(
    ({ role }) => role === 'weight' || role === 'state' || role === 'cell',
  );
  return new Map(persistent.map((tensor) => [tensor, tensor.name]));
}
