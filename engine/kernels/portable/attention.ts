import { float, int, offset, tensor } from './call';
import { dropElements } from './dropout';
import { Functions } from './functions';
import { multiply, panelWords } from './gemm';
import { Lanes } from './lanes';
import { scratch } from './scratch';

// A head works on its own columns of q, k, v and y where they lie, D apart from row to row. Queries are taken in blocks of
// up to 32 rows: what is causal then leaves out the keys behind the block, and what is needed of a block in the reverse
// pass, two pieces [rows, S], stays in scratch.

const mostRows: i32 = 32;
/** Words of one such piece; two of them and a panel of `multiply` fill a worker's scratch. */
const pieceWords: i32 = 31744;

export function batchedGemm(a: usize, begin: i32, end: i32): void {
  const M = int(a, 4);
  const N = int(a, 5);
  const K = int(a, 6);
  const transposeA = int(a, 7) !== 0;
  const transposeB = int(a, 8) !== 0;
  const alpha = f32x4.splat(float(a, 9));
  const aRow: usize = transposeA ? 4 : offset(K);
  const aStep: usize = transposeA ? offset(M) : 4;
  const bPitch = offset(transposeB ? K : N);
  const count = M * N;
  for (let batch = begin; batch < end; batch++) {
    const left = tensor(a, 0) + offset(batch * M * K);
    const right = tensor(a, 1) + offset(batch * K * N);
    const y = tensor(a, 2) + offset(batch * count);
    multiply(left, aRow, aStep, right, bPitch, transposeB, 0, y, offset(N), M, N, K, false, false);
    for (let i = 0; i < count; i += 4) {
      const at = y + offset(i);
      Lanes.store(at, f32x4.mul(Lanes.load(at, count - i), alpha), count - i);
    }
  }
}

class Mask {
  /** Lanes of keys s … s + 3 that the query t sees; `row` is the sample's row of the mask, 0 where there is none. */
  @inline
  static seen(row: usize, isWhole: bool, causal: bool, t: i32, s: i32, left: i32): v128 {
    let seen = i32x4.splat(-1);
    if (row) {
      const marks = Lanes.load(row + offset(s), left);
      seen = isWhole ? i32x4.ne(marks, i32x4.splat(0)) : f32x4.ne(marks, f32x4.splat(0));
    }
    if (causal) seen = v128.and(seen, i32x4.le_s(Mask.keys(s), i32x4.splat(t)));
    return seen;
  }

  @inline
  static keys(s: i32): v128 {
    return i32x4.add(i32x4.splat(s), i32x4(0, 1, 2, 3));
  }

  /** Lanes that are `left`. */
  @inline
  static there(left: i32): v128 {
    return i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(left));
  }
}

export function maskScores(a: usize, begin: i32, end: i32): void {
  const mask = tensor(a, 1);
  const S = int(a, 4);
  const T = int(a, 5);
  const rowsPerSample = int(a, 6);
  const causal = int(a, 7) !== 0;
  const isWhole = int(a, 8) !== 0;
  const fill = f32x4.splat(float(a, 9));
  for (let row = begin; row < end; row++) {
    const x = tensor(a, 0) + offset(row * S);
    const y = tensor(a, 2) + offset(row * S);
    const marks: usize = mask ? mask + offset((row / rowsPerSample) * S) : 0;
    for (let s = 0; s < S; s += 4) {
      const left = S - s;
      const seen = Mask.seen(marks, isWhole, causal, row % T, s, left);
      Lanes.store(y + offset(s), v128.bitselect(Lanes.load(x + offset(s), left), fill, seen), left);
    }
  }
}

/** Rows of queries in a block, where pieces of a block are kept in scratch. */
function rowsThatFit(S: i32): i32 {
  return max(4, min(mostRows, (pieceWords / max(S, 1)) & ~3));
}

