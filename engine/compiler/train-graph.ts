import type { Analysis } from '../document/analyse.ts';
import { chosen, settingsOf } from '../document/training-settings.ts';
import type { Tensor } from '../ops/contract.ts';
import type { Graph } from '../ops/graph.ts';
import { scale } from '../ops/scale.ts';
import { type BuiltGraph, type BuiltWeight, buildGraph } from './build.ts';
import { clipGradients } from './clip.ts';
import { differentiate } from './differentiate.ts';
import { isRegularised, withPenalty } from './penalty.ts';
import { viewsOf } from './steps.ts';

/** A whole training step as ops: forward, backward, one update per weight. */
export interface TrainGraph extends BuiltGraph {
  readonly gradients: ReadonlyMap<Tensor, Tensor>;
  /** Calls from here on update weights. */
  readonly updateStart: number;
  /** What the optimizer keeps per weight: one list per weight, in the order of `weights`. */
  readonly state: readonly Tensor[];
  readonly learningRate: Tensor;
  readonly scalars: Tensor | undefined;
  /** The length of all gradients taken together, before they are clipped. */
  readonly gradientNorm: Tensor;
  /** Always 1: where the reverse pass begins. */
  readonly dLoss: Tensor;
}

/** `watch` also measures the norm of all gradients. */
export function buildTrainGraph(analysis: Analysis, batch: number, watch: boolean): TrainGraph {
  const { training } = analysis.flat;
  const built = withPenalty(buildGraph(analysis, 'train', batch), training);
  const { graph, weights } = built;
  const dLoss = graph.scalar('d_loss');
  const trainable = weights.flatMap(({ isTrained, tensor }) => (isTrained ? [tensor] : []));
  const gradients = ownGradients(graph, weights, differentiate(graph, built.total, dLoss, trainable));
  const updateStart = graph.calls.length;

  const trained = weights.flatMap(({ tensor }) => gradients.get(tensor) ?? []);
  const gradientNorm = graph.scalar('gradient_norm');
  clipGradients(graph, training, trained, { norm: gradientNorm, watch });

  const { definition: optimizer, params } = chosen(training, 'optimizer');
  const regularisation = settingsOf(training, 'regularisation');
  const learningRate = graph.scalar('learning_rate');
  const scalars = optimizer.scalars && graph.scalar('optimizer_scalars', 'float32', optimizer.scalars.count);
  const state: Tensor[] = [];
  for (const built of weights) {
    const { tensor: weight, node } = built;
    const gradient = gradients.get(weight);
    if (gradient === undefined) continue;
    const kept = optimizer.state(params).map((name): [string, Tensor] => [
      name,
      graph.tensor({
        name: `${weight.name}.${name}`,
        role: 'state',
        origin: node,
        type: { shape: weight.shape, dtype: 'float32' },
      }),
    ]);
    state.push(...kept.map(([, tensor]) => tensor));
    const scope = graph.scope(node, weight.name, 'scratch');
    optimizer.update(scope, params, weight, gradient, Object.fromEntries(kept), {
      learningRate,
      ...(scalars !== undefined && { scalars }),
      decay: isRegularised(built, regularisation) ? regularisation.decay : 0,
    });
  }
  return { ...built, gradients, updateStart, state, learningRate, scalars, gradientNorm, dLoss };
}

/**
 * Each weight's gradient in words of its own: an op such as add hands one tensor back for both of its inputs, and that
 * may be two weights, or a weight and something else that goes on being used.
 */
function ownGradients(
  graph: Graph,
  weights: readonly BuiltWeight[],
  gradients: ReadonlyMap<Tensor, Tensor>,
): ReadonlyMap<Tensor, Tensor> {
  const views = viewsOf(graph.calls);
  const owners = new Map<Tensor, number>();
  for (const gradient of gradients.values()) {
    const words = views.get(gradient) ?? gradient;
    owners.set(words, (owners.get(words) ?? 0) + 1);
  }
  const own = new Map(gradients);
  for (const { tensor: weight, node } of weights) {
    const gradient = gradients.get(weight);
    if (gradient === undefined) continue;
    const words = views.get(gradient) ?? gradient;
    if (words.role === 'gradient' && owners.get(words) === 1) continue;
    const scope = graph.scope(node, `d_${weight.name}`, 'gradient');
    own.set(weight, scope.emit(scale, { x: gradient }, { factor: 1 }).y);
  }
  return own;
}
