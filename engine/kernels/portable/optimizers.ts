import { float, offset, tensor } from './call';
import { Lanes } from './lanes';

/** Weights as an update finds them and leaves them. */
class Weights {
  /** The share of every weight that decays in one step: rate · decay, both as four lanes. */
  @inline
  static shrinkage(rate: v128, decay: f32): v128 {
    return f32x4.mul(rate, f32x4.splat(decay));
  }

  /** w ← w − shrink · w − descent, for the `left` weights at `at`. */
  @inline
  static update(at: usize, shrink: v128, descent: v128, left: i32): void {
    const w = Lanes.load(at, left);
    const kept = f32x4.sub(w, f32x4.mul(shrink, w));
    Lanes.store(at, f32x4.sub(kept, descent), left);
  }
}

export function sgdUpdate(a: usize, begin: i32, end: i32): void {
  const w = tensor(a, 0);
  const dw = tensor(a, 1);
  const rate = v128.load32_splat(tensor(a, 2));
  const shrink = Weights.shrinkage(rate, float(a, 4));
  for (let i = begin; i < end; i += 4) {
    const at = offset(i);
    const n = end - i;
    Weights.update(w + at, shrink, f32x4.mul(rate, Lanes.load(dw + at, n)), n);
  }
}

export function momentumUpdate(a: usize, begin: i32, end: i32): void {
  const w = tensor(a, 0);
  const dw = tensor(a, 1);
  const v = tensor(a, 2);
  const rate = v128.load32_splat(tensor(a, 3));
  const beta = f32x4.splat(float(a, 5));
  const gain = f32x4.splat(float(a, 6));
  const shrink = Weights.shrinkage(rate, float(a, 7));
  for (let i = begin; i < end; i += 4) {
    const at = offset(i);
    const n = end - i;
    const carried = f32x4.mul(beta, Lanes.load(v + at, n));
    const velocity = f32x4.add(carried, f32x4.mul(gain, Lanes.load(dw + at, n)));
    Lanes.store(v + at, velocity, n);
    Weights.update(w + at, shrink, f32x4.mul(rate, velocity), n);
  }
}

export function nesterovUpdate(a: usize, begin: i32, end: i32): void {
  const w = tensor(a, 0);
  const dw = tensor(a, 1);
  const v = tensor(a, 2);
  const rate = v128.load32_splat(tensor(a, 3));
  const beta = f32x4.splat(float(a, 5));
  const shrink = Weights.shrinkage(rate, float(a, 6));
  for (let i = begin; i < end; i += 4) {
    const at = offset(i);
    const n = end - i;
    const d = Lanes.load(dw + at, n);
    const velocity = f32x4.add(f32x4.mul(beta, Lanes.load(v + at, n)), d);
    Lanes.store(v + at, velocity, n);
    const ahead = f32x4.add(d, f32x4.mul(beta, velocity));
    Weights.update(w + at, shrink, f32x4.mul(rate, ahead), n);
  }
}

export function rmspropUpdate(a: usize, begin: i32, end: i32): void {
  const w = tensor(a, 0);
  const dw = tensor(a, 1);
  const s = tensor(a, 2);
  const v = tensor(a, 3);
  const rate = v128.load32_splat(tensor(a, 4));
  const beta = f32x4.splat(float(a, 6));
  const gain = f32x4.splat(float(a, 7));
  const inner = f32x4.splat(float(a, 8));
  const outer = f32x4.splat(float(a, 9));
  const momentum = f32x4.splat(float(a, 10));
  const shrink = Weights.shrinkage(rate, float(a, 11));
  for (let i = begin; i < end; i += 4) {
    const at = offset(i);
    const n = end - i;
    const d = Lanes.load(dw + at, n);
    const square = f32x4.add(f32x4.mul(beta, Lanes.load(s + at, n)), f32x4.mul(gain, f32x4.mul(d, d)));
    Lanes.store(s + at, square, n);
    const root = f32x4.sqrt(f32x4.add(square, inner));
    let velocity = f32x4.div(d, f32x4.add(root, outer));
    if (v !== 0) {
      velocity = f32x4.add(f32x4.mul(momentum, Lanes.load(v + at, n)), velocity);
      Lanes.store(v + at, velocity, n);
    }
    Weights.update(w + at, shrink, f32x4.mul(rate, velocity), n);
  }
}

export function adamUpdate(a: usize, begin: i32, end: i32): void {
  const w = tensor(a, 0);
  const dw = tensor(a, 1);
  const m = tensor(a, 2);
  const s = tensor(a, 3);
  const rate = v128.load32_splat(tensor(a, 4));
  const corrections = tensor(a, 5);
  const c1 = v128.load32_splat(corrections);
  const c2 = v128.load32_splat(corrections, 4);
  const beta1 = f32x4.splat(float(a, 7));
  const beta2 = f32x4.splat(float(a, 8));
  const gain1 = f32x4.splat(float(a, 9));
  const gain2 = f32x4.splat(float(a, 10));
  const epsilon = f32x4.splat(float(a, 11));
  const shrink = Weights.shrinkage(rate, float(a, 12));
  for (let i = begin; i < end; i += 4) {
    const at = offset(i);
    const n = end - i;
    const d = Lanes.load(dw + at, n);
    const mean = f32x4.add(f32x4.mul(beta1, Lanes.load(m + at, n)), f32x4.mul(gain1, d));
    const square = f32x4.add(f32x4.mul(beta2, Lanes.load(s + at, n)), f32x4.mul(gain2, f32x4.mul(d, d)));
    const numerator = f32x4.mul(rate, f32x4.div(mean, c1));
    const denominator = f32x4.add(f32x4.sqrt(f32x4.div(square, c2)), epsilon);
    Lanes.store(m + at, mean, n);
    Lanes.store(s + at, square, n);
    Weights.update(w + at, shrink, f32x4.div(numerator, denominator), n);
  }
}
