import { elementCount, sameShape } from '../../../declaration/tensor-type.ts';
import { choose } from '../../../ops/choose.ts';
import { maskScores } from '../../../ops/mask-scores.ts';
import { constantOf } from '../reading/constant.ts';
import { type Computed, isHeldWhole, type Value } from '../reading/known-tensors.ts';
import { expanded } from '../reading/move.ts';
import type { ValueBuilder } from '../reading/value-builder.ts';

/** y = condition ? x : fill, for a condition that is computed; its shape may be broadcast to that of x. */
export function masked(build: ValueBuilder, condition: Value, x: Value, fill: number): Value {
  const marks = marksFor(build, x.shape, build.narrowest(condition));
  if (marks !== undefined) return build.emit(maskScores, { x, mask: marks }, { fill }).y;
  if (isHeldWhole(condition)) return heldMasked(build, condition, x, fill);
  const wide = build.expand(condition, x.shape);
  return build.emit(choose, { condition: wide, a: x }, { value: fill }).y;
}

/** The same by whole numbers, which are 0 where it does not hold. */
function heldMasked(build: ValueBuilder, condition: Value, x: Value, fill: number): Value {
  const count = elementCount(x.shape);
  const mask = build.reshape(build.expand(condition, x.shape), [1, count]);
  const rows = build.reshape(x, [1, 1, count]);
  return build.reshape(build.emit(maskScores, { x: rows, mask }, { fill }).y, x.shape);
}

/** A condition that is the same for all rows of each sample of scores [N, …, T, S], as one row of marks [N, S]. */
function marksFor(build: ValueBuilder, scores: readonly number[], condition: Value): Value | undefined {
  const [N, S] = [scores[0], scores.at(-1)];
  if (N === undefined || S === undefined || scores.length < 3) return undefined;
  const row = [N, ...scores.slice(2).map(() => 1), S];
  return sameShape(condition.shape, row) ? build.reshape(condition, [N, S]) : undefined;
}

/** Where x is not 0. */
export function condition(build: ValueBuilder, x: Value): Value {
  if (!isHeldWhole(x)) return build.asType(build.absolute(build.apply('Sign', x)), 'bool');
  const one = expanded(x.shape)(constantOf('float32', [], [1]));
  return build.asType(masked(build, x, one, 0) as Computed, 'bool');
}
