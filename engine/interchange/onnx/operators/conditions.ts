import { text } from '../../../declaration/text.ts';
import { choose } from '../../../ops/choose.ts';
import { wholeNumbersOf } from '../../../ops/convert.ts';
import { type Constant, cast, constantOf, elementTypeOf } from '../reading/constant.ts';
import { commonShape, foldBinary, foldUnary, foldWhere } from '../reading/fold.ts';
import { isHeldWhole, type Value } from '../reading/known-tensors.ts';
import { unsupportedForm } from '../reading/misfit.ts';
import { expanded } from '../reading/move.ts';
import type { NodeReader, Operator } from '../reading/node-reader.ts';
import { uniform, type ValueBuilder } from '../reading/value-builder.ts';
import { condition, masked } from './masking.ts';
import { ofWhole } from './whole-numbers.ts';

/** Conditions that are computed when the model runs: 1 where they hold, 0 elsewhere. */

const castNode: Operator = (node, build) => {
  const x = node.value(0);
  const to = node.opType === 'CastLike' ? node.value(1).type : undefined;
  const type = to ?? elementTypeOf(node.int('to', 0), text('the result', '结果'));
  if (x.kind === 'constant') return cast(x, type);
  if (x.type === type || (x.type === 'int32' && type === 'int64')) return x;
  const isKept = x.kind === 'computed' && !isHeldWhole(x) && x.type !== 'float32';
  if (type === 'bool' && x.kind === 'computed') return condition(build, x);
  if (type === 'float32' && isHeldWhole(x)) return build.numbers(x);
  if (x.type === 'float32' && (type === 'int32' || type === 'int64'))
    return build.asType(build.emit(wholeNumbersOf, { x }).y, 'int32');
  if (isKept && type === 'float32') return build.asType(x, 'float32');
  if (isKept && (type === 'int32' || type === 'int64')) return build.asType(x, 'int32');
  throw unsupportedForm(
    text(`a cast from ${x.type} to ${type} when the model runs`, `运行时从 ${x.type} 到 ${type} 的类型转换`),
  );
};

/** Numbers to reckon with: a known condition is 0 and 1 as it is. */
function marks(build: ValueBuilder, condition: Value): Value {
  if (condition.kind === 'constant') return cast(condition, 'float32');
  if (condition.type === 'bool') return build.asType(condition, 'float32');
  throw unsupportedForm(text('a condition of numbers', '以数值为条件'));
}

const not = (build: ValueBuilder, condition: Value): Value => {
  const x = build.narrowest(marks(build, condition));
  return build.expand(build.not(x), condition.shape);
};

const both = (build: ValueBuilder, a: Value, b: Value): Value =>
  build.multiply(marks(build, a), marks(build, b));

/** An operator of conditions: at once where they are known. */
const logical =
  (emit: (build: ValueBuilder, a: Value, b: Value) => Value): Operator =>
  (node, build) => {
    const [a, b] = [node.value(0), node.value(1)];
    if (a.kind === 'constant' && b.kind === 'constant')
      return build.known.keep(foldBinary(node.opType, a, b));
    return build.asType(emit(build, a, b), 'bool');
  };

/** Next to this nothing is left of what it is added to, nor of either behind a softmax. */
const hidden = -1e30;

/** What scores are hidden by, where it is known which: 0 where they are kept, a number far below them elsewhere. */
function hidingBias(condition: Constant, a: Value, b: Value): { of: Value; bias: Constant } | undefined {
  const fills = [a, b].map((part) => (part.kind === 'constant' ? uniform(part) : undefined));
  const at = fills.findIndex((fill) => fill !== undefined && fill <= hidden);
  const of = [b, a][at];
  if (of?.kind !== 'computed' || of.type !== 'float32') return undefined;
  const fill = fills[at] as number;
  const hides = (c: number): boolean => (at === 0 ? c !== 0 : c === 0);
  const bias = constantOf(
    'float32',
    condition.shape,
    condition.values.map((c) => (hides(c) ? fill : 0)),
  );
  return { of, bias };
}

/** One of two numbers, neither of them without end: what a condition, 0 or 1, makes of their difference. */
function between(build: ValueBuilder, seen: Value, yes: Constant, no: Constant): Value | undefined {
  const [one, other] = [uniform(yes), uniform(no)];
  if (one === undefined || other === undefined || !Number.isFinite(one - other)) return undefined;
  return build.add(build.scale(seen, one - other), constantOf('float32', [1], [other]));
}

/** Of two tensors, the numbers of one or the other. */
function where(node: NodeReader, build: ValueBuilder): Value {
  const [condition, a, b] = [node.value(0), node.value(1), node.value(2)];
  const shape = commonShape([condition.shape, a.shape, b.shape]);
  if (condition.kind === 'constant') {
    if (a.kind === 'constant' && b.kind === 'constant') return build.known.keep(foldWhere(condition, a, b));
    const bias = hidingBias(condition, a, b);
    if (bias !== undefined) return build.add(build.expand(bias.of, shape), bias.bias);
    const chosen = expanded(shape)(condition).values;
    const sources = [a, b].map((part) => build.expand(part, shape));
    const places = Float64Array.from(chosen, (c, i) => (c === 0 ? chosen.length + i : i));
    return build.pickFrom(sources, places, shape);
  }
  const seen = marks(build, condition);
  const [yes, no] = [node.floats(1), node.floats(2)].map((part) => build.expand(part, shape));
  const steps = yes.kind === 'constant' && no.kind === 'constant' ? between(build, seen, yes, no) : undefined;
  if (steps !== undefined) return build.expand(steps, shape);
  const [fillNo, fillYes] = [no, yes].map((part) => (part.kind === 'constant' ? uniform(part) : undefined));
  if (fillNo !== undefined) return masked(build, seen, yes, fillNo);
  if (fillYes !== undefined) return masked(build, not(build, condition), no, fillYes);
  return build.emit(choose, { condition: build.expand(seen, shape), a: yes, b: no }).y;
}

export const conditions: Readonly<Record<string, Operator>> = {
  Cast: castNode,
  CastLike: castNode,
  Not: (node, build) => {
    const x = node.value(0);
    return x.kind === 'constant' ? foldUnary('Not', x) : build.asType(not(build, x), 'bool');
  },
  And: logical(both),
  Or: logical((build, a, b) =>
    build.subtract(build.add(marks(build, a), marks(build, b)), both(build, a, b)),
  ),
  Xor: logical((build, a, b) =>
    build.subtract(build.add(marks(build, a), marks(build, b)), build.scale(both(build, a, b), 2)),
  ),
  Where: ofWhole(where),
  If: (node) => {
    const condition = node.value(0);
    if (condition.kind === 'constant' && condition.values.length === 1)
      return node.outputsOf(condition.values[0] === 0 ? 'else_branch' : 'then_branch');
    throw unsupportedForm(text('a branch that is chosen when the model runs', '运行时才选定的分支'));
  },
};
