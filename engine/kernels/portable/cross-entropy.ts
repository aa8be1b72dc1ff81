import { float, int, offset, tensor } from './call';
import { Functions } from './functions';
import { Lanes } from './lanes';

// Four rows at a time, one per lane, so that each row sums its numbers in order. Where fewer than four rows are left,
// the spare lanes repeat the last row: they read and write the very same numbers.

export class FourRows {
  /** y = e^(x − greatest), divided by its sum, which is handed back; `pitch` bytes of four rows. */
  static normalise(
    greatest: v128,
    pitch: usize,
    x0: usize,
    x1: usize,
    x2: usize,
    x3: usize,
    y0: usize,
    y1: usize,
    y2: usize,
    y3: usize,
  ): v128 {
    let sum = f32x4.splat(0);
    for (let n: usize = 0; n < pitch; n += 4) {
      const x = Lanes.gather(x0 + n, x1 + n, x2 + n, x3 + n);
      const e = Functions.exp(f32x4.sub(x, greatest));
      sum = f32x4.add(sum, e);
      Lanes.scatter(e, y0 + n, y1 + n, y2 + n, y3 + n);
    }
    for (let n: usize = 0; n < pitch; n += 4) {
      const e = Lanes.gather(y0 + n, y1 + n, y2 + n, y3 + n);
      Lanes.scatter(f32x4.div(e, sum), y0 + n, y1 + n, y2 + n, y3 + n);
    }
    return sum;
  }

  /** The losses of `left` rows, at most four, and their softmax, which may take the logits' place. */
  static loss(
    z0: usize,
    p0: usize,
    pitch: usize,
    left: i32,
    wanted: v128,
    ignored: v128,
    smoothing: f32,
    C: i32,
  ): v128 {
    const row1 = left > 1 ? pitch : 0;
    const row2 = left > 2 ? row1 + pitch : row1;
    const row3 = left > 3 ? row2 + pitch : row2;
    const z1 = z0 + row1;
    const z2 = z0 + row2;
    const z3 = z0 + row3;
    const kept = f32x4.splat(1 - smoothing);
    let greatest = f32x4.splat(-Infinity);
    let atTarget = f32x4.splat(NaN);
    for (let c = 0; c < C; c++) {
      const n = offset(c);
      const z = Lanes.gather(z0 + n, z1 + n, z2 + n, z3 + n);
      greatest = f32x4.pmax(greatest, z);
      atTarget = v128.bitselect(z, atTarget, i32x4.eq(wanted, i32x4.splat(c)));
    }
    let all = f32x4.splat(0);
    if (smoothing !== 0) {
      for (let n: usize = 0; n < pitch; n += 4) {
        all = f32x4.add(all, f32x4.sub(Lanes.gather(z0 + n, z1 + n, z2 + n, z3 + n), greatest));
      }
    }
    const sum = FourRows.normalise(greatest, pitch, z0, z1, z2, z3, p0, p0 + row1, p0 + row2, p0 + row3);
    let loss = f32x4.sub(Functions.log(sum), f32x4.mul(kept, f32x4.sub(atTarget, greatest)));
    if (smoothing !== 0) loss = f32x4.sub(loss, f32x4.mul(f32x4.splat(smoothing / <f32>C), all));
    return v128.andnot(loss, i32x4.eq(wanted, ignored));
  }
}

/** Softmax and −log of the target's share in one go. */
export function softmaxCrossEntropy(a: usize, begin: i32, end: i32): void {
  const logits = tensor(a, 0);
  const target = tensor(a, 1);
  const losses = tensor(a, 2);
  const p = tensor(a, 3);
  const C = int(a, 5);
  const pitch = offset(C);
  const ignored = i32x4.splat(int(a, 6));
  const smoothing = float(a, 7);
  for (let row = begin; row < end; row += 4) {
    const left = end - row;
    const at = <usize>row * pitch;
    const wanted = Lanes.load(target + offset(row), left);
    const loss = FourRows.loss(logits + at, p + at, pitch, left, wanted, ignored, smoothing, C);
    Lanes.store(losses + offset(row), loss, left);
  }
}

export function softmaxCrossEntropyGradient(a: usize, begin: i32, end: i32): void {
  const p = tensor(a, 0);
  const target = tensor(a, 1);
  const dlosses = tensor(a, 2);
  const dlogits = tensor(a, 3);
  const C = int(a, 5);
  const pitch = offset(C);
  const ignored = int(a, 6);
  const smoothing = float(a, 7);
  for (let row = begin; row < end; row++) {
    const at = <usize>row * pitch;
    const wanted = load<i32>(target + offset(row));
    const dloss = load<f32>(dlosses + offset(row));
    gradientOfRow(p + at, dlogits + at, wanted, ignored, dloss, smoothing, C);
  }
}

/** dlogits of one row: (p − share of the class) · dloss, 0 where the label is ignored; it may take the place of p. */
export function gradientOfRow(
  from: usize,
  to: usize,
  wanted: i32,
  ignored: i32,
  dloss: f32,
  smoothing: f32,
  C: i32,
): void {
  if (wanted === ignored) {
    memory.fill(to, 0, offset(C));
    return;
  }
  const share = smoothing / <f32>C;
  const isClass = <u32>wanted < <u32>C;
  const atTarget = isClass ? load<f32>(from + offset(wanted)) : 0;
  const shares = f32x4.splat(share);
  const scale = f32x4.splat(dloss);
  let c = 0;
  for (; c + 4 <= C; c += 4) {
    const difference = f32x4.sub(v128.load(from + offset(c)), shares);
    v128.store(to + offset(c), f32x4.mul(difference, scale));
  }
  for (; c < C; c++) store<f32>(to + offset(c), (load<f32>(from + offset(c)) - share) * dloss);
  if (isClass) store<f32>(to + offset(wanted), (atTarget - (1 - smoothing + share)) * dloss);
}