export function attention(a: usize, begin: i32, end: i32): void {
  const mask = tensor(a, 3);
  const step = tensor(a, 4);
  const T = int(a, 7);
  const S = int(a, 8);
  const D = int(a, 9);
  const heads = int(a, 10);
  const causal = int(a, 11) !== 0;
  const isWhole = int(a, 12) !== 0;
  const scale = float(a, 13);
  const width = D / heads;
  const pitch = offset(D);
  const pPitch = offset(S);
  const blockRows = rowsThatFit(S);
  const kept = scratch + offset(panelWords);
  for (let head = begin; head < end; head++) {
    const n = head / heads;
    const column = (head % heads) * width;
    const k = tensor(a, 1) + offset(n * S * D + column);
    const v = tensor(a, 2) + offset(n * S * D + column);
    const marks: usize = mask ? mask + offset(n * S) : 0;
    for (let t = 0; t < T; t += blockRows) {
      const rows = min(blockRows, T - t);
      const keys = causal && !marks ? min(S, t + rows) : S;
      const q = tensor(a, 0) + offset((n * T + t) * D + column);
      const y = tensor(a, 5) + offset((n * T + t) * D + column);
      const first = (head * T + t) * S;
      const p = tensor(a, 6) + offset(first);
      multiply(q, pitch, 4, k, pitch, true, 0, p, pPitch, rows, keys, width, false, false);
      for (let row = 0; row < rows; row++) {
        softmaxRow(p + <usize>row * pPitch, marks, isWhole, causal, t + row, keys, S, scale);
      }
      let weights = p;
      if (step) {
        const base = kept - offset(first);
        dropElements(
          tensor(a, 6),
          base,
          first,
          first + rows * S,
          load<i32>(step),
          float(a, 14),
          int(a, 15),
          int(a, 16),
        );
        weights = kept;
      }
      multiply(weights, pPitch, 4, v, pitch, false, 0, y, pitch, rows, width, keys, false, false);
    }
  }
}

const lowest: f32 = -3.4028234663852886e38;

/** Softmax over the `keys` scores at p, scaled and masked; zeros from there to S. */
function softmaxRow(
  p: usize,
  marks: usize,
  isWhole: bool,
  causal: bool,
  t: i32,
  keys: i32,
  S: i32,
  scale: f32,
): void {
  const factor = f32x4.splat(scale);
  const unseen = f32x4.splat(lowest);
  const absent = f32x4.splat(-Infinity);
  // Without a mask the keys that are not seen are those behind t, and there is always one that is.
  const count = causal && !marks ? min(t + 1, keys) : keys;
  const whole = count & ~3;
  const left = count - whole;
  const tail = p + offset(whole);
  let greatest = absent;
  for (let s = 0; s < whole; s += 4) {
    const at = p + offset(s);
    let score = f32x4.mul(v128.load(at), factor);
    if (marks) score = v128.bitselect(score, unseen, Mask.seen(marks, isWhole, causal, t, s, 4));
    v128.store(at, score);
    greatest = f32x4.pmax(greatest, score);
  }
  if (left > 0) {
    let score = f32x4.mul(Lanes.load(tail, left), factor);
    if (marks) score = v128.bitselect(score, unseen, Mask.seen(marks, isWhole, causal, t, whole, left));
    score = v128.bitselect(score, absent, Mask.there(left));
    Lanes.store(tail, score, left);
    greatest = f32x4.pmax(greatest, score);
  }
  greatest = f32x4.pmax(greatest, i32x4.shuffle(greatest, greatest, 2, 3, 0, 1));
  greatest = f32x4.pmax(greatest, i32x4.shuffle(greatest, greatest, 1, 0, 3, 2));
  let sums = f32x4.splat(0);
  for (let s = 0; s < whole; s += 4) {
    const at = p + offset(s);
    const e = Functions.exp(f32x4.sub(v128.load(at), greatest));
    v128.store(at, e);
    sums = f32x4.add(sums, e);
  }
  if (left > 0) {
    const e = v128.and(Functions.exp(f32x4.sub(Lanes.load(tail, left), greatest)), Mask.there(left));
    Lanes.store(tail, e, left);
    sums = f32x4.add(sums, e);
  }
  const share = f32x4.splat(<f32>1 / total(sums));
  for (let s = 0; s < whole; s += 4) {
    const at = p + offset(s);
    v128.store(at, f32x4.mul(v128.load(at), share));
  }
  if (left > 0) Lanes.store(tail, f32x4.mul(Lanes.load(tail, left), share), left);
  for (let s = count; s < S; s += 4) Lanes.store(p + offset(s), f32x4.splat(0), S - s);
}

