import { offset } from './call';
import { Lanes } from './lanes';

const blockSize: i32 = 256;

/**
 * Sums of what declared/broadcast.ts numbers: 0 x, 1 x · w, 2 w > 0 ? 0 : x · w; and 3 x where the whole number w is not
 * `ignored`. `term` is a literal wherever it is melted in.
 */
export class Sums {
  @inline
  static termOf(term: i32, x: usize, w: usize, left: i32, ignored: v128 = i32x4.splat(0)): v128 {
    const value = Lanes.load(x, left);
    if (term === 0) return value;
    const factor = Lanes.load(w, left);
    if (term === 3) return v128.andnot(value, i32x4.eq(factor, ignored));
    const product = f32x4.mul(value, factor);
    return term === 1 ? product : v128.andnot(product, f32x4.gt(factor, f32x4.splat(0)));
  }

  /** Sixteen sums side by side, then those: the total in all lanes. */
  @inline
  static of(term: i32, x: usize, w: usize, count: i32, ignored: v128 = i32x4.splat(0)): v128 {
    let s0 = f32x4.splat(0);
    let s1 = s0;
    let s2 = s0;
    let s3 = s0;
    let left = count;
    for (; left >= 16; left -= 16) {
      s0 = f32x4.add(s0, Sums.termOf(term, x, w, 4, ignored));
      s1 = f32x4.add(s1, Sums.termOf(term, x + 16, w + 16, 4, ignored));
      s2 = f32x4.add(s2, Sums.termOf(term, x + 32, w + 32, 4, ignored));
      s3 = f32x4.add(s3, Sums.termOf(term, x + 48, w + 48, 4, ignored));
      x += 64;
      w += 64;
    }
    if (left > 0) s0 = f32x4.add(s0, Sums.termOf(term, x, w, left, ignored));
    if (left > 4) s1 = f32x4.add(s1, Sums.termOf(term, x + 16, w + 16, left - 4, ignored));
    if (left > 8) s2 = f32x4.add(s2, Sums.termOf(term, x + 32, w + 32, left - 8, ignored));
    if (left > 12) s3 = f32x4.add(s3, Sums.termOf(term, x + 48, w + 48, left - 12, ignored));
    return Sums.joined(s0, s1, s2, s3);
  }

  /** Sums of blocks in the order of `of`, those in their own. */
  @inline
  static inBlocks(term: i32, x: usize, w: usize, count: i32, ignored: v128): f32 {
    let total: f32 = 0;
    for (let block = 0; block < count; block += blockSize) {
      const size = min(blockSize, count - block);
      total += f32x4.extract_lane(Sums.of(term, x + offset(block), w + offset(block), size, ignored), 0);
    }
    return total;
  }

  /** Sixteen sums to one, in all lanes. */
  @inline
  static joined(s0: v128, s1: v128, s2: v128, s3: v128): v128 {
    const sums = f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3));
    const pairs = f32x4.add(sums, i32x4.shuffle(sums, sums, 1, 0, 3, 2));
    return f32x4.add(pairs, i32x4.shuffle(pairs, pairs, 2, 3, 0, 1));
  }
}

/** y [columns] = Σ_m x [M, columns], m in order; `pitch` bytes of x from row to row. */
export function sumColumns(x: usize, pitch: usize, y: usize, M: i32, columns: i32): void {
  let column = 0;
  for (; column <= columns - 16; column += 16) {
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
  for (; column < columns; column += 4) {
    const left = columns - column;
    let from = x + offset(column);
    let sum = f32x4.splat(0);
    for (let row = 0; row < M; row++) {
      sum = f32x4.add(sum, Lanes.load(from, left));
      from += pitch;
    }
    Lanes.store(y + offset(column), sum, left);
  }
}
