import { int, offset, tensor } from './call';
import { Lanes } from './lanes';

const blockBytes: usize = 256 * 4;

export function mean(a: usize, begin: i32, end: i32): void {
  if (end <= begin) return;
  const x = tensor(a, 0);
  const count = int(a, 2);
  const last = offset(count);
  let total: f32 = 0;
  let block: usize = 0;
  // Four blocks side by side: each sum waits for itself alone.
  for (; block + 4 * blockBytes <= last; block += 4 * blockBytes) {
    let s0: f32 = 0;
    let s1: f32 = 0;
    let s2: f32 = 0;
    let s3: f32 = 0;
    for (let at = x + block; at < x + block + blockBytes; at += 4) {
      s0 += load<f32>(at);
      s1 += load<f32>(at, 1024);
      s2 += load<f32>(at, 2048);
      s3 += load<f32>(at, 3072);
    }
    total += s0;
    total += s1;
    total += s2;
    total += s3;
  }
  for (; block < last; block += blockBytes) {
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

export function labelledMean(a: usize, begin: i32, end: i32): void {
  if (end <= begin) return;
  const x = tensor(a, 0);
  const target = tensor(a, 1);
  const last = offset(int(a, 4));
  const ignored = int(a, 5);
  let total: f32 = 0;
  let counted = 0;
  for (let block: usize = 0; block < last; block += blockBytes) {
    const blockEnd = min(block + blockBytes, last);
    let sum: f32 = 0;
    for (let at = block; at < blockEnd; at += 4) {
      const counts = load<i32>(target + at) !== ignored;
      sum += counts ? load<f32>(x + at) : 0;
      counted += i32(counts);
    }
    total += sum;
  }
  store<f32>(tensor(a, 2), counted > 0 ? total / <f32>counted : 0);
  store<f32>(tensor(a, 3), <f32>counted);
}

export function labelledMeanGradient(a: usize, begin: i32, end: i32): void {
  const target = tensor(a, 1);
  const dx = tensor(a, 3);
  const share = f32x4.splat(load<f32>(tensor(a, 0)) / load<f32>(tensor(a, 2)));
  const ignored = i32x4.splat(int(a, 5));
  for (let i = begin; i < end; i += 4) {
    const at = offset(i);
    const counts = i32x4.ne(Lanes.load(target + at, end - i), ignored);
    Lanes.store(dx + at, v128.and(share, counts), end - i);
  }
}
