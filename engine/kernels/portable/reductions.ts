import { int, offset, tensor } from './call';
import { Lanes } from './lanes';

export function sumRows(a: usize, begin: i32, end: i32): void {
  const x = tensor(a, 0);
  const y = tensor(a, 1);
  const M = int(a, 2);
  const pitch = offset(int(a, 3));
  let column = begin;
  for (; column <= end - 16; column += 16) {
    let from = x + offset(column);
    let s0 = f32x4.splat(0);
    let s1 = f32x4.splat(0);
    let s2 = f32x4.splat(0);
    let s3 = f32x4.splat(0);
    for (let row = 0; row < M; row++) {
      s0 = f32x4.add(s0, v128.load(from));
      s1 = f32x4.add(s1, v128.load(from, 16));
      s2 = f32x4.add(s2, v128.load(from, 32));
      s3 = f32x4.add(s3, v128.load(from, 48));
      from += pitch;
    }
    const to = y + offset(column);
    v128.store(to, s0);
    v128.store(to, s1, 16);
    v128.store(to, s2, 32);
    v128.store(to, s3, 48);
  }
  for (; column < end; column += 4) {
    const n = end - column;
    let from = x + offset(column);
    let sum = f32x4.splat(0);
    for (let row = 0; row < M; row++) {
      sum = f32x4.add(sum, Lanes.load(from, n));
      from += pitch;
    }
    Lanes.store(y + offset(column), sum, n);
  }
}

export function sumChannels(a: usize, begin: i32, end: i32): void {
  const x = tensor(a, 0);
  const y = tensor(a, 1);
  const N = int(a, 2);
  const inner = int(a, 4);
  const step = offset(int(a, 3)) * <usize>inner;
  for (let c = begin; c < end; c++) {
    let total: f32 = 0;
    let plane = x + offset(c) * <usize>inner;
    for (let n = 0; n < N; n++) {
      total += sumOf(plane, inner);
      plane += step;
    }
    store<f32>(y + offset(c), total);
  }
}

/** The sum of `count` numbers: 16 sums side by side, then those. */
function sumOf(x: usize, count: i32): f32 {
  let s0 = f32x4.splat(0);
  let s1 = f32x4.splat(0);
  let s2 = f32x4.splat(0);
  let s3 = f32x4.splat(0);
  let i = 0;
  for (; i + 16 <= count; i += 16) {
    s0 = f32x4.add(s0, v128.load(x));
    s1 = f32x4.add(s1, v128.load(x, 16));
    s2 = f32x4.add(s2, v128.load(x, 32));
    s3 = f32x4.add(s3, v128.load(x, 48));
    x += 64;
  }
  const left = count - i;
  if (left > 0) s0 = f32x4.add(s0, Lanes.load(x, left));
  if (left > 4) s1 = f32x4.add(s1, Lanes.load(x + 16, left - 4));
  if (left > 8) s2 = f32x4.add(s2, Lanes.load(x + 32, left - 8));
  if (left > 12) s3 = f32x4.add(s3, Lanes.load(x + 48, left - 12));
  const sums = f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3));
  return (
    f32x4.extract_lane(sums, 0) +
    f32x4.extract_lane(sums, 1) +
    (f32x4.extract_lane(sums, 2) + f32x4.extract_lane(sums, 3))
  );
}
