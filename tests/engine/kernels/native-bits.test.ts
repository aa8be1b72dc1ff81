import { describe, expect, it } from 'vitest';
import type { KernelName } from '../../../engine/kernels/contract.ts';
import { figure } from '../../../engine/kernels/telemetry.ts';
import { type Arena, arenas, compute, native, placeOf, whyNoNative } from './arena.ts';
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

const isThere = native !== undefined;

describe.skipIf(!isThere)(`native kernels that draw and count (${isThere ? '' : whyNoNative})`, () => {
  it.each(kernels)('give the bits of the portable face: %s', (kernel) => {
    for (const given of sizes.flatMap((n) => cases[kernel](n))) {
      const wanted = compute(arenas.portable, given);
      const found = compute(native as Arena, given);
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
