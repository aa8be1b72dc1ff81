import { Lanes } from './lanes';

// Products of layers that have a few units. All of b, or all of y, lies in vectors, and there are no shares to be cut into
// tiles: what remains is what each row costs. Every element is summed in the order of k, as it is in gemm.ts.

/** Whether `rowsOfFew` is for such a product. */
export function isOfFewRows(aStep: usize, N: i32, K: i32): bool {
  return (N === 4 || N === 2) && K > 0 && K <= 4 && aStep === 4;
}

/** Whether `columnsOfFew` is. */
export function isOfFewColumns(aRow: usize, aStep: usize, M: i32, N: i32, K: i32): bool {
  return (N === 4 || N === 2) && (M === 4 || M === 2) && K > 0 && aRow === 4 && aStep === (<usize>M) << 2;
}

/**
 * y [rows, N] = left [rows, K] · b for N = 2 or 4 and 1 ≤ K ≤ 4; b is [K, N], or [N, K] with transposeB; y lies densely, and
 * becomes 0 at the end where `given`, if it is not 0, is not above 0.
 */
export function rowsOfFew(
  left: usize,
  aRow: usize,
  b: usize,
  bPitch: usize,
  transposeB: bool,
  bias: usize,
  given: usize,
  y: usize,
  rows: i32,
  N: i32,
  K: i32,
  relu: bool,
): void {
  const b0 = rowOf(b, bPitch, transposeB, N, 0);
  const b1 = K > 1 ? rowOf(b, bPitch, transposeB, N, 1) : b0;
  const b2 = K > 2 ? rowOf(b, bPitch, transposeB, N, 2) : b0;
  const b3 = K > 3 ? rowOf(b, bPitch, transposeB, N, 3) : b0;
  let added = f32x4.splat(0);
  if (bias) added = N === 4 ? v128.load(bias) : v128.load64_splat(bias);
  const floor = relu ? f32x4.splat(0) : f32x4.splat(-Infinity);
  if (given) Few.rows(true, left, aRow, b0, b1, b2, b3, added, floor, given, y, rows, N, K);
  else Few.rows(false, left, aRow, b0, b1, b2, b3, added, floor, given, y, rows, N, K);
}

/** Row k of b: four numbers, or two of them twice. */
function rowOf(b: usize, pitch: usize, transposed: bool, N: i32, k: usize): v128 {
  if (!transposed) return N === 4 ? v128.load(b + k * pitch) : v128.load64_splat(b + k * pitch);
  const from = b + k * 4;
  const second = from + pitch;
  return N === 4
    ? Lanes.gather(from, second, second + pitch, second + 2 * pitch)
    : Lanes.gather(from, second, from, second);
}

/**
 * y [M, N] = aᵀ · b for M and N of 2 or 4; a is [K, M], b [K, N], and y lies densely. With `sums` other than 0 the sums of
 * the columns of b too.
 */
export function columnsOfFew(a: usize, b: usize, y: usize, sums: usize, M: i32, N: i32, K: i32): void {
  if (M === 4) {
    if (N === 4) Few.outer(4, 4, a, b, y, sums, K);
    else Few.outer(4, 2, a, b, y, sums, K);
  } else {
    if (N === 4) Few.outer(2, 4, a, b, y, sums, K);
    else Few.outer(2, 2, a, b, y, sums, K);
  }
}

class Few {
  /** Literals leave no test in the loops: masks, N and K. */
  @inline
  static rows(
    masks: bool,
    left: usize,
    aRow: usize,
    b0: v128,
    b1: v128,
    b2: v128,
    b3: v128,
    bias: v128,
    floor: v128,
    given: usize,
    y: usize,
    rows: i32,
    N: i32,
    K: i32,
  ): void {
    if (N === 4) {
      if (K === 1) Few.fours(1, masks, left, aRow, b0, b1, b2, b3, bias, floor, given, y, rows);
      else if (K === 2) Few.fours(2, masks, left, aRow, b0, b1, b2, b3, bias, floor, given, y, rows);
      else if (K === 3) Few.fours(3, masks, left, aRow, b0, b1, b2, b3, bias, floor, given, y, rows);
      else Few.fours(4, masks, left, aRow, b0, b1, b2, b3, bias, floor, given, y, rows);
    } else {
      if (K === 1) Few.pairs(1, masks, left, aRow, b0, b1, b2, b3, bias, floor, given, y, rows);
      else if (K === 2) Few.pairs(2, masks, left, aRow, b0, b1, b2, b3, bias, floor, given, y, rows);
      else if (K === 3) Few.pairs(3, masks, left, aRow, b0, b1, b2, b3, bias, floor, given, y, rows);
      else Few.pairs(4, masks, left, aRow, b0, b1, b2, b3, bias, floor, given, y, rows);
    }
  }

