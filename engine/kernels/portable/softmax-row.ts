import { Functions } from './functions';
import { Lanes } from './lanes';
import { Power } from './softmax-power';
import { Sums } from './sums';

/** Columns that are rows: inner = 1. Of the last one to three numbers of a row the other lanes are −∞, whose power is 0. */
export class Row {
  @inline
  static load(x: usize, left: i32): v128 {
    if (left >= 4) return v128.load(x);
    const isThere = i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(left));
    return v128.bitselect(Lanes.loadFirst(x, left), f32x4.splat(-Infinity), isThere);
  }

  static greatest(x: usize, N: i32): v128 {
    let g0 = f32x4.splat(-Infinity);
    let g1 = g0;
    let g2 = g0;
    let g3 = g0;
    let n = N;
    for (; n >= 16; n -= 16) {
      g0 = f32x4.pmax(g0, v128.load(x));
      g1 = f32x4.pmax(g1, v128.load(x, 16));
      g2 = f32x4.pmax(g2, v128.load(x, 32));
      g3 = f32x4.pmax(g3, v128.load(x, 48));
      x += 64;
    }
    for (; n > 0; n -= 4) {
      g0 = f32x4.pmax(g0, Row.load(x, n));
      x += 16;
    }
    g0 = f32x4.pmax(f32x4.pmax(g0, g1), f32x4.pmax(g2, g3));
    g0 = f32x4.pmax(g0, i32x4.shuffle(g0, g0, 2, 3, 0, 1));
    return f32x4.pmax(g0, i32x4.shuffle(g0, g0, 1, 0, 3, 2));
  }

  /** e^(x − greatest) of four numbers, written to y where they are kept. */
  @inline
  static power(isKept: bool, x: v128, y: usize, left: i32, greatest: v128): v128 {
    const e = Power.of(x, greatest);
    if (isKept) Lanes.store(y, e, left);
    return e;
  }

  /** Σ e^(x − greatest); the powers go to y where they are kept. */
  @inline
  static powers(isKept: bool, x: usize, y: usize, N: i32, greatest: v128): v128 {
    let s0 = f32x4.splat(0);
    let s1 = s0;
    let s2 = s0;
    let s3 = s0;
    let n = N;
    for (; n >= 16; n -= 16) {
      s0 = f32x4.add(s0, Row.power(isKept, v128.load(x), y, 4, greatest));
      s1 = f32x4.add(s1, Row.power(isKept, v128.load(x, 16), y + 16, 4, greatest));
      s2 = f32x4.add(s2, Row.power(isKept, v128.load(x, 32), y + 32, 4, greatest));
      s3 = f32x4.add(s3, Row.power(isKept, v128.load(x, 48), y + 48, 4, greatest));
      x += 64;
      y += 64;
    }
    // The sums take turns, so that each of the vectors that are left goes to its own.
    let turns = 0;
    for (; n > 0; n -= 4) {
      const sum = f32x4.add(s0, Row.power(isKept, Row.load(x, n), y, n, greatest));
      s0 = s1;
      s1 = s2;
      s2 = s3;
      s3 = sum;
      turns++;
      x += 16;
      y += 16;
    }
    if (turns === 1) return Sums.joined(s3, s0, s1, s2);
    if (turns === 2) return Sums.joined(s2, s3, s0, s1);
    if (turns === 3) return Sums.joined(s1, s2, s3, s0);
    return Sums.joined(s0, s1, s2, s3);
  }

  static softmax(x: usize, y: usize, N: i32): void {
    const sum = Row.powers(true, x, y, N, Row.greatest(x, N));
    for (let n = N; n > 0; n -= 4) {
      Lanes.store(y, f32x4.div(Lanes.load(y, n), sum), n);
      y += 16;
    }
  }

  static logSoftmax(x: usize, y: usize, N: i32): void {
    const greatest = Row.greatest(x, N);
    const logarithm = Functions.log(Row.powers(false, x, y, N, greatest));
    for (let n = N; n > 0; n -= 4) {
      Lanes.store(y, f32x4.sub(f32x4.sub(Lanes.load(x, n), greatest), logarithm), n);
      x += 16;
      y += 16;
    }
  }

  static softmaxGradient(y: usize, dy: usize, dx: usize, N: i32): void {
    const sum = Sums.of(1, dy, y, N);
    for (let n = N; n > 0; n -= 4) {
      Lanes.store(dx, f32x4.mul(Lanes.load(y, n), f32x4.sub(Lanes.load(dy, n), sum)), n);
      y += 16;
      dy += 16;
      dx += 16;
    }
  }

  static logSoftmaxGradient(y: usize, dy: usize, dx: usize, N: i32): void {
    const sum = Sums.of(0, dy, y, N);
    for (let n = N; n > 0; n -= 4) {
      const share = f32x4.mul(Functions.exp(Lanes.load(y, n)), sum);
      Lanes.store(dx, f32x4.sub(Lanes.load(dy, n), share), n);
      y += 16;
      dy += 16;
      dx += 16;
    }
  }
}
