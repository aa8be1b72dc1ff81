const multiplierA: i32 = 0xd2511f53;
const multiplierB: i32 = 0xcd9e8d57;
const weylA: i32 = 0x9e3779b9;
const weylB: i32 = 0xbb67ae85;

/** Words that `philoxBlocks` writes. */
export const drawnWords: i32 = 32;

/**
 * Philox 4×32-10 (Salmon et al. 2011; the same words as engine/random/philox.ts) for the eight counters
 * (block … block + 7, c1, 0, 0): their 32 words, in order, to `to`. Each round waits for the one before it, so that twice
 * four counters side by side take hardly longer than four.
 */
export function philoxBlocks(to: usize, block: i32, counter1: i32, seed: i32, stream: i32): void {
  const factorA = i32x4.splat(multiplierA);
  const factorB = i32x4.splat(multiplierB);
  const stepA = i32x4.splat(weylA);
  const stepB = i32x4.splat(weylB);
  // Lane j of c0 … c3 holds the four words of block + j, and of d0 … d3 those of block + 4 + j.
  let c0 = i32x4.add(i32x4.splat(block), i32x4(0, 1, 2, 3));
  let c1 = i32x4.splat(counter1);
  let c2 = i32x4.splat(0);
  let c3 = c2;
  let d0 = i32x4.add(i32x4.splat(block), i32x4(4, 5, 6, 7));
  let d1 = c1;
  let d2 = c2;
  let d3 = c2;
  let k0 = i32x4.splat(seed);
  let k1 = i32x4.splat(stream);
  for (let round = 0; round < 10; round++) {
    // Unsigned 32 × 32-bit products of lanes 0, 1 and of lanes 2, 3.
    const a01 = i64x2.extmul_low_i32x4_u(factorA, c0);
    const a23 = i64x2.extmul_high_i32x4_u(factorA, c0);
    const b01 = i64x2.extmul_low_i32x4_u(factorB, c2);
    const b23 = i64x2.extmul_high_i32x4_u(factorB, c2);
    const e01 = i64x2.extmul_low_i32x4_u(factorA, d0);
    const e23 = i64x2.extmul_high_i32x4_u(factorA, d0);
    const f01 = i64x2.extmul_low_i32x4_u(factorB, d2);
    const f23 = i64x2.extmul_high_i32x4_u(factorB, d2);
    c0 = v128.xor(v128.xor(upperHalves(b01, b23), c1), k0);
    c1 = lowerHalves(b01, b23);
    c2 = v128.xor(v128.xor(upperHalves(a01, a23), c3), k1);
    c3 = lowerHalves(a01, a23);
    d0 = v128.xor(v128.xor(upperHalves(f01, f23), d1), k0);
    d1 = lowerHalves(f01, f23);
    d2 = v128.xor(v128.xor(upperHalves(e01, e23), d3), k1);
    d3 = lowerHalves(e01, e23);
    k0 = i32x4.add(k0, stepA);
    k1 = i32x4.add(k1, stepB);
  }
  storeBlocks(to, c0, c1, c2, c3);
  storeBlocks(to + 64, d0, d1, d2, d3);
}

/** Four lanes of four words, turned, so that the words of each block are neighbours. */
function storeBlocks(to: usize, c0: v128, c1: v128, c2: v128, c3: v128): void {
  const low01 = i32x4.shuffle(c0, c1, 0, 4, 1, 5);
  const low23 = i32x4.shuffle(c2, c3, 0, 4, 1, 5);
  const high01 = i32x4.shuffle(c0, c1, 2, 6, 3, 7);
  const high23 = i32x4.shuffle(c2, c3, 2, 6, 3, 7);
  v128.store(to, i32x4.shuffle(low01, low23, 0, 1, 4, 5));
  v128.store(to, i32x4.shuffle(low01, low23, 2, 3, 6, 7), 16);
  v128.store(to, i32x4.shuffle(high01, high23, 0, 1, 4, 5), 32);
  v128.store(to, i32x4.shuffle(high01, high23, 2, 3, 6, 7), 48);
}

export function lowerHalves(two: v128, nextTwo: v128): v128 {
  return i32x4.shuffle(two, nextTwo, 0, 2, 4, 6);
}

export function upperHalves(two: v128, nextTwo: v128): v128 {
  return i32x4.shuffle(two, nextTwo, 1, 3, 5, 7);
}
