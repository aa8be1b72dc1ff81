import { float, int, offset, tensor } from './call';
import { Lanes } from './lanes';
import {
  columnMeans,
  columnSquares,
  mean as middle,
  squares,
  takeColumnMoments,
  takeMoments,
} from './moments';

// A channel of x [N, C, inner] is N runs of `inner` neighbours. With inner = 1 it is a column, and four columns are done
// at a time.

/** What channels are multiplied by and what is added to them; gamma and beta may be absent. */
export class Affine {
  static inverseRoot(variance: f32, epsilon: f32): f32 {
    return 1 / sqrt<f32>(variance + epsilon);
  }

  static inverseRoots(variances: v128, epsilon: f32): v128 {
    return f32x4.div(f32x4.splat(1), f32x4.sqrt(f32x4.add(variances, f32x4.splat(epsilon))));
  }

  /** The number of channel c. */
  static one(array: usize, c: i32, absent: f32): f32 {
    return array ? load<f32>(array + offset(c)) : absent;
  }

  /** Those of the `present` channels from c on. */
  static four(array: usize, c: i32, present: i32, absent: f32): v128 {
    return array ? Lanes.load(array + offset(c), present) : f32x4.splat(absent);
  }

  /** Beneath this nothing comes out: 0 with a relu behind the norm, else −∞. */
  static floor(epilogue: i32): v128 {
    return f32x4.splat(epilogue ? 0 : -Infinity);
  }

  @inline
  static normal(x: v128, mean: v128, scale: v128, shift: v128): v128 {
    return f32x4.add(f32x4.mul(f32x4.sub(x, mean), scale), shift);
  }
}

export function batchNorm(a: usize, begin: i32, end: i32): void {
  const x = tensor(a, 0);
  const gamma = tensor(a, 1);
  const beta = tensor(a, 2);
  const residual = tensor(a, 3);
  const y = tensor(a, 4);
  const mean = tensor(a, 5);
  const variance = tensor(a, 6);
  const N = int(a, 7);
  const C = int(a, 8);
  const inner = int(a, 9);
  const epsilon = float(a, 10);
  const floor = Affine.floor(int(a, 11));
  const pitch = offset(C * inner);
  const count = <f32>(N * inner);
  if (inner === 1) {
    for (let c = begin; c < end; c += 4) {
      const n = end - c;
      takeColumnMoments(x + offset(c), N, pitch, n);
      const variances = f32x4.div(columnSquares, f32x4.splat(count));
      Lanes.store(mean + offset(c), columnMeans, n);
      Lanes.store(variance + offset(c), variances, n);
      const scale = f32x4.mul(Affine.four(gamma, c, n, 1), Affine.inverseRoots(variances, epsilon));
      const shift = Affine.four(beta, c, n, 0);
      const beside = residual ? residual + offset(c) : 0;
      normaliseColumns(x + offset(c), beside, y + offset(c), N, pitch, n, columnMeans, scale, shift, floor);
    }
    return;
  }
  for (let c = begin; c < end; c++) {
    const at = offset(c * inner);
    takeMoments(x + at, N, pitch, inner, true);
    const spread = squares / count;
    store<f32>(mean + offset(c), middle);
    store<f32>(variance + offset(c), spread);
    const scale = Affine.one(gamma, c, 1) * Affine.inverseRoot(spread, epsilon);
    const shift = Affine.one(beta, c, 0);
    const beside = residual ? residual + at : 0;
    normalisePlanes(x + at, beside, y + at, N, pitch, inner, middle, scale, shift, floor);
  }
}

export function batchNormInference(a: usize, begin: i32, end: i32): void {
  const x = tensor(a, 0);
  const gamma = tensor(a, 1);
  const beta = tensor(a, 2);
  const mean = tensor(a, 3);
  const variance = tensor(a, 4);
  const residual = tensor(a, 5);
  const y = tensor(a, 6);
  const N = int(a, 7);
  const C = int(a, 8);
  const inner = int(a, 9);
  const epsilon = float(a, 10);
  const floor = Affine.floor(int(a, 11));
  const pitch = offset(C * inner);
  if (inner === 1) {
    for (let c = begin; c < end; c += 4) {
      const n = end - c;
      const means = Lanes.load(mean + offset(c), n);
      const roots = Affine.inverseRoots(Lanes.load(variance + offset(c), n), epsilon);
      const scale = f32x4.mul(Affine.four(gamma, c, n, 1), roots);
      const shift = Affine.four(beta, c, n, 0);
      const beside = residual ? residual + offset(c) : 0;
      normaliseColumns(x + offset(c), beside, y + offset(c), N, pitch, n, means, scale, shift, floor);
    }
    return;
  }
  for (let c = begin; c < end; c++) {
    const at = offset(c * inner);
    const given = load<f32>(mean + offset(c));
    const scale = Affine.one(gamma, c, 1) * Affine.inverseRoot(load<f32>(variance + offset(c)), epsilon);
    const shift = Affine.one(beta, c, 0);
    const beside = residual ? residual + at : 0;
    normalisePlanes(x + at, beside, y + at, N, pitch, inner, given, scale, shift, floor);
  }
}

