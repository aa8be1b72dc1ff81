import { float, int, offset, tensor } from './call';
import { Lanes } from './lanes';

export function countArgmaxHits(a: usize, begin: i32, end: i32): void {
  if (end <= begin) return;
  const x = tensor(a, 0);
  const target = tensor(a, 1);
  const y = tensor(a, 2);
  const M = int(a, 3);
  const N = int(a, 4);
  const ignored = i32x4.splat(int(a, 5));
  const soft = int(a, 6) !== 0;
  const width = offset(N);
  const last = M - 1;
  let hits = 0;
  let answers = 0;
  let first = 0;
  if (N === 2 && !soft) {
    // Four rows of two numbers are two vectors.
    for (; first + 4 <= M; first += 4) {
      const front = v128.load(x + offset(2 * first));
      const back = v128.load(x + offset(2 * first), 16);
      const wanted = v128.load(target + offset(first));
      const isSecond = f32x4.gt(
        i32x4.shuffle(front, back, 1, 3, 5, 7),
        i32x4.shuffle(front, back, 0, 2, 4, 6),
      );
      const place = v128.and(isSecond, i32x4.splat(1));
      const counts = i32x4.bitmask(i32x4.ne(wanted, ignored));
      hits += popcnt(i32x4.bitmask(i32x4.eq(place, wanted)) & counts);
      answers += popcnt(counts);
    }
  }
  for (let row = first; row < M; row += 4) {
    const row1 = min(row + 1, last);
    const row2 = min(row + 2, last);
    const row3 = min(row + 3, last);
    const o0 = <usize>row * width;
    const o1 = <usize>row1 * width;
    const o2 = <usize>row2 * width;
    const o3 = <usize>row3 * width;
    let counts = presentLanes(M - row);
    let wanted: v128;
    if (soft) {
      wanted = argmax(target + o0, target + o1, target + o2, target + o3, N);
    } else {
      wanted = Lanes.gather(
        target + offset(row),
        target + offset(row1),
        target + offset(row2),
        target + offset(row3),
      );
      counts &= i32x4.bitmask(i32x4.ne(wanted, ignored));
    }
    const place = argmax(x + o0, x + o1, x + o2, x + o3, N);
    hits += popcnt(i32x4.bitmask(i32x4.eq(place, wanted)) & counts);
    answers += popcnt(counts);
  }
  store<f32>(y, <f32>hits);
  store<f32>(y, <f32>answers, 4);
}

/** Where the first largest of N numbers stands in each of four rows. */
export function argmax(p0: usize, p1: usize, p2: usize, p3: usize, N: i32): v128 {
  let best = Lanes.gather(p0, p1, p2, p3);
  let place = i32x4.splat(0);
  for (let column = 1; column < N; column++) {
    const n = offset(column);
    const v = Lanes.gather(p0 + n, p1 + n, p2 + n, p3 + n);
    const better = f32x4.gt(v, best);
    best = v128.bitselect(v, best, better);
    place = v128.bitselect(i32x4.splat(column), place, better);
  }
  return place;
}

export function countBinaryHits(a: usize, begin: i32, end: i32): void {
  if (end <= begin) return;
  const x = tensor(a, 0);
  const target = tensor(a, 1);
  const y = tensor(a, 2);
  const count = int(a, 3);
  const soft = int(a, 4) !== 0;
  const threshold = f32x4.splat(float(a, 5));
  const half = f32x4.splat(0.5);
  let hits = 0;
  for (let i = 0; i < count; i += 4) {
    const n = count - i;
    const held = Lanes.load(target + offset(i), n);
    const t = soft ? held : f32x4.convert_i32x4_s(held);
    const positive = f32x4.gt(Lanes.load(x + offset(i), n), threshold);
    hits += popcnt(i32x4.bitmask(i32x4.eq(positive, f32x4.gt(t, half))) & presentLanes(n));
  }
  store<f32>(y, <f32>hits);
  store<f32>(y, <f32>count, 4);
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
export function presentLanes(left: i32): i32 {
  return (1 << min(left, 4)) - 1;
}
