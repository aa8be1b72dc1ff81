import { float, offset, tensor } from './call';
import { Lanes } from './lanes';

/** Keeps the quotient finite where every gradient is 0. */
const tiny: f32 = 1e-6;

export function clipFactor(a: usize, begin: i32, end: i32): void {
  if (end <= begin) return;
  const norm = sqrt<f32>(load<f32>(tensor(a, 0)));
  store<f32>(tensor(a, 1), norm);
  store<f32>(tensor(a, 2), min<f32>(1, float(a, 3) / (norm + tiny)));
}

export function clipByNorm(a: usize, begin: i32, end: i32): void {
  const dw = tensor(a, 0);
  const factor = v128.load32_splat(tensor(a, 1));
  for (let i = begin; i < end; i += 4) {
    const at = dw + offset(i);
    const n = end - i;
    Lanes.store(at, f32x4.mul(factor, Lanes.load(at, n)), n);
  }
}

export function clipByValue(a: usize, begin: i32, end: i32): void {
  const dw = tensor(a, 0);
  const limit = float(a, 2);
  const most = f32x4.splat(limit);
  const least = f32x4.splat(-limit);
  for (let i = begin; i < end; i += 4) {
    const at = dw + offset(i);
    const n = end - i;
    Lanes.store(at, f32x4.max(least, f32x4.min(most, Lanes.load(at, n))), n);
  }
}
