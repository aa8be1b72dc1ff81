import { float, int, offset, tensor } from './call';
import { FourRows, gradientOfRow } from './cross-entropy';
import { Functions } from './functions';
import { Lanes } from './lanes';
import { Labels } from './means';
import { argmax, presentLanes } from './metrics';
import { scratch } from './scratch';
import { Sums } from './sums';

// A step of a small network is mostly the ways between its kernels: here the loss and its gradient are one. Every number is
// computed as cross-entropy.ts, means.ts and metrics.ts compute it. The losses rest in scratch until their mean is taken.

/** Bytes from the first number that rests of a row to its second: as many as the most rows there are take. */
const secondNumber: usize = 4 * 4096;

export function crossEntropyWithGradient(a: usize, begin: i32, end: i32): void {
  if (end <= begin) return;
  const logits = tensor(a, 0);
  const target = tensor(a, 1);
  const dlogits = tensor(a, 3);
  const hits = tensor(a, 5);
  const M = int(a, 6);
  const C = int(a, 7);
  const pitch = offset(C);
  const label = int(a, 8);
  const ignored = i32x4.splat(label);
  const smoothing = float(a, 9);
  const counted = Labels.counted(target, M, ignored);
  const dloss = load<f32>(tensor(a, 2)) / <f32>counted;
  const isPair = C === 2 && smoothing === 0;
  const first = isPair ? M & ~3 : 0;
  let right = first > 0 ? pairs(logits, target, dlogits, first, ignored, dloss) : 0;
  for (let row = first; row < M; row += 4) {
    const left = M - row;
    const at = <usize>row * pitch;
    const z = logits + at;
    const wanted = Lanes.load(target + offset(row), left);
    if (hits) {
      const row1 = left > 1 ? z + pitch : z;
      const row2 = left > 2 ? row1 + pitch : row1;
      const row3 = left > 3 ? row2 + pitch : row2;
      const isRight = v128.andnot(
        i32x4.eq(argmax(z, row1, row2, row3, C), wanted),
        i32x4.eq(wanted, ignored),
      );
      right += popcnt(i32x4.bitmask(isRight) & presentLanes(left));
    }
    const d = dlogits + at;
    const loss = FourRows.loss(z, d, pitch, left, wanted, ignored, smoothing, C);
    Lanes.store(scratch + offset(row), loss, left);
    for (let one = 0; one < min(left, 4); one++) {
      const to = d + <usize>one * pitch;
      gradientOfRow(to, to, load<i32>(target + offset(row + one)), label, dloss, smoothing, C);
    }
  }
  const total = Sums.inBlocks(0, scratch, 0, M, ignored);
  store<f32>(tensor(a, 4), counted > 0 ? total / <f32>counted : 0);
  if (hits) {
    store<f32>(hits, <f32>right);
    store<f32>(hits, <f32>counted, 4);
  }
}

/** Rows of two classes, a multiple of four, without smoothing: losses to scratch, gradients, and how many answers are right. */
function pairs(logits: usize, target: usize, dlogits: usize, rows: i32, ignored: v128, dloss: f32): i32 {
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  const second = i32x4.splat(1);
  const nan = f32x4.splat(NaN);
  const scale = f32x4.splat(dloss);
  const last = target + offset(rows);
  // In two rounds, since each of powers and logarithms waits long for itself; what the second needs rests in scratch.
  let right = zero;
  let rest = scratch;
  for (let label = target; label < last; label += 16) {
    // Four rows are two whole vectors, and need not be collected number by number.
    const front = v128.load(logits);
    const back = v128.load(logits, 16);
    const z0 = i32x4.shuffle(front, back, 0, 2, 4, 6);
    const z1 = i32x4.shuffle(front, back, 1, 3, 5, 7);
    const wanted = v128.load(label);
    const hidden = i32x4.eq(wanted, ignored);
    const isFirst = i32x4.eq(wanted, zero);
    const isSecond = i32x4.eq(wanted, second);
    const greatest = f32x4.pmax(z0, z1);
    const e = Functions.exp(f32x4.sub(f32x4.pmin(z1, z0), greatest));
    // The greater one's power is e^0 = 1, and NaN where it is infinite.
    const power = f32x4.add(one, f32x4.sub(greatest, greatest));
    const sum = f32x4.add(power, e);
    const greater = f32x4.div(power, sum);
    const smaller = f32x4.div(e, sum);
    const answer = f32x4.lt(z0, z1);
    const p0 = v128.bitselect(smaller, greater, answer);
    const p1 = v128.bitselect(greater, smaller, answer);
    const d0 = v128.andnot(f32x4.mul(f32x4.sub(p0, v128.and(one, isFirst)), scale), hidden);
    const d1 = v128.andnot(f32x4.mul(f32x4.sub(p1, v128.and(one, isSecond)), scale), hidden);
    v128.store(dlogits, i32x4.shuffle(d0, d1, 0, 4, 1, 5));
    v128.store(dlogits, i32x4.shuffle(d0, d1, 2, 6, 3, 7), 16);
    const isRight = i32x4.eq(wanted, v128.and(answer, second));
    right = i32x4.sub(right, v128.andnot(isRight, hidden));
    const atTarget = v128.bitselect(z1, v128.bitselect(z0, nan, isFirst), isSecond);
    v128.store(rest, sum);
    v128.store(rest, f32x4.sub(atTarget, greatest), secondNumber);
    logits += 32;
    dlogits += 32;
    rest += 16;
  }
  rest = scratch;
  for (let label = target; label < last; label += 16) {
    const loss = f32x4.sub(Functions.log(v128.load(rest)), v128.load(rest, secondNumber));
    v128.store(rest, v128.andnot(loss, i32x4.eq(v128.load(label), ignored)));
    rest += 16;
  }
  return (
    i32x4.extract_lane(right, 0) +
    i32x4.extract_lane(right, 1) +
    i32x4.extract_lane(right, 2) +
    i32x4.extract_lane(right, 3)
  );
}
