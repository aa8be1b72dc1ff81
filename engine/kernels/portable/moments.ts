import { offset } from './call';
import { Lanes } from './lanes';

/** Numbers in one block: a block that was read once is still in the nearest cache when it is read again. */
export const blockValues: i32 = 1024;

/** What sums over a group are taken with: its n-th number goes to lane n mod 16, in four vectors. */
export class Sums {
  @inline
  static total(s0: v128, s1: v128, s2: v128, s3: v128): f32 {
    const s = f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3));
    return (
      f32x4.extract_lane(s, 0) +
      f32x4.extract_lane(s, 1) +
      (f32x4.extract_lane(s, 2) + f32x4.extract_lane(s, 3))
    );
  }

  /** All bits of the lanes that are `left`. */
  @inline
  static present(left: i32): v128 {
    return i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(left));
  }

  @inline
  static square(x: v128, mean: v128): v128 {
    const d = f32x4.sub(x, mean);
    return f32x4.mul(d, d);
  }

  /** The squares of what is left of a piece, other lanes 0. */
  @inline
  static lastSquares(from: usize, left: i32, mean: v128): v128 {
    return v128.and(Sums.square(Lanes.load(from, left), mean), Sums.present(left));
  }

  /** Σ x over `pieces` runs of `length` numbers, `stride` bytes apart. */
  static plain(x: usize, pieces: i32, stride: usize, length: i32): f32 {
    let s0 = f32x4.splat(0);
    let s1 = s0;
    let s2 = s0;
    let s3 = s0;
    for (let piece = 0; piece < pieces; piece++) {
      let from = x;
      let left = length;
      for (; left >= 16; left -= 16) {
        s0 = f32x4.add(s0, v128.load(from));
        s1 = f32x4.add(s1, v128.load(from, 16));
        s2 = f32x4.add(s2, v128.load(from, 32));
        s3 = f32x4.add(s3, v128.load(from, 48));
        from += 64;
      }
      if (left > 0) s0 = f32x4.add(s0, Lanes.load(from, left));
      if (left > 4) s1 = f32x4.add(s1, Lanes.load(from + 16, left - 4));
      if (left > 8) s2 = f32x4.add(s2, Lanes.load(from + 32, left - 8));
      if (left > 12) s3 = f32x4.add(s3, Lanes.load(from + 48, left - 12));
      x += stride;
    }
    return Sums.total(s0, s1, s2, s3);
  }

  /** Σ (x − mean)². */
  static ofSquares(x: usize, pieces: i32, stride: usize, length: i32, middle: f32): f32 {
    const mean = f32x4.splat(middle);
    let s0 = f32x4.splat(0);
    let s1 = s0;
    let s2 = s0;
    let s3 = s0;
    for (let piece = 0; piece < pieces; piece++) {
      let from = x;
      let left = length;
      for (; left >= 16; left -= 16) {
        s0 = f32x4.add(s0, Sums.square(v128.load(from), mean));
        s1 = f32x4.add(s1, Sums.square(v128.load(from, 16), mean));
        s2 = f32x4.add(s2, Sums.square(v128.load(from, 32), mean));
        s3 = f32x4.add(s3, Sums.square(v128.load(from, 48), mean));
        from += 64;
      }
      if (left > 0) s0 = f32x4.add(s0, Sums.lastSquares(from, left, mean));
      if (left > 4) s1 = f32x4.add(s1, Sums.lastSquares(from + 16, left - 4, mean));
      if (left > 8) s2 = f32x4.add(s2, Sums.lastSquares(from + 32, left - 8, mean));
      if (left > 12) s3 = f32x4.add(s3, Sums.lastSquares(from + 48, left - 12, mean));
      x += stride;
    }
    return Sums.total(s0, s1, s2, s3);
  }
}

/** Whole pieces of `length` numbers that one block takes; 1 where a piece fills several blocks. */
export function piecesPerBlock(length: i32): i32 {
  return length < blockValues ? blockValues / length : 1;
}

/** What `takeMoments` found last: the mean of a group, and Σ (x − mean)². */
export let mean: f32 = 0;
export let squares: f32 = 0;

/** Over `pieces` runs of `length` numbers, `stride` bytes apart, block by block. Uncentred, the mean counts as 0. */
export function takeMoments(x: usize, pieces: i32, stride: usize, length: i32, centred: bool): void {
  mean = 0;
  squares = 0;
  let seen: f32 = 0;
  const together = piecesPerBlock(length);
  for (let piece = 0; piece < pieces; piece += together) {
    const rows = min(together, pieces - piece);
    const first = x + <usize>piece * stride;
    for (let part = 0; part < length; part += blockValues) {
      const size = min(blockValues, length - part);
      const from = first + offset(part);
      const count = <f32>(rows * size);
      const middle = centred ? Sums.plain(from, rows, stride, size) / count : 0;
      const around = Sums.ofSquares(from, rows, stride, size, middle);
      if (seen === 0) {
        mean = middle;
        squares = around;
        seen = count;
        continue;
      }
      const all = seen + count;
      const share = count / all;
      const delta = middle - mean;
      mean = mean + delta * share;
      squares = squares + (around + delta * delta * (seen * share));
      seen = all;
    }
  }
}

/** What `takeColumnMoments` found last, for four columns. */
export let columnMeans: v128 = f32x4.splat(0);
export let columnSquares: v128 = f32x4.splat(0);

/** The same for `present` neighbouring columns, each of whose pieces is one number. */
export function takeColumnMoments(x: usize, rows: i32, pitch: usize, present: i32): void {
  let means = f32x4.splat(0);
  let sums = f32x4.splat(0);
  let seen: f32 = 0;
  for (let row = 0; row < rows; row += blockValues) {
    const size = min(blockValues, rows - row);
    let from = x + <usize>row * pitch;
    let s = f32x4.splat(0);
    for (let i = 0; i < size; i++) {
      s = f32x4.add(s, Lanes.load(from, present));
      from += pitch;
    }
    const count = <f32>size;
    const middle = f32x4.div(s, f32x4.splat(count));
    let around = f32x4.splat(0);
    from -= <usize>size * pitch;
    for (let i = 0; i < size; i++) {
      around = f32x4.add(around, Sums.square(Lanes.load(from, present), middle));
      from += pitch;
    }
    if (seen === 0) {
      means = middle;
      sums = around;
      seen = count;
      continue;
    }
    const all = seen + count;
    const share = count / all;
    const delta = f32x4.sub(middle, means);
    means = f32x4.add(means, f32x4.mul(delta, f32x4.splat(share)));
    const joined = f32x4.mul(f32x4.mul(delta, delta), f32x4.splat(seen * share));
    sums = f32x4.add(sums, f32x4.add(around, joined));
    seen = all;
  }
  columnMeans = means;
  columnSquares = sums;
}
