import { float, int, offset, tensor } from './call';
import { Lanes } from './lanes';

const multiplierA: i32 = 0xd2511f53;
const multiplierB: i32 = 0xcd9e8d57;
const weylA: i32 = 0x9e3779b9;
const weylB: i32 = 0xbb67ae85;

/**
 * Draws with Philox 4×32-10 (Salmon et al. 2011; the same words as engine/random/philox.ts) for four counters at once:
 * lane j of c0 … c3 holds the four words of block 4·group + j, which serve 16 neighbouring elements.
 */
export function dropout(a: usize, begin: i32, end: i32): void {
  const x = tensor(a, 0);
  const y = tensor(a, 1);
  const step = i32x4.splat(load<i32>(tensor(a, 2)));
  const rate = float(a, 4);
  const seed = int(a, 5);
  const stream = int(a, 6);
  // A whole number is ≥ rate · 2³² exactly when it is ≥ the next whole number from there.
  const threshold = i32x4.splat(<i32>(<u32>ceil(<f64>rate * 4294967296)));
  const keptShare = f32x4.splat(<f32>1 - rate);
  const factorA = i32x4.splat(multiplierA);
  const factorB = i32x4.splat(multiplierB);

  for (let group = begin >> 4; group << 4 < end; group++) {
    let c0 = i32x4.add(i32x4.splat(group << 2), i32x4(0, 1, 2, 3));
    let c1 = step;
    let c2 = i32x4.splat(0);
    let c3 = i32x4.splat(0);
    let k0 = seed;
    let k1 = stream;
    for (let round = 0; round < 10; round++) {
      // Unsigned 32 × 32-bit products of lanes 0, 1 and of lanes 2, 3.
      const a01 = i64x2.extmul_low_i32x4_u(factorA, c0);
      const a23 = i64x2.extmul_high_i32x4_u(factorA, c0);
      const b01 = i64x2.extmul_low_i32x4_u(factorB, c2);
      const b23 = i64x2.extmul_high_i32x4_u(factorB, c2);
      c0 = v128.xor(v128.xor(upperHalves(b01, b23), c1), i32x4.splat(k0));
      c1 = lowerHalves(b01, b23);
      c2 = v128.xor(v128.xor(upperHalves(a01, a23), c3), i32x4.splat(k1));
      c3 = lowerHalves(a01, a23);
      k0 += weylA;
      k1 += weylB;
    }
    c0 = i32x4.ge_u(c0, threshold);
    c1 = i32x4.ge_u(c1, threshold);
    c2 = i32x4.ge_u(c2, threshold);
    c3 = i32x4.ge_u(c3, threshold);
    // Turned, so that the lanes of each vector are neighbouring elements.
    const low01 = i32x4.shuffle(c0, c1, 0, 4, 1, 5);
    const low23 = i32x4.shuffle(c2, c3, 0, 4, 1, 5);
    const high01 = i32x4.shuffle(c0, c1, 2, 6, 3, 7);
    const high23 = i32x4.shuffle(c2, c3, 2, 6, 3, 7);
    const i = group << 4;
    keepFour(x, y, i, i32x4.shuffle(low01, low23, 0, 1, 4, 5), keptShare, begin, end);
    keepFour(x, y, i + 4, i32x4.shuffle(low01, low23, 2, 3, 6, 7), keptShare, begin, end);
    keepFour(x, y, i + 8, i32x4.shuffle(high01, high23, 0, 1, 4, 5), keptShare, begin, end);
    keepFour(x, y, i + 12, i32x4.shuffle(high01, high23, 2, 3, 6, 7), keptShare, begin, end);
  }
}

function lowerHalves(two: v128, nextTwo: v128): v128 {
  return i32x4.shuffle(two, nextTwo, 0, 2, 4, 6);
}

function upperHalves(two: v128, nextTwo: v128): v128 {
  return i32x4.shuffle(two, nextTwo, 1, 3, 5, 7);
}

/** y = keep ? x / keptShare : 0 for those of the elements i … i + 3 that lie in [begin, end). */
function keepFour(x: usize, y: usize, i: i32, keep: v128, keptShare: v128, begin: i32, end: i32): void {
  const first = max(i, begin);
  const n = min(i + 4, end) - first;
  if (n <= 0) return;
  if (first > i) {
    const bytes = i8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    keep = i8x16.swizzle(keep, i8x16.add(bytes, i8x16.splat(<i8>((first - i) << 2))));
  }
  const at = offset(first);
  Lanes.store(y + at, v128.and(keep, f32x4.div(Lanes.load(x + at, n), keptShare)), n);
}
