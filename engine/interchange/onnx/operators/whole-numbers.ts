import { text } from '../../../declaration/text.ts';
import { wholeNumbersOf } from '../../../ops/convert.ts';
import { embedding } from '../../../ops/embedding.ts';
import { type Constant, constantOf } from '../reading/constant.ts';
import { isHeldWhole, type Value } from '../reading/known-tensors.ts';
import { unsupportedForm } from '../reading/misfit.ts';
import type { Operator } from '../reading/node-reader.ts';
import { uniform, type ValueBuilder } from '../reading/value-builder.ts';

/** Whole numbers that are computed when the model runs: reckoned with as real ones, which are exact up to 2²⁴. */

/** An operator of real numbers, and of whole ones, which what comes out then is. */
export const ofWhole =
  (operator: Operator): Operator =>
  (node, build) => {
    if (!node.values.some((x) => x.kind === 'computed' && x.type === 'int32')) return operator(node, build);
    const numbers = node.reading(node.inputs.map((x) => x && build.numbers(x)));
    return build.asType(operator(numbers, build) as Value, 'int32');
  };

const half = constantOf('float32', [1], [0.5]);

/**
 * ⌊x / d⌋ of whole numbers x. A quotient of real numbers may fall short of a whole one, so it is taken of x + ½, and what is
 * left of x shows whether the first guess was too small or too large.
 */
function quotient(build: ValueBuilder, x: Value, d: number): Value {
  const guess = (of: Value): Value => build.apply('Floor', build.scale(build.add(of, half), 1 / d));
  const first = guess(x);
  return build.add(first, guess(build.add(x, build.scale(first, -d))));
}

/** The one whole number, not 0, that all are divided by. */
function divisorOf(of: Value): number {
  const d = of.kind === 'constant' ? uniform(of) : undefined;
  if (d !== undefined && d !== 0 && Number.isInteger(d)) return d;
  throw unsupportedForm(
    text('a quotient of whole numbers by what is not one known number', '除数不是单个已知整数的整数除法'),
  );
}

/** Cut towards 0, as Div of whole numbers is. */
export function wholeQuotient(build: ValueBuilder, a: Value, b: Value): Value {
  const d = divisorOf(b);
  const size = quotient(build, build.absolute(a), Math.abs(d));
  return build.multiply(size, build.scale(build.apply('Sign', a), Math.sign(d)));
}

/** What is left of a, of the sign of the divisor. */
export function wholeRemainder(build: ValueBuilder, a: Value, b: Value): Value {
  const d = divisorOf(b);
  const positive = build.scale(a, Math.sign(d));
  const left = build.add(positive, build.scale(quotient(build, positive, Math.abs(d)), -Math.abs(d)));
  return build.scale(left, Math.sign(d));
}

/** [...] whole numbers from 0 to count − 1 → [..., count]: `on` at each number's own place, `off` elsewhere. */
export function oneHotRows(
  build: ValueBuilder,
  indices: Value,
  count: number,
  [off, on]: readonly [number, number],
): Value {
  const rows = Float32Array.from({ length: count * count }, (_, at) => (at % (count + 1) === 0 ? on : off));
  return rowsAt(build, indices, constantOf('float32', [count, count], rows));
}

/** [...] → [..., count]: `on` at each place, `off` elsewhere. A computed one may lie below 0, which is counted from the end. */
export function shownRows(
  build: ValueBuilder,
  places: Value,
  count: number,
  [off, on]: readonly [number, number] = [0, 1],
): Value {
  if (isHeldWhole(places)) return oneHotRows(build, places, count, [off, on]);
  const twice = Float32Array.from({ length: 2 * count * count }, (_, at) =>
    at % count === Math.floor(at / count) % count ? on : off,
  );
  const moved = build.add(build.numbers(places), constantOf('float32', [1], [count]));
  return rowsAt(build, moved, constantOf('float32', [2 * count, count], twice));
}

/** Rows of a known table at whole numbers [...] that are computed. */
export function rowsAt(build: ValueBuilder, indices: Value, known: Constant): Value {
  const table = build.known.keep(known);
  const whole = isHeldWhole(indices) ? indices : build.emit(wholeNumbersOf, { x: build.numbers(indices) }).y;
  const tokens = build.column(whole) ?? whole;
  return build.reshape(build.emit(embedding, { tokens, table }).y, [
    ...indices.shape,
    table.shape.at(-1) as number,
  ]);
}
