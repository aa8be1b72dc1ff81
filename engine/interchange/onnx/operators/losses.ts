import { elementCount } from '../../../declaration/tensor-type.ts';
import { text } from '../../../declaration/text.ts';
import { logSoftmax } from '../../../ops/log-softmax.ts';
import { constantOf } from '../reading/constant.ts';
import type { Value } from '../reading/known-tensors.ts';
import { misfit } from '../reading/misfit.ts';
import type { NodeReader, Operator } from '../reading/node-reader.ts';
import type { ValueBuilder } from '../reading/value-builder.ts';
import { reduceNode } from './reductions.ts';

/** −w[class] · log-probability of the class at each place [N, d…] of x [N, C, d…], and what `reduction` makes of them. */
function likelihood(node: NodeReader, build: ValueBuilder, x: Value): Value {
  const target = node.known(1);
  const [N, C, ...image] = x.shape;
  const inner = elementCount(image);
  const ignored = node.attribute('ignore_index') === undefined ? undefined : node.int('ignore_index', 0);
  const isCounted = Float64Array.from(target.values, (label) => (label === ignored ? 0 : 1));
  const classes = Float64Array.from(target.values, (label, i) => (isCounted[i] === 0 ? 0 : label));
  const wrong = classes.find((label) => !(label >= 0 && label < C));
  if (wrong !== undefined || classes.length !== N * inner) {
    throw misfit(
      text(
        `expected ${N * inner} classes from 0 to ${C - 1}, found ${wrong ?? classes.length}`,
        `应有 ${N * inner} 个类别，取值 0 到 ${C - 1}，实际为 ${wrong ?? classes.length}`,
      ),
    );
  }
  const places = classes.map((label, i) => (Math.floor(i / inner) * C + label) * inner + (i % inner));
  const weight = node.maybe(2);
  const counted = constantOf('float32', [N, ...image], isCounted);
  const factor = weight ? build.multiply(build.pick(weight, classes, [N, ...image]), counted) : counted;
  const losses = build.negate(build.multiply(build.pick(x, places, [N, ...image]), factor));
  const reduction = node.string('reduction', 'mean');
  if (reduction === 'none') return losses;
  const total = (of: Value): Value => reduceNode(build, 'ReduceSum', of, [...of.shape.keys()], false);
  if (reduction === 'sum') return total(losses);
  const weights = node.maybeKnown(2)?.values;
  const count = classes.reduce((sum, label, i) => sum + isCounted[i] * (weights?.[label] ?? 1), 0);
  return build.scale(total(losses), 1 / count);
}

export const losses: Readonly<Record<string, Operator>> = {
  NegativeLogLikelihoodLoss: (node, build) => likelihood(node, build, node.floats(0, 2)),
  SoftmaxCrossEntropyLoss: (node, build) => {
    const x = node.floats(0, 2);
    const [N, C, ...image] = x.shape;
    const seen = build.reshape(x, [N, C, elementCount(image)]);
    const y = build.reshape(build.emit(logSoftmax, { x: seen }, { axis: 1 }).y, x.shape);
    return [likelihood(node, build, y), y];
  },
};
