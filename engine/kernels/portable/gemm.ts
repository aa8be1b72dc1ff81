import { int, offset, tensor } from './call';
import { Lanes } from './lanes';

// y [M, N] = op(a) · op(b). A tile is a few rows by 4 or 8 columns, its sums held in vectors over the columns while k
// runs from 0 to K − 1; so every element is summed in the same order in whatever tile it lies.
//
// Rows beyond the last one of a tile repeat the last row and are not stored. Columns beyond the last four of b are
// reached by a vector that starts at column N − 4 and of which only the last lanes are stored.

/** Which lanes of a vector of sums are stored: all, the first n (positive), or the last n (negative). */
const allLanes: i32 = 0;

export function gemm(a: usize, begin: i32, end: i32): void {
  const left = tensor(a, 0);
  const right = tensor(a, 1);
  const bias = tensor(a, 2);
  const M = int(a, 4);
  const N = int(a, 5);
  const K = int(a, 6);
  const transposeA = int(a, 7) !== 0;
  const transposeB = int(a, 8) !== 0;
  // Bit 0: add what y holds. Bit 1: relu.
  const mode = (int(a, 9) !== 0 ? 1 : 0) | (int(a, 10) === 1 ? 2 : 0);
  const rows = end - begin;
  if (rows <= 0 || N <= 0) return;

  const aRow: usize = transposeA ? 4 : offset(K);
  const aStep: usize = transposeA ? offset(M) : 4;
  const pitch = offset(N);
  const rowsOfA = left + <usize>begin * aRow;
  const y = tensor(a, 3) + <usize>begin * pitch;

  if (transposeB && N > 1) {
    for (let n = 0; n < N; n += 4) {
      const at = offset(n);
      const lanes = n + 4 <= N ? allLanes : N - n;
      turnedPanel(rowsOfA, aRow, aStep, right, n, N, K, bias, y + at, pitch, rows, lanes, mode);
    }
    return;
  }
  let n = 0;
  for (; n + 8 <= N; n += 8) {
    const at = offset(n);
    widePanel(rowsOfA, aRow, aStep, right + at, pitch, K, bias ? bias + at : 0, y + at, pitch, rows, mode);
  }
  if (n + 4 <= N) {
    const at = offset(n);
    narrowPanel(
      rowsOfA,
      aRow,
      aStep,
      right + at,
      pitch,
      K,
      bias ? bias + at : 0,
      y + at,
      pitch,
      rows,
      allLanes,
      mode,
    );
    n += 4;
  }
  if (n === N) return;
  if (N > 4) {
    const at = offset(N - 4);
    narrowPanel(
      rowsOfA,
      aRow,
      aStep,
      right + at,
      pitch,
      K,
      bias ? bias + at : 0,
      y + at,
      pitch,
      rows,
      n - N,
      mode,
    );
  } else {
    narrowPanel(rowsOfA, aRow, aStep, right, pitch, K, bias, y, pitch, rows, N, mode);
  }
}

class Tile {
  /** What follows the sum: bias, the former y, relu; then the lanes that are to be stored. */
  @inline
  static finish(sum: v128, bias: v128, y: usize, lanes: i32, mode: i32): void {
    sum = f32x4.add(sum, bias);
    if (mode & 1) sum = f32x4.add(sum, lanes > 0 ? Lanes.loadFirst(y, lanes) : v128.load(y));
    if (mode & 2) sum = f32x4.max(sum, f32x4.splat(0));
    if (lanes === allLanes) v128.store(y, sum);
    else if (lanes > 0) Lanes.storeFirst(y, sum, lanes);
    else storeLast(y, sum, -lanes);
  }

  /** sum + a[row, k] · b[k, columns], two roundings */
  @inline
  static step(sum: v128, a: usize, b: v128): v128 {
    return f32x4.add(sum, f32x4.mul(v128.load32_splat(a), b));
  }

  /** Row k of b, `lanes` > 0 of it. */
  @inline
  static columns(b: usize, lanes: i32): v128 {
    return lanes <= 0 ? v128.load(b) : Lanes.loadFirst(b, lanes);
  }
}

/** Writes the last 1 … 3 lanes; `to` is where lane 0 would go. */
function storeLast(to: usize, v: v128, count: i32): void {
  if (count === 1) {
    v128.store32_lane(to, v, 3, 12);
    return;
  }
  v128.store64_lane(to, v, 1, 8);
  if (count === 3) v128.store32_lane(to, v, 1, 4);
}

