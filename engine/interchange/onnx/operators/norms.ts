import { elementCount } from '../../../declaration/tensor-type.ts';
import { batchNorm } from '../../../ops/batch-norm.ts';
import { batchNormInference } from '../../../ops/batch-norm-inference.ts';
import { rowNorm } from '../../../ops/row-norm.ts';
import { rowNormInference } from '../../../ops/row-norm-inference.ts';
import { constantOf, isFloat } from '../reading/constant.ts';
import type { Value } from '../reading/known-tensors.ts';
import { gathered } from '../reading/move.ts';
import type { NodeReader, Operator } from '../reading/node-reader.ts';
import { uniform, type ValueBuilder } from '../reading/value-builder.ts';

const epsilonOf = (node: NodeReader): number => node.float('epsilon', 1e-5);

/** With the statistics that are given; in training mode with those of the batch, which also move the given ones on. */
function batchNormalization(node: NodeReader, build: ValueBuilder): (Value | undefined)[] {
  const [x, gamma, beta, mean, variance] = [0, 1, 2, 3, 4].map((input) => node.floats(input));
  const epsilon = epsilonOf(node);
  if (node.int('training_mode', 0) === 0) {
    return [build.emit(batchNormInference, { x, gamma, beta, mean, variance }, { epsilon }).y];
  }
  const momentum = node.float('momentum', 0.9);
  const found = build.emit(batchNorm, { x, gamma, beta }, { epsilon });
  const moved = (running: Value, now: Value): Value =>
    build.add(build.scale(running, momentum), build.scale(now, 1 - momentum));
  return [found.y, moved(mean, found.mean), moved(variance, found.variance)];
}

/** All axes from one on are a row, with a weight for each of its numbers. */
const rows =
  (centred: 0 | 1): Operator =>
  (node, build) => {
    const x = node.floats(0, 1);
    const axis = node.axis(x, -1);
    const within = x.shape.slice(axis);
    const size = elementCount(within);
    const weight = (input: number): Value | undefined => {
      const given = node.maybe(input);
      return given && build.reshape(build.expand(given, within), [size]);
    };
    const inputs = {
      x: axis >= 1 ? x : build.reshape(x, [1, size]),
      gamma: weight(1),
      beta: weight(2),
    };
    const attributes = { size, inner: 1, epsilon: epsilonOf(node), centred };
    const needsStatistics = node.isWanted(1) || node.isWanted(2);
    if (!needsStatistics) {
      return [build.reshape(build.emit(rowNormInference, inputs, attributes).y, x.shape)];
    }
    const { y, mean, rstd } = build.emit(rowNorm, inputs, attributes);
    const shape = [...x.shape.slice(0, axis), ...within.map(() => 1)];
    return [build.reshape(y, x.shape), build.reshape(mean, shape), build.reshape(rstd, shape)];
  };

/** Weights that change nothing: exporters write GroupNorm as instances of its groups, with weights of its own behind. */
const isPlain = ([gamma, beta]: readonly [Value, Value]): boolean =>
  gamma.kind === 'constant' && beta.kind === 'constant' && uniform(gamma) === 1 && uniform(beta) === 0;

/** `groups` rows in each sample, with a weight for each channel. */
function groups(
  build: ValueBuilder,
  node: NodeReader,
  count: number,
  weights: readonly [Value, Value],
): Value {
  const x = node.floats(0, 3);
  const [, C, ...image] = x.shape;
  const inner = elementCount(image);
  const [gamma, beta] = weights;
  const grouped = isPlain(weights) ? build.beforeReshape(x) : undefined;
  if (grouped !== undefined) {
    const size = (C / count) * inner;
    const rows = { size, inner: size, epsilon: epsilonOf(node), centred: 1 };
    return build.reshape(build.emit(rowNormInference, { x: grouped }, rows).y, x.shape);
  }
  const attributes = { size: (C / count) * inner, inner, epsilon: epsilonOf(node), centred: 1 };
  return build.emit(rowNormInference, { x, gamma, beta }, attributes).y;
}

/** Before operator set 21 a weight was for a whole group. */
function groupNormalization(node: NodeReader, build: ValueBuilder): Value {
  const C = node.floats(0, 3).shape[1];
  const count = node.int('num_groups', 1);
  const perChannel = (input: number): Value => {
    const weight = node.floats(input, 1);
    if (weight.shape[0] === C) return weight;
    const group = Float64Array.from({ length: C }, (_, c) => Math.floor((c * count) / C));
    return build.move(weight, gathered(constantOf('int64', [C], group), 0));
  };
  return groups(build, node, count, [perChannel(1), perChannel(2)]);
}

/** When a model is used it passes on what comes, and its mask hides nothing. */
function dropout(node: NodeReader, build: ValueBuilder): (Value | undefined)[] {
  const x = node.value(0);
  const isTraining = node.maybeKnown(2)?.values[0] === 1 && node.knownNumber(1, 0.5) !== 0;
  // What was dropped in training cannot be told from the file: another generator drew it.
  const kept = isTraining ? node.floats(0) && undefined : x;
  const mask = node.isWanted(1)
    ? build.known.keep(
        constantOf(
          node.opset < 10 && isFloat(x.type) ? 'float32' : 'bool',
          x.shape,
          new Float64Array(elementCount(x.shape)).fill(1),
        ),
      )
    : undefined;
  return [kept, mask];
}

export const norms: Readonly<Record<string, Operator>> = {
  BatchNormalization: batchNormalization,
  LayerNormalization: rows(1),
  RMSNormalization: rows(0),
  GroupNormalization: groupNormalization,
  InstanceNormalization: (node, build) =>
    groups(build, node, node.floats(0, 3).shape[1], [node.floats(1, 1), node.floats(2, 1)]),
  Dropout: dropout,
};
