import { int, offset, tensor } from './call';
import { Lanes } from './lanes';
import { scratch } from './scratch';
import { columnsOfFew, isOfFewColumns, isOfFewRows, rowsOfFew } from './small-gemm';
import { sumColumns } from './sums';

// y [M, N] = op(a) · op(b) is computed in panels of 8 or 4 columns, and within a panel in tiles of 4 rows, whose sums are
// held in vectors over the columns while k runs upwards. So every element is summed in the same order in whatever tile
// and share it lies.
//
// A panel of a large or transposed b is first copied to scratch, 128 rows at a time: [128, 8] floats in a row instead of
// a few floats from each of many pages. Between two such blocks the sums rest in y.

const wholePanel: i32 = 8;
const halfPanel: i32 = 4;
const blockDepth: i32 = 128;

/** Bytes from row to row up to which b lies densely enough to be read where it is. */
const denseBytes: usize = 256;
/** Rows from which copying b pays. */
const rowsWorthCopying: i32 = 8;

/** What a tile does besides multiplying. */
const startFromY: i32 = 1;
const reluAtEnd: i32 = 2;

/** Words of scratch that `multiply` uses, from its start. */
export const panelWords: i32 = blockDepth * wholePanel;

export function gemm(a: usize, begin: i32, end: i32): void {
  const M = int(a, 6);
  const N = int(a, 7);
  const K = int(a, 8);
  const transposeA = int(a, 9) !== 0;
  const transposeB = int(a, 10) !== 0;
  const aRow: usize = transposeA ? 4 : offset(K);
  const aStep: usize = transposeA ? offset(M) : 4;
  const bPitch = offset(transposeB ? K : N);
  const bias = tensor(a, 2);
  const epilogue = int(a, 12);
  // Of rows or of columns all.
  const splitColumns = int(a, 13) !== 0;
  const row: usize = splitColumns ? 0 : <usize>begin;
  const column: usize = splitColumns ? <usize>begin : 0;
  const rows = splitColumns ? M : end - begin;
  const columns = splitColumns ? end - begin : N;
  const left = tensor(a, 0) + row * aRow;
  const b = tensor(a, 1) + column * (transposeB ? bPitch : 4);
  const place = row * offset(N) + (column << 2);
  const given = epilogue === 2 ? tensor(a, 3) + place : 0;
  const y = tensor(a, 4) + place;
  const sums = tensor(a, 5) && row === 0 ? tensor(a, 5) + (column << 2) : 0;
  const added = bias ? bias + (column << 2) : 0;
  const accumulate = int(a, 11) !== 0;
  const pitch = offset(N);
  if (columns === N && !accumulate) {
    const relu = epilogue === 1;
    if (!sums && isOfFewRows(aStep, N, K)) {
      rowsOfFew(left, aRow, b, bPitch, transposeB, added, given, y, rows, N, K, relu);
      return;
    }
    if (!bias && epilogue === 0 && !transposeB && isOfFewColumns(aRow, aStep, rows, N, K)) {
      columnsOfFew(left, b, y, sums, rows, N, K);
      return;
    }
  }
  multiply(
    left,
    aRow,
    aStep,
    b,
    bPitch,
    transposeB,
    added,
    y,
    pitch,
    rows,
    columns,
    K,
    accumulate,
    epilogue === 1,
  );
  if (given) keepWhereAboveZero(given, y, pitch, rows, columns);
  if (sums) sumColumns(b, pitch, sums, K, columns);
}

function keepWhereAboveZero(given: usize, y: usize, pitch: usize, rows: i32, columns: i32): void {
  const zero = f32x4.splat(0);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column += 4) {
      const at = offset(column);
      const kept = v128.and(
        Lanes.load(y + at, columns - column),
        f32x4.gt(Lanes.load(given + at, columns - column), zero),
      );
      Lanes.store(y + at, kept, columns - column);
    }
    given += pitch;
    y += pitch;
  }
}

/**
 * y [rows, N] = left · b (+ y when accumulate) (+ bias), relu at the end. Element (row, k) of left lies at
 * row · aRow + k · aStep; b is [K, N] with bPitch bytes from row to row, or [N, K] with transposeB; y has `pitch` bytes from
 * row to row.
 */
