import { int, offset, tensor } from './call';
import { Lanes } from './lanes';
import { Sums } from './sums';

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

export function addChannels(a: usize, begin: i32, end: i32): void {
  const b = tensor(a, 1);
  const C = int(a, 4);
  const inner = int(a, 5);
  let at = offset(begin) * <usize>inner;
  for (let plane = begin; plane < end; plane++) {
    const added = v128.load32_splat(b + offset(plane % C));
    for (let left = inner; left > 0; left -= 4) {
      const sum = f32x4.add(Lanes.load(tensor(a, 0) + at, left), added);
      Lanes.store(tensor(a, 2) + at, sum, left);
      at += offset(min(left, 4));
    }
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
      total += f32x4.extract_lane(Sums.of(0, plane, 0, inner), 0);
      plane += step;
    }
    store<f32>(y + offset(c), total);
  }
}
