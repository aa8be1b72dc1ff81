import { sameShape } from '../../../declaration/tensor-type.ts';
import { choose } from '../../../ops/choose.ts';
import { maskScores } from '../../../ops/mask-scores.ts';
import type { Value } from '../reading/known-tensors.ts';
import type { ValueBuilder } from '../reading/value-builder.ts';

/** y = condition ? x : fill, for a condition that is computed; its shape may be broadcast to that of x. */
export function masked(build: ValueBuilder, condition: Value, x: Value, fill: number): Value {
  const marks = marksFor(build, x.shape, build.narrowest(condition));
  if (marks !== undefined) return build.emit(maskScores, { x, mask: marks }, { fill }).y;
  const wide = build.expand(condition, x.shape);
  return build.emit(choose, { condition: wide, a: x }, { value: fill }).y;
}

/** A condition that is the same for all rows of each sample of scores [N, …, T, S], as one row of marks [N, S]. */
function marksFor(build: ValueBuilder, scores: readonly number[], condition: Value): Value | undefined {
  const [N, S] = [scores[0], scores.at(-1)];
  if (N === undefined || S === undefined || scores.length < 3) return undefined;
  const row = [N, ...scores.slice(2).map(() => 1), S];
  return sameShape(condition.shape, row) ? build.reshape(condition, [N, S]) : undefined;
}

/** Where x is not 0. */
export const condition = (build: ValueBuilder, x: Value): Value =>
  build.asType(build.absolute(build.apply('Sign', build.numbers(x))), 'bool');
