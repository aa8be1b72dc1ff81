import { float, offset, tensor } from './call';
import { Functions } from './functions';
import { Lanes } from './lanes';

export function relu(a: usize, begin: i32, end: i32): void {
  const x = tensor(a, 0);
  const y = tensor(a, 1);
  const zero = f32x4.splat(0);
  for (let i = begin; i < end; i += 4) {
    const at = offset(i);
    const n = end - i;
    Lanes.store(y + at, f32x4.pmax(Lanes.load(x + at, n), zero), n);
  }
}

export function reluGradient(a: usize, begin: i32, end: i32): void {
  const y = tensor(a, 0);
  const dy = tensor(a, 1);
  const dx = tensor(a, 2);
  const zero = f32x4.splat(0);
  for (let i = begin; i < end; i += 4) {
    const at = offset(i);
    const n = end - i;
    const open = f32x4.gt(Lanes.load(y + at, n), zero);
    Lanes.store(dx + at, v128.and(Lanes.load(dy + at, n), open), n);
  }
}

export function leakyRelu(a: usize, begin: i32, end: i32): void {
  const x = tensor(a, 0);
  const y = tensor(a, 1);
  const slope = f32x4.splat(float(a, 3));
  const zero = f32x4.splat(0);
  for (let i = begin; i < end; i += 4) {
    const at = offset(i);
    const n = end - i;
    const v = Lanes.load(x + at, n);
    Lanes.store(y + at, v128.bitselect(v, f32x4.mul(slope, v), f32x4.gt(v, zero)), n);
  }
}

export function leakyReluGradient(a: usize, begin: i32, end: i32): void {
  const x = tensor(a, 0);
  const dy = tensor(a, 1);
  const dx = tensor(a, 2);
  const slope = f32x4.splat(float(a, 4));
  const zero = f32x4.splat(0);
  for (let i = begin; i < end; i += 4) {
    const at = offset(i);
    const n = end - i;
    const open = f32x4.gt(Lanes.load(x + at, n), zero);
    const d = Lanes.load(dy + at, n);
    Lanes.store(dx + at, v128.bitselect(d, f32x4.mul(slope, d), open), n);
  }
}

export function sigmoid(a: usize, begin: i32, end: i32): void {
  const x = tensor(a, 0);
  const y = tensor(a, 1);
  for (let i = begin; i < end; i += 4) {
    const at = offset(i);
    const n = end - i;
    Lanes.store(y + at, Functions.logistic(Lanes.load(x + at, n)), n);
  }
}

export function sigmoidGradient(a: usize, begin: i32, end: i32): void {
  const y = tensor(a, 0);
  const dy = tensor(a, 1);
  const dx = tensor(a, 2);
  const one = f32x4.splat(1);
  for (let i = begin; i < end; i += 4) {
    const at = offset(i);
    const n = end - i;
    const v = Lanes.load(y + at, n);
    const d = Lanes.load(dy + at, n);
    Lanes.store(dx + at, f32x4.mul(f32x4.mul(d, v), f32x4.sub(one, v)), n);
  }
}

export function tanh(a: usize, begin: i32, end: i32): void {
  const x = tensor(a, 0);
  const y = tensor(a, 1);
  for (let i = begin; i < end; i += 4) {
    const at = offset(i);
    const n = end - i;
    Lanes.store(y + at, Functions.tanh(Lanes.load(x + at, n)), n);
  }
}

export function tanhGradient(a: usize, begin: i32, end: i32): void {
  const y = tensor(a, 0);
  const dy = tensor(a, 1);
  const dx = tensor(a, 2);
  const one = f32x4.splat(1);
  for (let i = begin; i < end; i += 4) {
    const at = offset(i);
    const n = end - i;
    const v = Lanes.load(y + at, n);
    const d = Lanes.load(dy + at, n);
    Lanes.store(dx + at, f32x4.mul(d, f32x4.sub(one, f32x4.mul(v, v))), n);
  }
}
