import { describe, expect, it } from 'vitest';
import type { KernelName } from '../../../engine/kernels/contract.ts';
import { figure } from '../../../engine/kernels/telemetry.ts';
import { arenas, compute, natives, placeOf } from './arena.ts';
import { cases, sizes } from './cases.ts';

/** Kernels whose results whole numbers decide: draws, places, counts. */
const kernels = [
  'dropout',
  'dropoutChannels',
  'shuffle',
  'histogram',
  'countNonFinite',
  'countArgmaxHits',
  'countBinaryHits',
] as const satisfies readonly KernelName[];

/** Figures of a histogram that are sums of real numbers. */
const sums = [figure.mean, figure.variance, figure.norm];

describe.each(natives)('native kernels for $instructions that draw and count', ({ arena }) => {
  it.each(kernels)('give the bits of the portable face: %s', (kernel) => {
    for (const given of sizes.flatMap((n) => cases[kernel](n))) {
      const wanted = compute(arenas.portable, given);
      const found = compute(arena, given);
      if (kernel === 'histogram') {
        for (const word of sums) found[placeOf(given, 'y') + word] = wanted[placeOf(given, 'y') + word];
      }
      expect(
        found.findIndex((word, at) => word !== wanted[at]),
        JSON.stringify(given.numbers),
      ).toBe(-1);
    }
  });
});