/** `rows` runs of `length` numbers of one channel; residual is 0 where there is none. */
function normalisePlanes(
  x: usize,
  residual: usize,
  y: usize,
  rows: i32,
  pitch: usize,
  length: i32,
  mean: f32,
  scale: f32,
  shift: f32,
  floor: v128,
): void {
  const means = f32x4.splat(mean);
  const scales = f32x4.splat(scale);
  const shifts = f32x4.splat(shift);
  if (residual) Normal.planes(true, x, residual, y, rows, pitch, length, means, scales, shifts, floor);
  else Normal.planes(false, x, x, y, rows, pitch, length, means, scales, shifts, floor);
}

class Normal {
  /** A literal `adds` leaves no test in the loops. */
  @inline
  static planes(
    adds: bool,
    x: usize,
    residual: usize,
    y: usize,
    rows: i32,
    pitch: usize,
    length: i32,
    means: v128,
    scales: v128,
    shifts: v128,
    floor: v128,
  ): void {
    for (let row = 0; row < rows; row++) {
      let from = x;
      let beside = residual;
      let to = y;
      let left = length;
      for (; left >= 16; left -= 16) {
        Normal.four(adds, from, beside, to, 4, means, scales, shifts, floor);
        Normal.four(adds, from + 16, beside + 16, to + 16, 4, means, scales, shifts, floor);
        Normal.four(adds, from + 32, beside + 32, to + 32, 4, means, scales, shifts, floor);
        Normal.four(adds, from + 48, beside + 48, to + 48, 4, means, scales, shifts, floor);
        from += 64;
        beside += 64;
        to += 64;
      }
      for (; left > 0; left -= 4) {
        Normal.four(adds, from, beside, to, left, means, scales, shifts, floor);
        from += 16;
        beside += 16;
        to += 16;
      }
      x += pitch;
      residual += pitch;
      y += pitch;
    }
  }

  /** The next four numbers, or as many as are `left`. */
  @inline
  static four(
    adds: bool,
    x: usize,
    residual: usize,
    y: usize,
    left: i32,
    means: v128,
    scales: v128,
    shifts: v128,
    floor: v128,
  ): void {
    const normal = Affine.normal(Lanes.load(x, left), means, scales, shifts);
    const sum = adds ? f32x4.add(normal, Lanes.load(residual, left)) : normal;
    Lanes.store(y, f32x4.pmax(sum, floor), left);
  }
}

/** `present` neighbouring columns. */
function normaliseColumns(
  x: usize,
  residual: usize,
  y: usize,
  rows: i32,
  pitch: usize,
  present: i32,
  means: v128,
  scales: v128,
  shifts: v128,
  floor: v128,
): void {
  for (let row = 0; row < rows; row++) {
    if (residual) Normal.four(true, x, residual, y, present, means, scales, shifts, floor);
    else Normal.four(false, x, x, y, present, means, scales, shifts, floor);
    x += pitch;
    if (residual) residual += pitch;
    y += pitch;
  }
}

export function updateRunningStatistics(a: usize, begin: i32, end: i32): void {
  const mean = tensor(a, 0);
  const variance = tensor(a, 1);
  const runningMean = tensor(a, 2);
  const runningVariance = tensor(a, 3);
  const momentum = float(a, 5);
  const correction = f32x4.splat(float(a, 6));
  const kept = f32x4.splat(momentum);
  const fresh = f32x4.splat(1 - momentum);
  for (let c = begin; c < end; c += 4) {
    const at = offset(c);
    const n = end - c;
    const means = f32x4.mul(fresh, Lanes.load(mean + at, n));
    const spread = f32x4.mul(fresh, f32x4.mul(correction, Lanes.load(variance + at, n)));
    Lanes.store(runningMean + at, f32x4.add(f32x4.mul(kept, Lanes.load(runningMean + at, n)), means), n);
    Lanes.store(
      runningVariance + at,
      f32x4.add(f32x4.mul(kept, Lanes.load(runningVariance + at, n)), spread),
      n,
    );
  }
}
