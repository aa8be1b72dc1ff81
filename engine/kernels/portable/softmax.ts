import { int, offset, tensor } from './call';
import { Functions } from './functions';
import { Lanes } from './lanes';

// Four rows at a time, one per lane, so that each row sums its numbers in order. Where fewer than four rows are left,
// the spare lanes repeat the last row: they read and write the very same numbers.

export function softmax(a: usize, begin: i32, end: i32): void {
  const x = tensor(a, 0);
  const y = tensor(a, 1);
  const width = offset(int(a, 3));
  for (let row = begin; row < end; row += 4) {
    const o0 = <usize>row * width;
    const o1 = <usize>min(row + 1, end - 1) * width;
    const o2 = <usize>min(row + 2, end - 1) * width;
    const o3 = <usize>min(row + 3, end - 1) * width;
    let greatest = f32x4.splat(-Infinity);
    for (let n: usize = 0; n < width; n += 4) {
      greatest = f32x4.pmax(greatest, Lanes.gather(x + o0 + n, x + o1 + n, x + o2 + n, x + o3 + n));
    }
    let sum = f32x4.splat(0);
    for (let n: usize = 0; n < width; n += 4) {
      const z = Lanes.gather(x + o0 + n, x + o1 + n, x + o2 + n, x + o3 + n);
      const e = Functions.exp(f32x4.sub(z, greatest));
      sum = f32x4.add(sum, e);
      Lanes.scatter(e, y + o0 + n, y + o1 + n, y + o2 + n, y + o3 + n);
    }
    for (let n: usize = 0; n < width; n += 4) {
      const e = Lanes.gather(y + o0 + n, y + o1 + n, y + o2 + n, y + o3 + n);
      Lanes.scatter(f32x4.div(e, sum), y + o0 + n, y + o1 + n, y + o2 + n, y + o3 + n);
    }
  }
}

export function softmaxGradient(a: usize, begin: i32, end: i32): void {
  const y = tensor(a, 0);
  const dy = tensor(a, 1);
  const dx = tensor(a, 2);
  const width = offset(int(a, 4));
  for (let row = begin; row < end; row += 4) {
    const o0 = <usize>row * width;
    const o1 = <usize>min(row + 1, end - 1) * width;
    const o2 = <usize>min(row + 2, end - 1) * width;
    const o3 = <usize>min(row + 3, end - 1) * width;
    let sum = f32x4.splat(0);
    for (let n: usize = 0; n < width; n += 4) {
      const d = Lanes.gather(dy + o0 + n, dy + o1 + n, dy + o2 + n, dy + o3 + n);
      const p = Lanes.gather(y + o0 + n, y + o1 + n, y + o2 + n, y + o3 + n);
      sum = f32x4.add(sum, f32x4.mul(d, p));
    }
    for (let n: usize = 0; n < width; n += 4) {
      const d = Lanes.gather(dy + o0 + n, dy + o1 + n, dy + o2 + n, dy + o3 + n);
      const p = Lanes.gather(y + o0 + n, y + o1 + n, y + o2 + n, y + o3 + n);
      const result = f32x4.mul(p, f32x4.sub(d, sum));
      Lanes.scatter(result, dx + o0 + n, dx + o1 + n, dx + o2 + n, dx + o3 + n);
    }
  }
}

/**
 * Softmax and −log of the target's share in one go. A target outside 0 … C − 1 gives a loss of NaN.
 */
export function softmaxCrossEntropy(a: usize, begin: i32, end: i32): void {
  const logits = tensor(a, 0);
  const target = tensor(a, 1);
  const losses = tensor(a, 2);
  const p = tensor(a, 3);
  const C = int(a, 5);
  const width = offset(C);
  for (let row = begin; row < end; row += 4) {
    const r1 = min(row + 1, end - 1);
    const r2 = min(row + 2, end - 1);
    const r3 = min(row + 3, end - 1);
    const o0 = <usize>row * width;
    const o1 = <usize>r1 * width;
    const o2 = <usize>r2 * width;
    const o3 = <usize>r3 * width;
    const wanted = Lanes.gather(
      target + offset(row),
      target + offset(r1),
      target + offset(r2),
      target + offset(r3),
    );
    let greatest = f32x4.splat(-Infinity);
    let atTarget = f32x4.splat(NaN);
    for (let c = 0; c < C; c++) {
      const n = offset(c);
      const z = Lanes.gather(logits + o0 + n, logits + o1 + n, logits + o2 + n, logits + o3 + n);
      greatest = f32x4.pmax(greatest, z);
      atTarget = v128.bitselect(z, atTarget, i32x4.eq(wanted, i32x4.splat(c)));
    }
    let sum = f32x4.splat(0);
    for (let n: usize = 0; n < width; n += 4) {
      const z = Lanes.gather(logits + o0 + n, logits + o1 + n, logits + o2 + n, logits + o3 + n);
      const e = Functions.exp(f32x4.sub(z, greatest));
      sum = f32x4.add(sum, e);
      Lanes.scatter(e, p + o0 + n, p + o1 + n, p + o2 + n, p + o3 + n);
    }
    for (let n: usize = 0; n < width; n += 4) {
      const e = Lanes.gather(p + o0 + n, p + o1 + n, p + o2 + n, p + o3 + n);
      Lanes.scatter(f32x4.div(e, sum), p + o0 + n, p + o1 + n, p + o2 + n, p + o3 + n);
    }
    const loss = f32x4.sub(Functions.log(sum), f32x4.sub(atTarget, greatest));
    Lanes.scatter(loss, losses + offset(row), losses + offset(r1), losses + offset(r2), losses + offset(r3));
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