/** Eight columns of y. */
function widePanel(
  a: usize,
  aRow: usize,
  aStep: usize,
  b: usize,
  bStep: usize,
  K: i32,
  bias: usize,
  y: usize,
  pitch: usize,
  rows: i32,
  mode: i32,
): void {
  const zero = f32x4.splat(0);
  const biasLeft = bias ? v128.load(bias) : zero;
  const biasRight = bias ? v128.load(bias, 16) : zero;
  for (let row = 0; row < rows; row += 4) {
    const present = rows - row;
    let a0 = a + <usize>row * aRow;
    let a1 = present > 1 ? a0 + aRow : a0;
    let a2 = present > 2 ? a1 + aRow : a1;
    let a3 = present > 3 ? a2 + aRow : a2;
    let from = b;
    let l0 = zero;
    let l1 = zero;
    let l2 = zero;
    let l3 = zero;
    let r0 = zero;
    let r1 = zero;
    let r2 = zero;
    let r3 = zero;
    for (let k = 0; k < K; k++) {
      const bLeft = v128.load(from);
      const bRight = v128.load(from, 16);
      const x0 = v128.load32_splat(a0);
      l0 = f32x4.add(l0, f32x4.mul(x0, bLeft));
      r0 = f32x4.add(r0, f32x4.mul(x0, bRight));
      const x1 = v128.load32_splat(a1);
      l1 = f32x4.add(l1, f32x4.mul(x1, bLeft));
      r1 = f32x4.add(r1, f32x4.mul(x1, bRight));
      const x2 = v128.load32_splat(a2);
      l2 = f32x4.add(l2, f32x4.mul(x2, bLeft));
      r2 = f32x4.add(r2, f32x4.mul(x2, bRight));
      const x3 = v128.load32_splat(a3);
      l3 = f32x4.add(l3, f32x4.mul(x3, bLeft));
      r3 = f32x4.add(r3, f32x4.mul(x3, bRight));
      a0 += aStep;
      a1 += aStep;
      a2 += aStep;
      a3 += aStep;
      from += bStep;
    }
    let to = y + <usize>row * pitch;
    Tile.finish(l0, biasLeft, to, allLanes, mode);
    Tile.finish(r0, biasRight, to + 16, allLanes, mode);
    if (present > 1) {
      to += pitch;
      Tile.finish(l1, biasLeft, to, allLanes, mode);
      Tile.finish(r1, biasRight, to + 16, allLanes, mode);
    }
    if (present > 2) {
      to += pitch;
      Tile.finish(l2, biasLeft, to, allLanes, mode);
      Tile.finish(r2, biasRight, to + 16, allLanes, mode);
    }
    if (present > 3) {
      to += pitch;
      Tile.finish(l3, biasLeft, to, allLanes, mode);
      Tile.finish(r3, biasRight, to + 16, allLanes, mode);
    }
  }
}

/** Up to four columns of y. */
function narrowPanel(
  a: usize,
  aRow: usize,
  aStep: usize,
  b: usize,
  bStep: usize,
  K: i32,
  bias: usize,
  y: usize,
  pitch: usize,
  rows: i32,
  lanes: i32,
  mode: i32,
): void {
  const zero = f32x4.splat(0);
  const added = bias ? Tile.columns(bias, lanes) : zero;
  for (let row = 0; row < rows; row += 4) {
    const present = rows - row;
    let a0 = a + <usize>row * aRow;
    let a1 = present > 1 ? a0 + aRow : a0;
    let a2 = present > 2 ? a1 + aRow : a1;
    let a3 = present > 3 ? a2 + aRow : a2;
    let from = b;
    let s0 = zero;
    let s1 = zero;
    let s2 = zero;
    let s3 = zero;
    for (let k = 0; k < K; k++) {
      const columns = Tile.columns(from, lanes);
      s0 = Tile.step(s0, a0, columns);
      s1 = Tile.step(s1, a1, columns);
      s2 = Tile.step(s2, a2, columns);
      s3 = Tile.step(s3, a3, columns);
      a0 += aStep;
      a1 += aStep;
      a2 += aStep;
      a3 += aStep;
      from += bStep;
    }
    let to = y + <usize>row * pitch;
    Tile.finish(s0, added, to, lanes, mode);
    if (present > 1) Tile.finish(s1, added, (to += pitch), lanes, mode);
    if (present > 2) Tile.finish(s2, added, (to += pitch), lanes, mode);
    if (present > 3) Tile.finish(s3, added, to + pitch, lanes, mode);
  }
}

/** Up to four columns of y from a transposed b [N, K]: column n of op(b) is a row of b. */
function turnedPanel(
  a: usize,
  aRow: usize,
  aStep: usize,
  b: usize,
  n: i32,
  N: i32,
  K: i32,
  bias: usize,
  y: usize,
  pitch: usize,
  rows: i32,
  lanes: i32,
  mode: i32,
): void {
  const zero = f32x4.splat(0);
  const added = bias ? Tile.columns(bias + offset(n), lanes) : zero;
  const bRow = offset(K);
  const first = b + <usize>n * bRow;
  const second = n + 1 < N ? first + bRow : first;
  const third = n + 2 < N ? second + bRow : second;
  const fourth = n + 3 < N ? third + bRow : third;
  for (let row = 0; row < rows; row += 4) {
    const present = rows - row;
    let a0 = a + <usize>row * aRow;
    let a1 = present > 1 ? a0 + aRow : a0;
    let a2 = present > 2 ? a1 + aRow : a1;
    let a3 = present > 3 ? a2 + aRow : a2;
    let s0 = zero;
    let s1 = zero;
    let s2 = zero;
    let s3 = zero;
    for (let k: usize = 0; k < bRow; k += 4) {
      const one = v128.load32_zero(first + k);
      const two = v128.load32_lane(second + k, one, 1);
      const three = v128.load32_lane(third + k, two, 2);
      const columns = v128.load32_lane(fourth + k, three, 3);
      s0 = Tile.step(s0, a0, columns);
      s1 = Tile.step(s1, a1, columns);
      s2 = Tile.step(s2, a2, columns);
      s3 = Tile.step(s3, a3, columns);
      a0 += aStep;
      a1 += aStep;
      a2 += aStep;
      a3 += aStep;
    }
    let to = y + <usize>row * pitch;
    Tile.finish(s0, added, to, lanes, mode);
    if (present > 1) Tile.finish(s1, added, (to += pitch), lanes, mode);
    if (present > 2) Tile.finish(s2, added, (to += pitch), lanes, mode);
    if (present > 3) Tile.finish(s3, added, to + pitch, lanes, mode);
  }
}
