import { describe, expect, it } from 'vitest';
import { binLowerBound, firstExponent, sideBins } from '../../../engine/kernels/telemetry.ts';
import {
  type BinLayout,
  densities,
  exponentWindow,
  linearLayout,
  logLayout,
} from '../../../renderer/charts/histogram-axis.ts';
import { ridgeAt, tickLabel } from '../../../renderer/charts/ridgeline.ts';
import { readHistogram } from '../../../renderer/engine/histogram.ts';
import { histogramOf } from '../engine/frames.ts';

/** The bin of one side that holds |x|. */
const binOf = (x: number): number => {
  let bin = 0;
  while (bin + 1 < sideBins && binLowerBound(bin + 1) <= x) bin++;
  return bin;
};

function histogram(values: readonly number[], zeros = 0) {
  const counts = new Map<number, number>();
  for (const value of values) {
    const at = (value < 0 ? 0 : sideBins) + binOf(Math.abs(value));
    counts.set(at, (counts.get(at) ?? 0) + 1);
  }
  return readHistogram(histogramOf({ sampled: values.length + zeros, zeros }, counts), 0);
}

const sum = (values: Float64Array): number => values.reduce((all, value) => all + value, 0);
const middleOf = (layout: BinLayout, bin: number): number => (layout.edges[bin] + layout.edges[bin + 1]) / 2;
const peakOf = (layout: BinLayout, values: readonly number[]): number => {
  const shares = layout.shares(histogram(values));
  return middleOf(layout, shares.indexOf(Math.max(...shares)));
};

describe('the window of an axis', () => {
  it('holds what was seen, in whole even exponents, and is at least four octaves wide', () => {
    const window = exponentWindow([histogram([0.3, -5])], undefined);
    expect(window).toEqual({ low: -2, high: 4 });
    expect(exponentWindow([histogram([1.1])], undefined)).toEqual({ low: -2, high: 2 });
  });

  it('only ever grows, and stays the same object while it is wide enough', () => {
    const first = exponentWindow([histogram([0.001, 1])], undefined);
    expect(exponentWindow([histogram([0.1])], first)).toBe(first);
    const wider = exponentWindow([histogram([1e-6, 100])], first);
    expect(wider?.low).toBeLessThan(first?.low ?? 0);
    expect(wider?.high).toBeGreaterThan(first?.high ?? 0);
  });

  it('does not reach out for a few values near zero', () => {
    const values = [...Array.from({ length: 999 }, () => 1), 1e-9];
    expect(exponentWindow([histogram(values)], undefined)?.low).toBeGreaterThan(-10);
  });

  it('is undefined while there was nothing but zeros', () => {
    expect(exponentWindow([histogram([], 50)], undefined)).toBeUndefined();
  });
});

describe('a symmetric logarithmic layout', () => {
  const layout = logLayout({ low: -8, high: 4 });

  it('has rising edges from 0 to 1, mirrored around the bin of zero', () => {
    const { edges } = layout;
    expect([edges[0], edges.at(-1)]).toEqual([0, 1]);
    for (let i = 1; i < edges.length; i++) expect(edges[i]).toBeGreaterThan(edges[i - 1]);
    for (let i = 0; i < edges.length; i++) expect(edges[i] + edges[edges.length - 1 - i]).toBeCloseTo(1, 12);
    expect(layout.zero.from + layout.zero.to).toBeCloseTo(1, 12);
  });

  it('puts each value on its side, larger ones further out', () => {
    expect(peakOf(layout, [1])).toBeGreaterThan(0.5);
    expect(peakOf(layout, [-1])).toBeCloseTo(1 - peakOf(layout, [1]), 12);
    expect(peakOf(layout, [8])).toBeGreaterThan(peakOf(layout, [0.1]));
    expect(peakOf(layout, [1e-9])).toBeCloseTo(peakOf(layout, [2 ** -8]), 12);
  });

  it('counts every value that is not zero once', () => {
    const values = [-20, -1, -1e-9, 0.02, 0.5, 3, 1e5];
    expect(sum(layout.shares(histogram(values, 3)))).toBeCloseTo(values.length / (values.length + 3), 12);
  });

  it('draws values that are evenly spread over exponents as a level line', () => {
    // 60 values per octave: bins hold log₂(1.5) and log₂(2/1.5) of them, their densities are alike.
    const values = Array.from({ length: 720 }, (_, i) => 2 ** (-8 + (i + 0.5) / 60));
    const positive = densities(layout, histogram(values)).slice(-24);
    for (const density of positive) expect(Math.abs(density / positive[0] - 1)).toBeLessThan(0.1);
  });

  it('marks zero and powers of ten at their places', () => {
    const marks = layout.ticks.map(({ value }) => value);
    expect(marks).toContain(0);
    expect(marks).toEqual(marks.toSorted((a, b) => a - b));
    const one = layout.ticks.findIndex(({ value }) => value === 1);
    const edge = layout.edges.find((at) => Math.abs(at - layout.ticks[one].at) < 1e-9);
    expect(edge).toBeDefined();
  });
});

