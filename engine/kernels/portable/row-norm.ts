import { Affine } from './batch-norm';
import { float, int, offset, tensor } from './call';
import { Lanes } from './lanes';
import { mean as middle, squares, takeMoments } from './moments';

// A row is either one run of numbers that each have a channel of their own (inner = 1), or a run of `inner` numbers for
// each of its channels.

class Row {
  @inline
  static normal(x: v128, mean: v128, rstd: v128): v128 {
    return f32x4.mul(f32x4.sub(x, mean), rstd);
  }

  /** One run with the gamma and beta of each number; beta may be absent, which is known where this is called. */
  @inline
  static scaled(
    x: usize,
    y: usize,
    gamma: usize,
    beta: usize,
    length: i32,
    mean: v128,
    rstd: v128,
    shifts: bool,
  ): void {
    let at: usize = 0;
    let left = length;
    for (; left >= 4; left -= 4) {
      const z = f32x4.mul(Row.normal(v128.load(x + at), mean, rstd), v128.load(gamma + at));
      v128.store(y + at, shifts ? f32x4.add(z, v128.load(beta + at)) : z);
      at += 16;
    }
    if (left > 0) {
      const z = f32x4.mul(
        Row.normal(Lanes.loadFirst(x + at, left), mean, rstd),
        Lanes.loadFirst(gamma + at, left),
      );
      Lanes.storeFirst(y + at, shifts ? f32x4.add(z, Lanes.loadFirst(beta + at, left)) : z, left);
    }
  }

  /** One run with one gamma and one beta. */
  @inline
  static alike(
    x: usize,
    y: usize,
    gamma: v128,
    beta: v128,
    length: i32,
    mean: v128,
    rstd: v128,
    shifts: bool,
  ): void {
    for (let left = length; left > 0; left -= 4) {
      const z = f32x4.mul(Row.normal(Lanes.load(x, left), mean, rstd), gamma);
      Lanes.store(y, shifts ? f32x4.add(z, beta) : z, left);
      x += 16;
      y += 16;
    }
  }
}

export function rowNorm(a: usize, begin: i32, end: i32): void {
  const x = tensor(a, 0);
  const gamma = tensor(a, 1);
  const beta = tensor(a, 2);
  const y = tensor(a, 3);
  const mean = tensor(a, 4);
  const rstd = tensor(a, 5);
  const size = int(a, 7);
  const inner = int(a, 8);
  const channels = int(a, 9);
  const epsilon = float(a, 10);
  const centred = int(a, 11) !== 0;
  const pitch = offset(size);
  for (let row = begin; row < end; row++) {
    const from = x + <usize>row * pitch;
    const to = y + <usize>row * pitch;
    takeMoments(from, 1, pitch, size, centred);
    const root = Affine.inverseRoot(squares / <f32>size, epsilon);
    if (mean) store<f32>(mean + offset(row), middle);
    if (rstd) store<f32>(rstd + offset(row), root);
    const means = f32x4.splat(middle);
    const roots = f32x4.splat(root);
    const first = firstChannel(row, size, inner, channels);
    if (inner === 1 && gamma) {
      const scales = gamma + offset(first);
      if (beta) Row.scaled(from, to, scales, beta + offset(first), size, means, roots, true);
      else Row.scaled(from, to, scales, 0, size, means, roots, false);
      continue;
    }
    const step = offset(inner);
    for (let part: usize = 0, c = first; part < pitch; part += step, c++) {
      const scale = f32x4.splat(Affine.one(gamma, c, 1));
      if (beta) {
        const shift = f32x4.splat(Affine.one(beta, c, 0));
        Row.alike(from + part, to + part, scale, shift, inner, means, roots, true);
      } else {
        Row.alike(from + part, to + part, scale, scale, inner, means, roots, false);
      }
    }
  }
}

/** The channel of the first number of a row. */
export function firstChannel(row: i32, size: i32, inner: i32, channels: i32): i32 {
  return (row * (size / inner)) % channels;
}
