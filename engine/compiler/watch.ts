import { elementCount } from '../declaration/tensor-type.ts';
import { catalogue } from '../document/catalogue.ts';
import type { FlatDocument } from '../document/schema.ts';
import { histogramWords } from '../kernels/telemetry.ts';
import type { Tensor } from '../ops/contract.ts';
import { histogram } from '../ops/telemetry.ts';
import type { WatchedKind, WatchedTensor } from './plan.ts';
import { lower, type Step, type Views } from './steps.ts';
import type { TrainGraph } from './train-graph.ts';
import { noUnits, unitsOf } from './units.ts';

/** Of a larger activation every n-th element is taken, so that watching stays cheap. */
const mostSampled = 65536;

/** A tensor to be watched, and the one its histogram is written to. */
export interface Watch {
  readonly watched: Omit<WatchedTensor, 'histogram'>;
  readonly tensor: Tensor;
  readonly histogram: Tensor;
}

/** What frames show of every layer: weights, their gradients, outputs, and gradients of outputs. `steps` says what is computed. */
export function chooseWatches(
  document: FlatDocument,
  train: TrainGraph,
  steps: readonly Step[],
  views: Views,
): Watch[] {
  const computed = new Set(steps.flatMap((step) => step.writes));
  const watches: Watch[] = [];
  const add = (
    node: string,
    kind: WatchedKind,
    name: string,
    tensor: Tensor | undefined,
    { columns, inner } = noUnits,
  ): void => {
    if (tensor === undefined || (kind !== 'weight' && !computed.has(views.get(tensor) ?? tensor))) return;
    const key = `${node}/${kind}/${name}`;
    const counts = train.graph.tensor({
      name: key,
      role: 'state',
      origin: node,
      type: { shape: [histogramWords], dtype: 'int32' },
    });
    watches.push({
      watched: { key, node, kind, tensor: name, shape: tensor.shape, columns, inner },
      tensor,
      histogram: counts,
    });
  };
  const types = new Map(document.nodes.map((node) => [node.id, node.type]));
  for (const [node, outputs] of train.outputs) {
    for (const { declaration, tensor } of train.weights.filter((weight) => weight.node === node)) {
      if (declaration.trained === false) continue;
      add(node, 'weight', declaration.name, tensor);
      add(node, 'weightGradient', declaration.name, train.gradients.get(tensor));
    }
    const category = catalogue.get(types.get(node) ?? '')?.category;
    if (category === 'data') continue;
    for (const [port, tensor] of Object.entries(outputs)) {
      const units = category === 'activation' ? unitsOf(tensor.shape, document, node) : noUnits;
      add(node, 'activation', port, tensor, units);
      add(node, 'activationGradient', port, train.gradients.get(tensor));
    }
  }
  return watches;
}

/** The steps with each watched tensor's histogram taken as soon as the tensor is complete, so that its words are soon free again. */
export function withHistograms(steps: readonly Step[], watches: readonly Watch[], views: Views): Step[] {
  const after = new Map<number, Step[]>();
  for (const watch of watches) {
    const weight = watch.tensor.role === 'weight';
    const written = views.get(watch.tensor) ?? watch.tensor;
    const at = weight ? -1 : steps.findLastIndex((step) => step.writes.includes(written));
    after.set(at, [...(after.get(at) ?? []), histogramStep(watch, views)]);
  }
  return [...(after.get(-1) ?? []), ...steps.flatMap((step, at) => [step, ...(after.get(at) ?? [])])];
}

function histogramStep({ watched, tensor, histogram: y }: Watch, views: Views): Step {
  const sampled = watched.kind === 'activation' || watched.kind === 'activationGradient';
  const stride = sampled ? sampleStride(elementCount(tensor.shape)) : 1;
  const call = {
    op: histogram,
    inputs: { x: tensor },
    outputs: { y },
    attributes: { stride, columns: watched.columns, inner: watched.inner },
    origin: watched.node,
  };
  return lower(call, views);
}

/** Odd, so that it does not step over the same columns in every row: sizes are mostly powers of two. */
export const sampleStride = (count: number): number => {
  const stride = Math.ceil(count / mostSampled);
  return stride + 1 - (stride % 2);
};
