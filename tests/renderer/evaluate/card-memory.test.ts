import { describe, expect, it } from 'vitest';
import { CardMemory } from '../../../renderer/evaluate/card-memory.ts';

/** Samples of two numbers and one target, all of them the number of the sample. */
const page = (...numbers: number[]) => ({
  rows: Int32Array.from(numbers),
  x: Float32Array.from(numbers.flatMap((number) => [number, number])),
  y: Float32Array.from(numbers),
});
const span = (from: number, count: number): number[] => Array.from({ length: count }, (_, i) => from + i);

describe('samples that are looked at', () => {
  it('are asked for once, and shown in the order in which they are wanted', () => {
    const memory = new CardMemory();
    memory.add(page(4, 2), [4, 2]);
    expect(memory.missing([2, 3, 4])).toEqual([3]);
    memory.add(page(3), [2, 3, 4]);
    expect(memory.missing([2, 3, 4])).toEqual([]);
    const cards = memory.shown([2, 3, 4]);
    expect(cards.map(({ number }) => number)).toEqual([2, 3, 4]);
    expect(cards.map(({ x, y }) => [...x, ...y])).toEqual([
      [2, 2, 2],
      [3, 3, 3],
      [4, 4, 4],
    ]);
  });

  it('stay while they are wanted, however many have been looked at', () => {
    const memory = new CardMemory();
    memory.add(page(...span(0, 600)), []);
    const wanted = [5, 10_000, 7];
    memory.add(page(10_000), wanted);
    expect(memory.shown(wanted).map(({ number }) => number)).toEqual(wanted);
    expect(memory.missing([6])).toEqual([6]);
  });
});
