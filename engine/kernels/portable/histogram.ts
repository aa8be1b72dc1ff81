import { int, offset, tensor } from './call';
import { Lanes } from './lanes';

// The layout that telemetry.ts declares.
const sampledWord = 0;
const zerosWord = 1;
const nansWord = 2;
const infinitiesWord = 3;
const meanWord = 4;
const varianceWord = 5;
const normWord = 6;
const minimumWord = 7;
const maximumWord = 8;
const deadColumnsWord = 9;
const figureWords = 10;
const firstExponent = -32;
const lastExponent = 16;
const sideBins = (lastExponent - firstExponent) * 2;
const words = figureWords + 2 * sideBins;

const infinityBits = 0x7f800000;

export function histogram(a: usize, begin: i32, end: i32): void {
  if (end <= begin) return;
  const x = tensor(a, 0);
  const y = tensor(a, 1);
  const count = int(a, 2);
  const stride = int(a, 3);
  const columns = int(a, 4);
  const inner = int(a, 5);
  memory.fill(y, 0, offset(words));
  const negative = y + offset(figureWords);
  const positive = negative + offset(sideBins);

  let sampled = 0;
  let zeros = 0;
  let nans = 0;
  let infinities = 0;
  let sum: f64 = 0;
  let sumOfSquares: f64 = 0;
  let minimum: f32 = Infinity;
  let maximum: f32 = -Infinity;
  for (let i = 0; i < count; i += stride) {
    const value = load<f32>(x + offset(i));
    const bits = reinterpret<i32>(value);
    const size = bits & 0x7fffffff;
    sampled++;
    if (size >= infinityBits) {
      if (size === infinityBits) infinities++;
      else nans++;
      continue;
    }
    sum += <f64>value;
    sumOfSquares += <f64>value * <f64>value;
    minimum = min(minimum, value);
    maximum = max(maximum, value);
    if (size === 0) {
      zeros++;
      continue;
    }
    // Exponent and first bit of the mantissa.
    const bin = min(max((size >> 22) - (127 + firstExponent) * 2, 0), sideBins - 1);
    const cell = (bits < 0 ? negative : positive) + offset(bin);
    store<i32>(cell, load<i32>(cell) + 1);
  }
  const finite = sampled - nans - infinities;
  store<i32>(y + offset(sampledWord), sampled);
  store<i32>(y + offset(zerosWord), zeros);
  store<i32>(y + offset(nansWord), nans);
  store<i32>(y + offset(infinitiesWord), infinities);
  if (finite > 0) {
    const mean = sum / <f64>finite;
    const variance = max(sumOfSquares / <f64>finite - mean * mean, 0);
    store<f32>(y + offset(meanWord), <f32>mean);
    store<f32>(y + offset(varianceWord), <f32>variance);
    store<f32>(y + offset(normWord), <f32>sqrt(sumOfSquares));
    store<f32>(y + offset(minimumWord), minimum);
    store<f32>(y + offset(maximumWord), maximum);
  }
  if (columns > 0) {
    const rows = count / (columns * inner);
    const dead = inner === 1 ? countDeadColumns(x, rows, columns) : countDeadPlanes(x, rows, columns, inner);
    store<i32>(y + offset(deadColumnsWord), dead);
  }
}

/** Columns of x [rows, columns] that hold nothing but zeros. Most are left after a few rows. */
function countDeadColumns(x: usize, rows: i32, columns: i32): i32 {
  if (rows === 0) return 0;
  const pitch = offset(columns);
  const zero = f32x4.splat(0);
  let dead = 0;
  for (let column = 0; column < columns; column += 4) {
    const n = columns - column;
    let from = x + offset(column);
    const last = from + <usize>rows * pitch;
    // One bit per lane that has been zero so far.
    let silent = (1 << min(n, 4)) - 1;
    for (; from < last && silent !== 0; from += pitch) {
      const v = n >= 4 ? v128.load(from) : Lanes.loadFirst(from, n);
      silent &= i32x4.bitmask(f32x4.eq(v, zero));
    }
    dead += popcnt(silent);
  }
  return dead;
}

/** The same of x [rows, columns, inner]. A living column is left at its first number that is not 0. */
function countDeadPlanes(x: usize, rows: i32, columns: i32, inner: i32): i32 {
  if (rows === 0) return 0;
  const plane = offset(inner);
  const pitch = <usize>columns * plane;
  let dead = 0;
  for (let column = 0; column < columns; column++) {
    let from = x + <usize>column * plane;
    let silent = true;
    for (let row = 0; row < rows && silent; row++) {
      silent = isZero(from, inner);
      from += pitch;
    }
    if (silent) dead++;
  }
  return dead;
}

function isZero(from: usize, count: i32): bool {
  const zero = f32x4.splat(0);
  for (let left = count; left > 0; left -= 4) {
    if (v128.any_true(f32x4.ne(Lanes.load(from, left), zero))) return false;
    from += 16;
  }
  return true;
}
