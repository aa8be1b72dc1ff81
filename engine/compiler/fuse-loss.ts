import { elementCount } from '../declaration/tensor-type.ts';
import { mostLossRows } from '../kernels/declared/losses.ts';
import type { OpCall, Tensor } from '../ops/contract.ts';
import { countArgmaxHits } from '../ops/count-hits.ts';
import { crossEntropyWithGradient } from '../ops/cross-entropy-with-gradient.ts';
import { labelledMean, labelledMeanGradient } from '../ops/labelled-mean.ts';
import { softmaxCrossEntropy, softmaxCrossEntropyGradient } from '../ops/softmax-cross-entropy.ts';
import { readersOf } from './readers.ts';

/** The calls that one loss of labels comes to. */
interface LossCalls {
  readonly losses: OpCall;
  readonly mean: OpCall;
  readonly dMean: OpCall;
  readonly gradient: OpCall;
  readonly hits: OpCall | undefined;
}

/**
 * Joins cross-entropy, its mean, their gradients and the counting of right answers where there are so few logits that one
 * worker does it all: the softmax, the losses and their gradients are then stored nowhere. What is computed stays the same
 * to the bit. `wanted` are read from outside and stay.
 */
export function joinLosses(calls: readonly OpCall[], wanted: ReadonlySet<Tensor>): readonly OpCall[] {
  const readers = readersOf(calls);
  const made = new Set(calls.flatMap(({ outputs }) => Object.values(outputs)));
  const joined = new Map<OpCall, OpCall>();
  const absorbed = new Set<OpCall>();
  for (const call of calls) {
    const found = lossCalls(call, readers, wanted);
    // The gradient must be known where the loss is computed: a weight of the loss is multiplied in later.
    if (found === undefined || made.has(found.dMean.inputs.dy as Tensor)) continue;
    for (const part of [found.mean, found.dMean, found.gradient, found.hits]) if (part) absorbed.add(part);
    joined.set(call, joinedCall(found));
  }
  return calls.filter((call) => !absorbed.has(call)).map((call) => joined.get(call) ?? call);
}

function lossCalls(
  losses: OpCall,
  readers: ReadonlyMap<Tensor, readonly OpCall[]>,
  wanted: ReadonlySet<Tensor>,
): LossCalls | undefined {
  const { logits, target } = losses.inputs;
  if (losses.op.name !== softmaxCrossEntropy.name || logits === undefined) return undefined;
  if (elementCount(logits.shape) > mostLossRows) return undefined;
  /** The one reader of a tensor that nobody else reads, if it is of that op. */
  const reader = (tensor: Tensor | undefined, { name }: { readonly name: string }): OpCall | undefined => {
    const [first, ...others] = (tensor && readers.get(tensor)) ?? [];
    const isOnly = others.length === 0 && !wanted.has(tensor as Tensor);
    return isOnly && first?.op.name === name ? first : undefined;
  };
  const mean = reader(losses.outputs.losses, labelledMean);
  const dMean = reader(mean?.outputs.counted, labelledMeanGradient);
  const gradient = reader(dMean?.outputs.dx, softmaxCrossEntropyGradient);
  if (mean === undefined || dMean === undefined || gradient === undefined) return undefined;
  if (reader(losses.outputs.p, softmaxCrossEntropyGradient) !== gradient) return undefined;
  const hits = readers
    .get(logits)
    ?.find(
      ({ op, inputs, attributes }) =>
        op.name === countArgmaxHits.name &&
        inputs.target === target &&
        attributes.ignored === losses.attributes.ignored,
    );
  return { losses, mean, dMean, gradient, hits };
}

function joinedCall({ losses, mean, dMean, gradient, hits }: LossCalls): OpCall {
  const dlogits = gradient.outputs.dlogits as Tensor;
  const y = mean.outputs.y as Tensor;
  return {
    ...losses,
    op: crossEntropyWithGradient,
    inputs: { ...losses.inputs, dy: dMean.inputs.dy },
    outputs: { dlogits, y, ...(hits && { hits: hits.outputs.y as Tensor }) },
  };
}
