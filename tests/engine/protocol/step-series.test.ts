import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { noFigures, StepSeries } from '../../../engine/protocol/step-series.ts';

const of = (loss: number, accuracy = Number.NaN) => ({ ...noFigures, loss, accuracy });

describe('a step series', () => {
  it('keeps every step as it is while there is room', () => {
    const series = new StepSeries(8);
    for (let step = 1; step <= 8; step++) series.add(step, of(step / 10, 0.5));
    expect(series.width).toBe(1);
    expect(series.buckets.map(({ step, loss }) => [step, loss.mean])).toEqual(
      Array.from({ length: 8 }, (_, i) => [i + 1, (i + 1) / 10]),
    );
  });

  it('doubles its width and merges neighbours when it is full', () => {
    const series = new StepSeries(4);
    for (let step = 1; step <= 5; step++) series.add(step, of(step, step));
    expect(series.width).toBe(2);
    expect(series.buckets.map(({ step, loss: { mean, low, high } }) => [step, mean, low, high])).toEqual([
      [1.5, 1.5, 1, 2],
      [3.5, 3.5, 3, 4],
      [5, 5, 5, 5],
    ]);
  });

  it('loses no step, no extreme and no mean, however long the run and however the steps were thinned', () => {
    const stride = fc.integer({ min: 1, max: 50 });
    const loss = fc.float({ min: 0, max: 100, noNaN: true });
    fc.assert(
      fc.property(fc.array(fc.tuple(stride, loss), { minLength: 1, maxLength: 400 }), (steps) => {
        const series = new StepSeries(16);
        let at = 0;
        for (const [skip, value] of steps) series.add((at += skip), of(value));
        const { buckets } = series;
        expect(buckets.length).toBeLessThanOrEqual(16);
        expect(buckets.reduce((sum, { count }) => sum + count, 0)).toBe(steps.length);
        expect(Math.max(...buckets.map(({ loss }) => loss.high))).toBe(Math.max(...steps.map(([, l]) => l)));
        expect(Math.min(...buckets.map(({ loss }) => loss.low))).toBe(Math.min(...steps.map(([, l]) => l)));
        const total = buckets.reduce((sum, bucket) => sum + bucket.loss.mean * bucket.count, 0);
        expect(total).toBeCloseTo(
          steps.reduce((sum, [, l]) => sum + l, 0),
          3,
        );
        for (let i = 1; i < buckets.length; i++) expect(buckets[i].step).toBeGreaterThan(buckets[i - 1].step);
        expect(series.lastStep).toBe(at);
      }),
    );
  });

  it('leaves losses that are not finite out of the means, and says when a bucket has none', () => {
    const series = new StepSeries(2);
    series.add(1, of(Number.NaN, 0.5));
    series.add(2, of(4));
    series.add(3, of(Infinity, 1));
    const [first, second] = series.buckets;
    expect(first).toMatchObject({ loss: { mean: 4, low: 4, high: 4, count: 1 }, accuracy: { mean: 0.5 } });
    expect(second.loss).toMatchObject({ mean: Number.NaN, count: 0 });
    expect(second.accuracy.mean).toBe(1);
  });

  it('is the same after it was packed, and goes on from there', () => {
    const whole = new StepSeries(64);
    const first = new StepSeries(64);
    for (let step = 1; step <= 300; step++) {
      const loss = step % 7 === 0 ? Number.NaN : step / 4;
      whole.add(step, of(loss, step % 2));
      if (step <= 200) first.add(step, of(loss, step % 2));
    }
    const packed = first.pack();
    const later = StepSeries.from(packed, 64);
    const rounded = first.buckets.map((bucket) => ({
      ...bucket,
      loss: { ...bucket.loss, mean: Math.fround(bucket.loss.mean) },
    }));
    expect(later.buckets).toEqual(rounded);
    for (let step = 201; step <= 300; step++)
      later.add(step, of(step % 7 === 0 ? Number.NaN : step / 4, step % 2));
    expect(later.width).toBe(whole.width);
    expect(later.buckets.map(({ count }) => count)).toEqual(whole.buckets.map(({ count }) => count));
    const cut = StepSeries.from(packed, 64, 100);
    expect(cut.lastStep).toBeLessThanOrEqual(100);
    expect(cut.buckets.length).toBe(first.buckets.filter(({ step }) => step <= 100).length);
  });
});