  @inline
  static fours(
    depth: i32,
    masks: bool,
    left: usize,
    aRow: usize,
    b0: v128,
    b1: v128,
    b2: v128,
    b3: v128,
    bias: v128,
    floor: v128,
    given: usize,
    y: usize,
    rows: i32,
  ): void {
    const zero = f32x4.splat(0);
    for (const end = left + <usize>rows * aRow; left < end; left += aRow) {
      let sum = f32x4.add(zero, f32x4.mul(v128.load32_splat(left), b0));
      if (depth > 1) sum = f32x4.add(sum, f32x4.mul(v128.load32_splat(left, 4), b1));
      if (depth > 2) sum = f32x4.add(sum, f32x4.mul(v128.load32_splat(left, 8), b2));
      if (depth > 3) sum = f32x4.add(sum, f32x4.mul(v128.load32_splat(left, 12), b3));
      let value = f32x4.pmax(f32x4.add(sum, bias), floor);
      if (masks) {
        value = v128.and(value, f32x4.gt(v128.load(given), zero));
        given += 16;
      }
      v128.store(y, value);
      y += 16;
    }
  }

  /** Two rows of two columns in a vector. */
  @inline
  static pairs(
    depth: i32,
    masks: bool,
    left: usize,
    aRow: usize,
    b0: v128,
    b1: v128,
    b2: v128,
    b3: v128,
    bias: v128,
    floor: v128,
    given: usize,
    y: usize,
    rows: i32,
  ): void {
    const zero = f32x4.splat(0);
    for (let row = 0; row < rows; row += 2) {
      // A row that is not there repeats the last one.
      const next = row + 1 < rows ? left + aRow : left;
      let sum = f32x4.add(zero, f32x4.mul(Few.twice(left, next, 0), b0));
      if (depth > 1) sum = f32x4.add(sum, f32x4.mul(Few.twice(left, next, 4), b1));
      if (depth > 2) sum = f32x4.add(sum, f32x4.mul(Few.twice(left, next, 8), b2));
      if (depth > 3) sum = f32x4.add(sum, f32x4.mul(Few.twice(left, next, 12), b3));
      let value = f32x4.pmax(f32x4.add(sum, bias), floor);
      if (masks) {
        const known = row + 1 < rows ? v128.load(given) : v128.load64_zero(given);
        value = v128.and(value, f32x4.gt(known, zero));
        given += 16;
      }
      if (row + 1 < rows) v128.store(y, value);
      else v128.store64_lane(y, value, 0);
      left = next + aRow;
      y += 16;
    }
  }

  @inline
  static twice(row: usize, next: usize, at: usize): v128 {
    return i32x4.shuffle(v128.load32_splat(row + at), v128.load32_splat(next + at), 0, 0, 4, 4);
  }

  @inline
  static outer(M: i32, N: i32, a: usize, b: usize, y: usize, sums: usize, K: i32): void {
    const zero = f32x4.splat(0);
    let s0 = zero;
    let s1 = zero;
    let s2 = zero;
    let s3 = zero;
    let column = zero;
    for (let k = 0; k < K; k++) {
      const right = N === 4 ? v128.load(b) : v128.load64_zero(b);
      s0 = f32x4.add(s0, f32x4.mul(v128.load32_splat(a), right));
      s1 = f32x4.add(s1, f32x4.mul(v128.load32_splat(a, 4), right));
      if (M === 4) {
        s2 = f32x4.add(s2, f32x4.mul(v128.load32_splat(a, 8), right));
        s3 = f32x4.add(s3, f32x4.mul(v128.load32_splat(a, 12), right));
      }
      column = f32x4.add(column, right);
      a += (<usize>M) << 2;
      b += (<usize>N) << 2;
    }
    if (sums) Few.storeRow(N, sums, column);
    const pitch: usize = (<usize>N) << 2;
    Few.storeRow(N, y, f32x4.add(s0, zero));
    Few.storeRow(N, y + pitch, f32x4.add(s1, zero));
    if (M === 4) {
      Few.storeRow(N, y + 2 * pitch, f32x4.add(s2, zero));
      Few.storeRow(N, y + 3 * pitch, f32x4.add(s3, zero));
    }
  }

  @inline
  static storeRow(N: i32, y: usize, row: v128): void {
    if (N === 4) v128.store(y, row);
    else v128.store64_lane(y, row, 0);
  }
}