export function softCrossEntropy(a: usize, begin: i32, end: i32): void {
  const logits = tensor(a, 0);
  const target = tensor(a, 1);
  const losses = tensor(a, 2);
  const p = tensor(a, 3);
  const C = int(a, 5);
  const pitch = offset(C);
  const smoothing = float(a, 6);
  const kept = f32x4.splat(1 - smoothing);
  const share = f32x4.splat(smoothing / <f32>C);
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  for (let row = begin; row < end; row += 4) {
    const left = end - row;
    const row0 = <usize>row * pitch;
    const row1 = left > 1 ? row0 + pitch : row0;
    const row2 = left > 2 ? row1 + pitch : row1;
    const row3 = left > 3 ? row2 + pitch : row2;
    const z0 = logits + row0;
    const z1 = logits + row1;
    const z2 = logits + row2;
    const z3 = logits + row3;
    const t0 = target + row0;
    const t1 = target + row1;
    const t2 = target + row2;
    const t3 = target + row3;
    let greatest = f32x4.splat(-Infinity);
    for (let n: usize = 0; n < pitch; n += 4) {
      greatest = f32x4.pmax(greatest, Lanes.gather(z0 + n, z1 + n, z2 + n, z3 + n));
    }
    const sum = FourRows.normalise(greatest, pitch, z0, z1, z2, z3, p + row0, p + row1, p + row2, p + row3);
    const logarithm = Functions.log(sum);
    let loss = f32x4.splat(0);
    let inside = i32x4.splat(-1);
    for (let n: usize = 0; n < pitch; n += 4) {
      const z = Lanes.gather(z0 + n, z1 + n, z2 + n, z3 + n);
      const t = Lanes.gather(t0 + n, t1 + n, t2 + n, t3 + n);
      inside = v128.and(inside, v128.and(f32x4.ge(t, zero), f32x4.le(t, one)));
      const q = f32x4.add(f32x4.mul(kept, t), share);
      loss = f32x4.add(loss, f32x4.mul(q, f32x4.sub(logarithm, f32x4.sub(z, greatest))));
    }
    Lanes.store(losses + offset(row), v128.bitselect(loss, f32x4.splat(NaN), inside), left);
  }
}

export function softCrossEntropyGradient(a: usize, begin: i32, end: i32): void {
  const p = tensor(a, 0);
  const target = tensor(a, 1);
  const dlosses = tensor(a, 2);
  const dlogits = tensor(a, 3);
  const C = int(a, 5);
  const pitch = offset(C);
  const smoothing = float(a, 6);
  const kept = f32x4.splat(1 - smoothing);
  const share = f32x4.splat(smoothing / <f32>C);
  for (let row = begin; row < end; row += 4) {
    const left = end - row;
    const row0 = <usize>row * pitch;
    const row1 = left > 1 ? row0 + pitch : row0;
    const row2 = left > 2 ? row1 + pitch : row1;
    const row3 = left > 3 ? row2 + pitch : row2;
    const p0 = p + row0;
    const p1 = p + row1;
    const p2 = p + row2;
    const p3 = p + row3;
    const t0 = target + row0;
    const t1 = target + row1;
    const t2 = target + row2;
    const t3 = target + row3;
    let sum = f32x4.splat(0);
    for (let n: usize = 0; n < pitch; n += 4) {
      const t = Lanes.gather(t0 + n, t1 + n, t2 + n, t3 + n);
      sum = f32x4.add(sum, f32x4.add(f32x4.mul(kept, t), share));
    }
    const last = end - 1;
    const scale = Lanes.gather(
      dlosses + offset(row),
      dlosses + offset(min(row + 1, last)),
      dlosses + offset(min(row + 2, last)),
      dlosses + offset(min(row + 3, last)),
    );
    for (let n: usize = 0; n < pitch; n += 4) {
      const t = Lanes.gather(t0 + n, t1 + n, t2 + n, t3 + n);
      const q = f32x4.add(f32x4.mul(kept, t), share);
      const expected = f32x4.mul(Lanes.gather(p0 + n, p1 + n, p2 + n, p3 + n), sum);
      const result = f32x4.mul(f32x4.sub(expected, q), scale);
      Lanes.scatter(result, dlogits + row0 + n, dlogits + row1 + n, dlogits + row2 + n, dlogits + row3 + n);
    }
  }
}

export function nll(a: usize, begin: i32, end: i32): void {
  const logp = tensor(a, 0);
  const target = tensor(a, 1);
  const losses = tensor(a, 2);
  const C = int(a, 4);
  const pitch = offset(C);
  const ignored = int(a, 5);
  for (let row = begin; row < end; row++) {
    const wanted = load<i32>(target + offset(row));
    let loss: f32 = NaN;
    if (<u32>wanted < <u32>C) loss = -load<f32>(logp + <usize>row * pitch + offset(wanted));
    store<f32>(losses + offset(row), wanted === ignored ? 0 : loss);
  }
}

export function nllGradient(a: usize, begin: i32, end: i32): void {
  const target = tensor(a, 0);
  const dlosses = tensor(a, 1);
  const dlogp = tensor(a, 2);
  const C = int(a, 4);
  const pitch = offset(C);
  const ignored = int(a, 5);
  memory.fill(dlogp + <usize>begin * pitch, 0, <usize>(end - begin) * pitch);
  for (let row = begin; row < end; row++) {
    const wanted = load<i32>(target + offset(row));
    if (wanted === ignored || <u32>wanted >= <u32>C) continue;
    store<f32>(dlogp + <usize>row * pitch + offset(wanted), -load<f32>(dlosses + offset(row)));
  }
}
