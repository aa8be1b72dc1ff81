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
