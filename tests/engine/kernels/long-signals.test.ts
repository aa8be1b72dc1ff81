import { describe, expect, it } from 'vitest';
import { arenas, type Case, compute, floatsOf, natives } from './arena.ts';

/** Too long for the product of both lengths to fit into 32 bits. */
const [from, to] = [40_000, 65_536];
const ramp = Float32Array.from({ length: from }, (_, i) => i);
const numbers = { planes: 1, H: 1, W: from, OH: 1, OW: to };
const faces = [{ instructions: 'portable', arena: arenas.portable }, ...natives];

describe.each(faces)('the $instructions kernels, on a long signal', ({ arena }) => {
  it.each([0, 1])('find between which numbers a new one lies, corners %i', (corners) => {
    const given: Case = {
      kernel: 'resizeLinear',
      tensors: { x: ramp, y: new Float32Array(to) },
      numbers: { ...numbers, corners },
      split: 1,
    };
    const y = floatsOf(given, compute(arena, given), 'y');
    const placeOf = (o: number): number =>
      corners ? (o * (from - 1)) / (to - 1) : Math.min(Math.max(((o + 0.5) * from) / to - 0.5, 0), from - 1);
    const furthest = y.reduce((most, value, o) => Math.max(most, Math.abs(value - placeOf(o))), 0);
    expect(furthest).toBeLessThan(0.01);
  });

  it.each([0, 1])('send every gradient back, corners %i', (corners) => {
    const given: Case = {
      kernel: 'resizeLinearGradient',
      tensors: { dy: new Float32Array(to).fill(1), dx: new Float32Array(from) },
      numbers: { ...numbers, corners },
      split: 1,
    };
    const dx = floatsOf(given, compute(arena, given), 'dx');
    const sum = dx.reduce((total, value) => total + value, 0);
    expect(Math.abs(sum / to - 1)).toBeLessThan(1e-5);
    expect(dx.every((value) => value > 0 && value < 3)).toBe(true);
  });
});
