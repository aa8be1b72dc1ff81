import { float, offset, tensor } from './call';
import { Lanes } from './lanes';

export function squaredError(a: usize, begin: i32, end: i32): void {
  const prediction = tensor(a, 0);
  const target = tensor(a, 1);
  const losses = tensor(a, 2);
  for (let i = begin; i < end; i += 4) {
    const at = offset(i);
    const n = end - i;
    const difference = f32x4.sub(Lanes.load(prediction + at, n), Lanes.load(target + at, n));
    Lanes.store(losses + at, f32x4.mul(difference, difference), n);
  }
}

export function squaredErrorGradient(a: usize, begin: i32, end: i32): void {
  const prediction = tensor(a, 0);
  const target = tensor(a, 1);
  const dlosses = tensor(a, 2);
  const dprediction = tensor(a, 3);
  for (let i = begin; i < end; i += 4) {
    const at = offset(i);
    const n = end - i;
    const difference = f32x4.sub(Lanes.load(prediction + at, n), Lanes.load(target + at, n));
    const twice = f32x4.add(difference, difference);
    Lanes.store(dprediction + at, f32x4.mul(twice, Lanes.load(dlosses + at, n)), n);
  }
}

export function absoluteError(a: usize, begin: i32, end: i32): void {
  const prediction = tensor(a, 0);
  const target = tensor(a, 1);
  const losses = tensor(a, 2);
  for (let i = begin; i < end; i += 4) {
    const at = offset(i);
    const n = end - i;
    const difference = f32x4.sub(Lanes.load(prediction + at, n), Lanes.load(target + at, n));
    Lanes.store(losses + at, f32x4.abs(difference), n);
  }
}

export function absoluteErrorGradient(a: usize, begin: i32, end: i32): void {
  const prediction = tensor(a, 0);
  const target = tensor(a, 1);
  const dlosses = tensor(a, 2);
  const dprediction = tensor(a, 3);
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  for (let i = begin; i < end; i += 4) {
    const at = offset(i);
    const n = end - i;
    const difference = f32x4.sub(Lanes.load(prediction + at, n), Lanes.load(target + at, n));
    const above = v128.and(f32x4.gt(difference, zero), one);
    const below = v128.and(f32x4.lt(difference, zero), one);
    Lanes.store(dprediction + at, f32x4.mul(f32x4.sub(above, below), Lanes.load(dlosses + at, n)), n);
  }
}

export function huber(a: usize, begin: i32, end: i32): void {
  const prediction = tensor(a, 0);
  const target = tensor(a, 1);
  const losses = tensor(a, 2);
  const half = f32x4.splat(0.5);
  const delta = f32x4.splat(float(a, 4));
  const halfDelta = f32x4.mul(half, delta);
  for (let i = begin; i < end; i += 4) {
    const at = offset(i);
    const n = end - i;
    const size = f32x4.abs(f32x4.sub(Lanes.load(prediction + at, n), Lanes.load(target + at, n)));
    const near = f32x4.mul(f32x4.mul(half, size), size);
    const far = f32x4.mul(delta, f32x4.sub(size, halfDelta));
    Lanes.store(losses + at, v128.bitselect(near, far, f32x4.lt(size, delta)), n);
  }
}

export function huberGradient(a: usize, begin: i32, end: i32): void {
  const prediction = tensor(a, 0);
  const target = tensor(a, 1);
  const dlosses = tensor(a, 2);
  const dprediction = tensor(a, 3);
  const delta = f32x4.splat(float(a, 5));
  const least = f32x4.neg(delta);
  for (let i = begin; i < end; i += 4) {
    const at = offset(i);
    const n = end - i;
    const difference = f32x4.sub(Lanes.load(prediction + at, n), Lanes.load(target + at, n));
    const clamped = f32x4.max(f32x4.min(difference, delta), least);
    Lanes.store(dprediction + at, f32x4.mul(clamped, Lanes.load(dlosses + at, n)), n);
  }
}
