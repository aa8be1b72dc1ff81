import { int, offset, tensor } from './call';
import { Functions } from './functions';
import { Lanes } from './lanes';

// Four rows at a time, one per lane, so that each row sums its numbers in order. Where fewer than four rows are left,
// the spare lanes repeat the last row: they read and write the very same numbers.

export function softmax(a: usize, begin: i32, end: i32): void {
  const x = tensor(a, 0);
  const y = tensor(a, 1);
  const pitch = offset(int(a, 3));
  for (let row = begin; row < end; row += 4) {
    const row0 = <usize>row * pitch;
    const row1 = row + 1 < end ? row0 + pitch : row0;
    const row2 = row + 2 < end ? row1 + pitch : row1;
    const row3 = row + 3 < end ? row2 + pitch : row2;
    const x0 = x + row0;
    const x1 = x + row1;
    const x2 = x + row2;
    const x3 = x + row3;
    let greatest = f32x4.splat(-Infinity);
    for (let n: usize = 0; n < pitch; n += 4) {
      greatest = f32x4.pmax(greatest, Lanes.gather(x0 + n, x1 + n, x2 + n, x3 + n));
    }
    normalise(greatest, pitch, x0, x1, x2, x3, y + row0, y + row1, y + row2, y + row3);
  }
}

/** y = e^(x − greatest), divided by its sum, which is handed back; `pitch` bytes of four rows. */
function normalise(
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

export function softmaxGradient(a: usize, begin: i32, end: i32): void {
  const y = tensor(a, 0);
  const dy = tensor(a, 1);
  const dx = tensor(a, 2);
  const pitch = offset(int(a, 4));
  for (let row = begin; row < end; row += 4) {
    const row0 = <usize>row * pitch;
    const row1 = row + 1 < end ? row0 + pitch : row0;
    const row2 = row + 2 < end ? row1 + pitch : row1;
    const row3 = row + 3 < end ? row2 + pitch : row2;
    const y0 = y + row0;
    const y1 = y + row1;
    const y2 = y + row2;
    const y3 = y + row3;
    const dy0 = dy + row0;
    const dy1 = dy + row1;
    const dy2 = dy + row2;
    const dy3 = dy + row3;
    let sum = f32x4.splat(0);
    for (let n: usize = 0; n < pitch; n += 4) {
      const d = Lanes.gather(dy0 + n, dy1 + n, dy2 + n, dy3 + n);
      sum = f32x4.add(sum, f32x4.mul(d, Lanes.gather(y0 + n, y1 + n, y2 + n, y3 + n)));
    }
    for (let n: usize = 0; n < pitch; n += 4) {
      const d = Lanes.gather(dy0 + n, dy1 + n, dy2 + n, dy3 + n);
      const p = Lanes.gather(y0 + n, y1 + n, y2 + n, y3 + n);
      const result = f32x4.mul(p, f32x4.sub(d, sum));
      Lanes.scatter(result, dx + row0 + n, dx + row1 + n, dx + row2 + n, dx + row3 + n);
    }
  }
}

/** Softmax and −log of the target's share in one go. A target outside 0 … C − 1 gives a loss of NaN. */
export function softmaxCrossEntropy(a: usize, begin: i32, end: i32): void {
  const logits = tensor(a, 0);
  const target = tensor(a, 1);
  const losses = tensor(a, 2);
  const p = tensor(a, 3);
  const C = int(a, 5);
  const pitch = offset(C);
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
    const wanted = Lanes.load(target + offset(row), left);
    let greatest = f32x4.splat(-Infinity);
    let atTarget = f32x4.splat(NaN);
    for (let c = 0; c < C; c++) {
      const n = offset(c);
      const z = Lanes.gather(z0 + n, z1 + n, z2 + n, z3 + n);
      greatest = f32x4.pmax(greatest, z);
      atTarget = v128.bitselect(z, atTarget, i32x4.eq(wanted, i32x4.splat(c)));
    }
    const sum = normalise(greatest, pitch, z0, z1, z2, z3, p + row0, p + row1, p + row2, p + row3);
    const loss = f32x4.sub(Functions.log(sum), f32x4.sub(atTarget, greatest));
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
  for (let row = begin; row < end; row++) {
    const from = p + <usize>row * pitch;
    const to = dlogits + <usize>row * pitch;
    const wanted = load<i32>(target + offset(row));
    const isClass = <u32>wanted < <u32>C;
    const atTarget = isClass ? load<f32>(from + offset(wanted)) : 0;
    const dloss = load<f32>(dlosses + offset(row));
    const scale = f32x4.splat(dloss);
    let c = 0;
    for (; c + 4 <= C; c += 4) v128.store(to + offset(c), f32x4.mul(v128.load(from + offset(c)), scale));
    for (; c < C; c++) store<f32>(to + offset(c), load<f32>(from + offset(c)) * dloss);
    if (isClass) store<f32>(to + offset(wanted), (atTarget - 1) * dloss);
  }
}