/** (0 + 1) + (2 + 3) */
function total(sums: v128): f32 {
  const pairs = f32x4.add(sums, i32x4.shuffle(sums, sums, 1, 0, 3, 2));
  return f32x4.extract_lane(pairs, 0) + f32x4.extract_lane(pairs, 2);
}

export function attentionGradient(a: usize, begin: i32, end: i32): void {
  const mask = tensor(a, 3);
  const step = tensor(a, 4);
  const T = int(a, 10);
  const S = int(a, 11);
  const D = int(a, 12);
  const heads = int(a, 13);
  const causal = int(a, 14) !== 0;
  const isWhole = int(a, 15) !== 0;
  const scale = float(a, 16);
  const rate = float(a, 17);
  const seed = int(a, 18);
  const stream = int(a, 19);
  const width = D / heads;
  const pitch = offset(D);
  const pPitch = offset(S);
  const blockRows = rowsThatFit(S);
  const ds = scratch + offset(panelWords);
  const kept = ds + offset(pieceWords);
  for (let head = begin; head < end; head++) {
    const n = head / heads;
    const column = (head % heads) * width;
    const ofKeys = offset(n * S * D + column);
    const k = tensor(a, 1) + ofKeys;
    const v = tensor(a, 2) + ofKeys;
    const dk = tensor(a, 8) + ofKeys;
    const dv = tensor(a, 9) + ofKeys;
    const marks: usize = mask ? mask + offset(n * S) : 0;
    for (let s = 0; s < S; s++) {
      for (let d = 0; d < width; d += 4) {
        const at = <usize>s * pitch + offset(d);
        Lanes.store(dk + at, f32x4.splat(0), width - d);
        Lanes.store(dv + at, f32x4.splat(0), width - d);
      }
    }
    for (let t = 0; t < T; t += blockRows) {
      const rows = min(blockRows, T - t);
      const keys = causal && !marks ? min(S, t + rows) : S;
      const ofQueries = offset((n * T + t) * D + column);
      const q = tensor(a, 0) + ofQueries;
      const dy = tensor(a, 6) + ofQueries;
      const dq = tensor(a, 7) + ofQueries;
      const first = (head * T + t) * S;
      const p = tensor(a, 5) + offset(first);
      let weights = p;
      multiply(dy, pitch, 4, v, pitch, true, 0, ds, pPitch, rows, keys, width, false, false);
      if (step) {
        const now = load<i32>(step);
        const shift = offset(first);
        dropElements(ds - shift, ds - shift, first, first + rows * S, now, rate, seed, stream);
        dropElements(p - shift, kept - shift, first, first + rows * S, now, rate, seed, stream);
        weights = kept;
      }
      multiply(weights, 4, pPitch, dy, pitch, false, 0, dv, pitch, keys, width, rows, true, false);
      for (let row = 0; row < rows; row++) {
        const at = <usize>row * pPitch;
        softmaxRowGradient(p + at, ds + at, marks, isWhole, causal, t + row, keys, scale);
      }
      multiply(ds, pPitch, 4, k, pitch, false, 0, dq, pitch, rows, width, keys, false, false);
      multiply(ds, 4, pPitch, q, pitch, false, 0, dk, pitch, keys, width, rows, true, false);
    }
  }
}

/** ds = p ⊙ (ds − Σ ds ⊙ p) · scale, 0 where the query sees nothing. */
function softmaxRowGradient(
  p: usize,
  ds: usize,
  marks: usize,
  isWhole: bool,
  causal: bool,
  t: i32,
  keys: i32,
  scale: f32,
): void {
  const factor = f32x4.splat(scale);
  let sums = f32x4.splat(0);
  for (let s = 0; s < keys; s += 4) {
    const left = keys - s;
    const at = offset(s);
    sums = f32x4.add(sums, f32x4.mul(Lanes.load(ds + at, left), Lanes.load(p + at, left)));
  }
  const sum = f32x4.splat(total(sums));
  for (let s = 0; s < keys; s += 4) {
    const left = keys - s;
    const at = offset(s);
    const difference = f32x4.sub(Lanes.load(ds + at, left), sum);
    let result = f32x4.mul(f32x4.mul(Lanes.load(p + at, left), difference), factor);
    result = v128.and(result, Mask.seen(marks, isWhole, causal, t, s, left));
    Lanes.store(ds + at, result, left);
  }
}
