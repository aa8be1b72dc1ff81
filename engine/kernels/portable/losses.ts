import { int, offset, tensor } from './call';
import { Functions } from './functions';
import { Lanes } from './lanes';

export function bceWithLogits(a: usize, begin: i32, end: i32): void {
  const logits = tensor(a, 0);
  const target = tensor(a, 1);
  const losses = tensor(a, 2);
  const zero = f32x4.splat(0);
  for (let i = begin; i < end; i += 4) {
    const at = offset(i);
    const n = end - i;
    const z = Lanes.load(logits + at, n);
    const t = f32x4.convert_i32x4_s(Lanes.load(target + at, n));
    const linear = f32x4.sub(f32x4.pmax(z, zero), f32x4.mul(z, t));
    const rest = Functions.log1p(Functions.decay(z));
    Lanes.store(losses + at, f32x4.add(linear, rest), n);
  }
}

export function bceWithLogitsGradient(a: usize, begin: i32, end: i32): void {
  const logits = tensor(a, 0);
  const target = tensor(a, 1);
  const dlosses = tensor(a, 2);
  const dlogits = tensor(a, 3);
  for (let i = begin; i < end; i += 4) {
    const at = offset(i);
    const n = end - i;
    const t = f32x4.convert_i32x4_s(Lanes.load(target + at, n));
    const difference = f32x4.sub(Functions.logistic(Lanes.load(logits + at, n)), t);
    Lanes.store(dlogits + at, f32x4.mul(difference, Lanes.load(dlosses + at, n)), n);
  }
}

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

const blockBytes: usize = 256 * 4;

export function mean(a: usize, begin: i32, end: i32): void {
  if (end <= begin) return;
  const x = tensor(a, 0);
  const count = int(a, 2);
  const last = offset(count);
  let total: f32 = 0;
  for (let block: usize = 0; block < last; block += blockBytes) {
    const blockEnd = min(block + blockBytes, last);
    let sum: f32 = 0;
    for (let at = block; at < blockEnd; at += 4) sum += load<f32>(x + at);
    total += sum;
  }
  store<f32>(tensor(a, 1), total / <f32>count);
}

export function meanGradient(a: usize, begin: i32, end: i32): void {
  const dx = tensor(a, 1);
  const share = f32x4.splat(load<f32>(tensor(a, 0)) / <f32>int(a, 2));
  for (let i = begin; i < end; i += 4) Lanes.store(dx + offset(i), share, end - i);
}