export function multiply(
  left: usize,
  aRow: usize,
  aStep: usize,
  b: usize,
  bPitch: usize,
  transposeB: bool,
  bias: usize,
  y: usize,
  pitch: usize,
  rows: i32,
  N: i32,
  K: i32,
  accumulate: bool,
  relu: bool,
): void {
  if (rows <= 0) return;
  const copies = transposeB || (bPitch > denseBytes && rows >= rowsWorthCopying);
  const depth = copies ? blockDepth : max(K, 1);

  let width = wholePanel;
  for (let n = 0; n < N; n += width) {
    if (N - n < wholePanel) width = halfPanel;
    const present = min(N - n, width);
    const to = y + offset(n);
    let k = 0;
    do {
      const block = min(K - k, depth);
      const isLast = k + block === K;
      const mode = (k > 0 || accumulate ? startFromY : 0) | (relu && isLast ? reluAtEnd : 0);
      const added = bias && isLast ? bias + offset(n) : 0;
      const from = left + <usize>k * aStep;
      let right = transposeB ? b + <usize>n * bPitch + offset(k) : b + offset(n) + <usize>k * bPitch;
      let bStep = bPitch;
      let readable = present;
      if (copies) {
        if (transposeB) copyTransposed(right, bPitch, block, present, width);
        else copyPanel(right, bPitch, block, present, width);
        right = scratch;
        bStep = offset(width);
        readable = width;
      }
      if (width === wholePanel) {
        wideTiles(from, aRow, aStep, right, bStep, block, added, to, pitch, rows, mode);
      } else {
        narrowTiles(from, aRow, aStep, right, bStep, block, added, to, pitch, rows, mode, present, readable);
      }
      k += block;
    } while (k < K);
  }
}

/** Copies `present` columns of `block` rows of b [K, N] to scratch [block, width]. */
function copyPanel(from: usize, pitch: usize, block: i32, present: i32, width: i32): void {
  let to = scratch;
  for (let k = 0; k < block; k++) {
    v128.store(to, Lanes.load(from, present));
    if (width === wholePanel) v128.store(to, v128.load(from, 16), 16);
    from += pitch;
    to += offset(width);
  }
}

/** Copies `present` rows of b [N, K], `pitch` bytes apart, `block` numbers of each, to the columns of scratch [block, width]. */
function copyTransposed(from: usize, pitch: usize, block: i32, present: i32, width: i32): void {
  const step = offset(width);
  for (let n = 0; n < present; n += 4) {
    const b0 = from + <usize>n * pitch;
    // Columns that are not there repeat the last one; their sums are not stored.
    const b1 = n + 1 < present ? b0 + pitch : b0;
    const b2 = n + 2 < present ? b1 + pitch : b1;
    const b3 = n + 3 < present ? b2 + pitch : b2;
    let to = scratch + offset(n);
    let k: i32 = 0;
    for (; k + 4 <= block; k += 4) {
      const at = offset(k);
      const row0 = v128.load(b0 + at);
      const row1 = v128.load(b1 + at);
      const row2 = v128.load(b2 + at);
      const row3 = v128.load(b3 + at);
      const low01 = i32x4.shuffle(row0, row1, 0, 4, 1, 5);
      const low23 = i32x4.shuffle(row2, row3, 0, 4, 1, 5);
      const high01 = i32x4.shuffle(row0, row1, 2, 6, 3, 7);
      const high23 = i32x4.shuffle(row2, row3, 2, 6, 3, 7);
      v128.store(to, i64x2.shuffle(low01, low23, 0, 2));
      v128.store(to + step, i64x2.shuffle(low01, low23, 1, 3));
      v128.store(to + step * 2, i64x2.shuffle(high01, high23, 0, 2));
      v128.store(to + step * 3, i64x2.shuffle(high01, high23, 1, 3));
      to += step * 4;
    }
    for (; k < block; k++) {
      const at = offset(k);
      v128.store(to, Lanes.gather(b0 + at, b1 + at, b2 + at, b3 + at));
      to += step;
    }
  }
}

class Tile {
  /** Where the sums of four columns start: at 0, or at what y holds. */
  @inline
  static start(y: usize, mode: i32): v128 {
    return mode & startFromY ? v128.load(y) : f32x4.splat(0);
  }

  @inline
  static startPart(y: usize, mode: i32, present: i32): v128 {
    return mode & startFromY ? Lanes.load(y, present) : f32x4.splat(0);
  }

  /** sum + a[row, k] · b[k, columns], rounded twice */
  @inline
  static add(sum: v128, a: v128, b: v128): v128 {
    return f32x4.add(sum, f32x4.mul(a, b));
  }

  @inline
  static finish(sum: v128, bias: v128, mode: i32): v128 {
    const biased = f32x4.add(sum, bias);
    return mode & reluAtEnd ? f32x4.pmax(biased, f32x4.splat(0)) : biased;
  }
}