describe('a linear layout', () => {
  const layout = linearLayout({ low: -8, high: 2 }); // −4 … 4

  it('counts every value that is not zero once, those beyond the ends at the ends', () => {
    const values = [-100, -3.9, -0.001, 0.001, 2, 100];
    const shares = layout.shares(histogram(values, 4));
    expect(sum(shares)).toBeCloseTo(0.6, 9);
    expect(shares[0]).toBeGreaterThan(0);
    expect(shares.at(-1)).toBeGreaterThan(0);
  });

  it('puts values where they stand', () => {
    expect(peakOf(layout, [0.001])).toBeCloseTo(0.5, 1);
    expect(peakOf(layout, [2.2])).toBeCloseTo((2.2 + 4) / 8, 0);
    expect(peakOf(layout, [-2.2])).toBeLessThan(0.4);
  });
});

describe('labels of ticks', () => {
  it('are powers of ten on a logarithmic axis and plain numbers on a linear one', () => {
    expect([1e-3, -1e-12, 1, -10, 0, 1e5].map((value) => tickLabel(value, 'log'))).toEqual([
      '10⁻³',
      '−10⁻¹²',
      '1',
      '−10',
      '0',
      '10⁵',
    ]);
    expect([0.25, -4, 0].map((value) => tickLabel(value, 'linear'))).toEqual(['0.25', '−4', '0']);
  });

  it('stay readable over the whole range that the kernel can count', () => {
    const widest = logLayout({ low: firstExponent, high: 16 });
    expect(widest.ticks.length).toBeLessThan(20);
  });
});

describe('a place in a ridgeline', () => {
  it('is a bin whose bounds hold the values that are counted in it, on either axis', () => {
    for (const layout of [logLayout({ low: -8, high: 4 }), linearLayout({ low: -8, high: 4 })]) {
      for (const value of [-3, -0.02, 0.3, 0.7, 5]) {
        const shares = layout.shares(histogram([value]));
        const holding = [...shares.keys()].filter((bin) => {
          const [from, to] = layout.bounds(bin);
          return from <= value && value <= to;
        });
        expect(holding.reduce((all, bin) => all + shares[bin], 0)).toBeGreaterThan(0);
      }
      expect(layout.bounds(0)[0]).toBe(-16);
      expect(layout.bounds(layout.edges.length - 2)[1]).toBeCloseTo(16, 9);
    }
  });

  it('belongs to the ridge whose ground is next below it', () => {
    const layout = logLayout({ low: -8, high: 4 });
    const ridges = [0, 50, 100].map((step) => ({ step, histogram: histogram([1]) }));
    const size = { width: 250, height: 240 };
    const at = (x: number, y: number) => ridgeAt(size, { ridges, span: 100, layout }, x, y);
    expect([5, 120, 239].map((y) => at(50, y)?.row)).toEqual([0, 1, 2]);
    expect(at(2, 120)).toBeUndefined();
    expect([7, 205].map((x) => at(x, 120)?.bin)).toEqual([0, layout.edges.length - 2]);
  });
});
