import { float, int, offset, tensor } from './call';
import { Functions } from './functions';
import { Lanes } from './lanes';

/** Four targets as numbers, whether they are held as such or as labels. */
function targets(from: usize, left: i32, soft: bool): v128 {
  const held = Lanes.load(from, left);
  return soft ? held : f32x4.convert_i32x4_s(held);
}

/** Losses that mean something only for targets from 0 to 1; NaN for others. */
function within(t: v128, losses: v128): v128 {
  const inside = v128.and(f32x4.ge(t, f32x4.splat(0)), f32x4.le(t, f32x4.splat(1)));
  return v128.bitselect(losses, f32x4.splat(NaN), inside);
}

export function bceWithLogits(a: usize, begin: i32, end: i32): void {
  const logits = tensor(a, 0);
  const target = tensor(a, 1);
  const losses = tensor(a, 2);
  const soft = int(a, 4) !== 0;
  const extra = f32x4.splat(float(a, 5) - 1);
  const zero = f32x4.splat(0);
  for (let i = begin; i < end; i += 4) {
    const at = offset(i);
    const n = end - i;
    const z = Lanes.load(logits + at, n);
    const t = targets(target + at, n, soft);
    const linear = f32x4.sub(f32x4.pmax(z, zero), f32x4.mul(z, t));
    const decay = Functions.log1p(Functions.decay(z));
    const missed = f32x4.add(decay, f32x4.pmax(f32x4.neg(z), zero));
    const weighted = f32x4.mul(f32x4.mul(extra, t), missed);
    Lanes.store(losses + at, within(t, f32x4.add(f32x4.add(linear, decay), weighted)), n);
  }
}

export function bceWithLogitsGradient(a: usize, begin: i32, end: i32): void {
  const logits = tensor(a, 0);
  const target = tensor(a, 1);
  const dlosses = tensor(a, 2);
  const dlogits = tensor(a, 3);
  const soft = int(a, 5) !== 0;
  const extra = f32x4.splat(float(a, 6) - 1);
  const one = f32x4.splat(1);
  for (let i = begin; i < end; i += 4) {
    const at = offset(i);
    const n = end - i;
    const t = targets(target + at, n, soft);
    const p = Functions.logistic(Lanes.load(logits + at, n));
    const weighted = f32x4.mul(f32x4.mul(extra, t), f32x4.sub(p, one));
    const slope = f32x4.add(f32x4.sub(p, t), weighted);
    Lanes.store(dlogits + at, f32x4.mul(slope, Lanes.load(dlosses + at, n)), n);
  }
}

/** The least normal float32; below it `Functions.log` is not exact. */
const leastNormal: f32 = 1.1754943508222875e-38;
const shift: f32 = 16777216;
const logOfShift: f32 = 16.635532333438686;
const leastLogarithm: f32 = -100;
const leastVariance: f32 = 1e-12;

/** max(ln p, −100) for p in [0, 1], NaN below 0. */
function boundedLog(given: v128): v128 {
  // −0 becomes 0.
  const p = f32x4.add(given, f32x4.splat(0));
  const tiny = f32x4.lt(p, f32x4.splat(leastNormal));
  const normal = v128.bitselect(f32x4.mul(p, f32x4.splat(shift)), p, tiny);
  const logarithm = f32x4.sub(Functions.log(normal), v128.and(f32x4.splat(logOfShift), tiny));
  const bounded = f32x4.pmax(logarithm, f32x4.splat(leastLogarithm));
  return v128.bitselect(f32x4.splat(NaN), bounded, f32x4.lt(p, f32x4.splat(0)));
}

/** max(ln(1 − p), −100) for p in [0, 1], NaN above 1: what 1 − p loses in rounding is put back to first order. */
function boundedLogOfRest(p: v128): v128 {
  const one = f32x4.splat(1);
  const rest = f32x4.sub(one, p);
  const lost = f32x4.sub(f32x4.sub(one, rest), p);
  const correction = f32x4.div(lost, rest);
  const none = f32x4.eq(rest, f32x4.splat(0));
  return f32x4.add(boundedLog(rest), v128.andnot(correction, none));
}

export function bce(a: usize, begin: i32, end: i32): void {
  const probability = tensor(a, 0);
  const target = tensor(a, 1);
  const losses = tensor(a, 2);
  const soft = int(a, 4) !== 0;
  const one = f32x4.splat(1);
  for (let i = begin; i < end; i += 4) {
    const at = offset(i);
    const n = end - i;
    const p = Lanes.load(probability + at, n);
    const t = targets(target + at, n, soft);
    const no = f32x4.mul(f32x4.sub(t, one), boundedLogOfRest(p));
    Lanes.store(losses + at, within(t, f32x4.sub(no, f32x4.mul(t, boundedLog(p)))), n);
  }
}

export function bceGradient(a: usize, begin: i32, end: i32): void {
  const probability = tensor(a, 0);
  const target = tensor(a, 1);
  const dlosses = tensor(a, 2);
  const dp = tensor(a, 3);
  const soft = int(a, 5) !== 0;
  const one = f32x4.splat(1);
  const least = f32x4.splat(leastVariance);
  for (let i = begin; i < end; i += 4) {
    const at = offset(i);
    const n = end - i;
    const p = Lanes.load(probability + at, n);
    const variance = f32x4.max(f32x4.mul(f32x4.sub(one, p), p), least);
    const slope = f32x4.div(f32x4.sub(p, targets(target + at, n, soft)), variance);
    Lanes.store(dp + at, f32x4.mul(slope, Lanes.load(dlosses + at, n)), n);
  }
}
