import { float, offset, tensor } from './call';
import { Lanes } from './lanes';

export function sgdUpdate(a: usize, begin: i32, end: i32): void {
  const w = tensor(a, 0);
  const dw = tensor(a, 1);
  const rate = v128.load32_splat(tensor(a, 2));
  for (let i = begin; i < end; i += 4) {
    const at = offset(i);
    const n = end - i;
    const descent = f32x4.mul(rate, Lanes.load(dw + at, n));
    Lanes.store(w + at, f32x4.sub(Lanes.load(w + at, n), descent), n);
  }
}

export function momentumUpdate(a: usize, begin: i32, end: i32): void {
  const w = tensor(a, 0);
  const dw = tensor(a, 1);
  const v = tensor(a, 2);
  const rate = v128.load32_splat(tensor(a, 3));
  const beta = f32x4.splat(float(a, 5));
  const gain = f32x4.splat(float(a, 6));
  for (let i = begin; i < end; i += 4) {
    const at = offset(i);
    const n = end - i;
    const kept = f32x4.mul(beta, Lanes.load(v + at, n));
    const velocity = f32x4.add(kept, f32x4.mul(gain, Lanes.load(dw + at, n)));
    Lanes.store(v + at, velocity, n);
    Lanes.store(w + at, f32x4.sub(Lanes.load(w + at, n), f32x4.mul(rate, velocity)), n);
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
  const epsilon = f32x4.splat(float(a, 9));
  const gain1 = f32x4.sub(f32x4.splat(1), beta1);
  const gain2 = f32x4.sub(f32x4.splat(1), beta2);
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
    Lanes.store(w + at, f32x4.sub(Lanes.load(w + at, n), f32x4.div(numerator, denominator)), n);
  }
}
