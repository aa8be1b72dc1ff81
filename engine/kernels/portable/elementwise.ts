import { float, offset, tensor } from './call';
import { Lanes } from './lanes';

export function add(a: usize, begin: i32, end: i32): void {
  const left = tensor(a, 0);
  const right = tensor(a, 1);
  const y = tensor(a, 2);
  for (let i = begin; i < end; i += 4) {
    const at = offset(i);
    const n = end - i;
    Lanes.store(y + at, f32x4.add(Lanes.load(left + at, n), Lanes.load(right + at, n)), n);
  }
}

export function scale(a: usize, begin: i32, end: i32): void {
  const x = tensor(a, 0);
  const y = tensor(a, 1);
  const factor = f32x4.splat(float(a, 3));
  for (let i = begin; i < end; i += 4) {
    const at = offset(i);
    const n = end - i;
    Lanes.store(y + at, f32x4.mul(factor, Lanes.load(x + at, n)), n);
  }
}

export function fill(a: usize, begin: i32, end: i32): void {
  const y = tensor(a, 0);
  const value = f32x4.splat(float(a, 2));
  for (let i = begin; i < end; i += 4) Lanes.store(y + offset(i), value, end - i);
}
