import { expect, it } from 'vitest';
import { philox } from '../../../engine/random/philox.ts';
import { arenas, type Case, compute, floatsOf } from './arena.ts';

const count = 4096;

function dropped(rate: number, step: number, seed: number, stream: number): Float32Array {
  const given: Case = {
    kernel: 'dropout',
    tensors: {
      x: new Float32Array(count).fill(1),
      y: new Float32Array(count),
      step: Int32Array.of(step),
    },
    numbers: { count, rate, seed, stream },
    split: count,
  };
  return floatsOf(given, compute(arenas.portable, given), 'y');
}

/** Word i & 3 of block i >> 2, for every element. */
function drawn(step: number, seed: number, stream: number): Uint32Array {
  const words = new Uint32Array(count);
  for (let i = 0; i < count; i += 4) {
    philox(words.subarray(i, i + 4), i >> 2, step, 0, 0, seed, stream);
  }
  return words;
}

it('keeps exactly the elements whose word of Philox reaches the rate', () => {
  for (const [rate, step, seed, stream] of [
    [0.5, 0, 1, 16],
    [0.1, 7, 0xffffffff, 17],
    [0.9, 2 ** 31 - 1, -12345, 0x7fffffff],
    [2 ** -12, 1, 2, 3],
    [1 - 2 ** -12, 1, 2, 3],
  ]) {
    const words = drawn(step, seed, stream);
    const exactRate = Math.fround(rate);
    const kept = Math.fround(1 / Math.fround(1 - exactRate));
    const wanted = Float32Array.from(words, (word) => (word >= exactRate * 2 ** 32 ? kept : 0));
    expect(dropped(rate, step, seed, stream), `rate ${rate}`).toEqual(wanted);
  }
});

it('draws anew for another step, seed or stream', () => {
  const masks = [dropped(0.5, 1, 1, 1), dropped(0.5, 2, 1, 1), dropped(0.5, 1, 2, 1), dropped(0.5, 1, 1, 2)];
  expect(new Set(masks.map(String)).size).toBe(4);
});