/** Eight columns of all rows. `bias` is 0 where none is to be added. */
function wideTiles(
  a: usize,
  aRow: usize,
  aStep: usize,
  b: usize,
  bStep: usize,
  depth: i32,
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
    // Rows that are not there repeat the last one.
    let a0 = a + <usize>row * aRow;
    let a1 = row + 1 < rows ? a0 + aRow : a0;
    let a2 = row + 2 < rows ? a1 + aRow : a1;
    let a3 = row + 3 < rows ? a2 + aRow : a2;
    const y0 = y + <usize>row * pitch;
    const y1 = row + 1 < rows ? y0 + pitch : y0;
    const y2 = row + 2 < rows ? y1 + pitch : y1;
    const y3 = row + 3 < rows ? y2 + pitch : y2;
    let l0 = Tile.start(y0, mode);
    let r0 = Tile.start(y0 + 16, mode);
    let l1 = Tile.start(y1, mode);
    let r1 = Tile.start(y1 + 16, mode);
    let l2 = Tile.start(y2, mode);
    let r2 = Tile.start(y2 + 16, mode);
    let l3 = Tile.start(y3, mode);
    let r3 = Tile.start(y3 + 16, mode);
    let from = b;
    for (let k = 0; k < depth; k++) {
      const left = v128.load(from);
      const right = v128.load(from, 16);
      const x0 = v128.load32_splat(a0);
      l0 = Tile.add(l0, x0, left);
      r0 = Tile.add(r0, x0, right);
      const x1 = v128.load32_splat(a1);
      l1 = Tile.add(l1, x1, left);
      r1 = Tile.add(r1, x1, right);
      const x2 = v128.load32_splat(a2);
      l2 = Tile.add(l2, x2, left);
      r2 = Tile.add(r2, x2, right);
      const x3 = v128.load32_splat(a3);
      l3 = Tile.add(l3, x3, left);
      r3 = Tile.add(r3, x3, right);
      a0 += aStep;
      a1 += aStep;
      a2 += aStep;
      a3 += aStep;
      from += bStep;
    }
    v128.store(y0, Tile.finish(l0, biasLeft, mode));
    v128.store(y0, Tile.finish(r0, biasRight, mode), 16);
    v128.store(y1, Tile.finish(l1, biasLeft, mode));
    v128.store(y1, Tile.finish(r1, biasRight, mode), 16);
    v128.store(y2, Tile.finish(l2, biasLeft, mode));
    v128.store(y2, Tile.finish(r2, biasRight, mode), 16);
    v128.store(y3, Tile.finish(l3, biasLeft, mode));
    v128.store(y3, Tile.finish(r3, biasRight, mode), 16);
  }
}

/** One to four columns of all rows, `present` of them in y, `readable` of them in b. */
function narrowTiles(
  a: usize,
  aRow: usize,
  aStep: usize,
  b: usize,
  bStep: usize,
  depth: i32,
  bias: usize,
  y: usize,
  pitch: usize,
  rows: i32,
  mode: i32,
  present: i32,
  readable: i32,
): void {
  const biases = bias ? Lanes.load(bias, present) : f32x4.splat(0);
  for (let row = 0; row < rows; row += 4) {
    let a0 = a + <usize>row * aRow;
    let a1 = row + 1 < rows ? a0 + aRow : a0;
    let a2 = row + 2 < rows ? a1 + aRow : a1;
    let a3 = row + 3 < rows ? a2 + aRow : a2;
    const y0 = y + <usize>row * pitch;
    const y1 = row + 1 < rows ? y0 + pitch : y0;
    const y2 = row + 2 < rows ? y1 + pitch : y1;
    const y3 = row + 3 < rows ? y2 + pitch : y2;
    let s0 = Tile.startPart(y0, mode, present);
    let s1 = Tile.startPart(y1, mode, present);
    let s2 = Tile.startPart(y2, mode, present);
    let s3 = Tile.startPart(y3, mode, present);
    let from = b;
    for (let k = 0; k < depth; k++) {
      const columns = Lanes.load(from, readable);
      s0 = Tile.add(s0, v128.load32_splat(a0), columns);
      s1 = Tile.add(s1, v128.load32_splat(a1), columns);
      s2 = Tile.add(s2, v128.load32_splat(a2), columns);
      s3 = Tile.add(s3, v128.load32_splat(a3), columns);
      a0 += aStep;
      a1 += aStep;
      a2 += aStep;
      a3 += aStep;
      from += bStep;
    }
    Lanes.store(y0, Tile.finish(s0, biases, mode), present);
    Lanes.store(y1, Tile.finish(s1, biases, mode), present);
    Lanes.store(y2, Tile.finish(s2, biases, mode), present);
    Lanes.store(y3, Tile.finish(s3, biases, mode), present);
  }
}
