import { int, offset, tensor } from './call';
import { Lanes } from './lanes';

export function countArgmaxHits(a: usize, begin: i32, end: i32): void {
  if (end <= begin) return;
  const x = tensor(a, 0);
  const target = tensor(a, 1);
  const M = int(a, 3);
  const N = int(a, 4);
  const width = offset(N);
  let hits = 0;
  for (let row = 0; row < M; row += 4) {
    const r1 = min(row + 1, M - 1);
    const r2 = min(row + 2, M - 1);
    const r3 = min(row + 3, M - 1);
    const p0 = x + <usize>row * width;
    const p1 = x + <usize>r1 * width;
    const p2 = x + <usize>r2 * width;
    const p3 = x + <usize>r3 * width;
    let best = Lanes.gather(p0, p1, p2, p3);
    let place = i32x4.splat(0);
    for (let column = 1; column < N; column++) {
      const n = offset(column);
      const v = Lanes.gather(p0 + n, p1 + n, p2 + n, p3 + n);
      const better = f32x4.gt(v, best);
      best = v128.bitselect(v, best, better);
      place = v128.bitselect(i32x4.splat(column), place, better);
    }
    const wanted = Lanes.gather(
      target + offset(row),
      target + offset(r1),
      target + offset(r2),
      target + offset(r3),
    );
    hits += popcnt(i32x4.bitmask(i32x4.eq(place, wanted)) & presentLanes(M - row));
  }
  store<f32>(tensor(a, 2), <f32>hits);
}

export function countSignHits(a: usize, begin: i32, end: i32): void {
  if (end <= begin) return;
  const x = tensor(a, 0);
  const target = tensor(a, 1);
  const count = int(a, 3);
  const zero = f32x4.splat(0);
  const one = i32x4.splat(1);
  let hits = 0;
  for (let i = 0; i < count; i += 4) {
    const n = count - i;
    const positive = f32x4.gt(Lanes.load(x + offset(i), n), zero);
    const right = i32x4.eq(positive, i32x4.eq(Lanes.load(target + offset(i), n), one));
    hits += popcnt(i32x4.bitmask(right) & presentLanes(n));
  }
  store<f32>(tensor(a, 2), <f32>hits);
}

export function countNonFinite(a: usize, begin: i32, end: i32): void {
  if (end <= begin) return;
  const x = tensor(a, 0);
  const y = tensor(a, 1);
  const count = int(a, 2);
  // The exponent of NaN and ±∞ is all ones; lanes that are not there hold 0.
  const exponent = i32x4.splat(0x7f800000);
  let found = 0;
  for (let i = 0; i < count; i += 4) {
    const bits = v128.and(Lanes.load(x + offset(i), count - i), exponent);
    found += popcnt(i32x4.bitmask(i32x4.eq(bits, exponent)));
  }
  store<f32>(y, load<f32>(y) + <f32>found);
}

/** A bit for each lane that stands for one of the `left` elements. */
function presentLanes(left: i32): i32 {
  return (1 << min(left, 4)) - 1;
}
