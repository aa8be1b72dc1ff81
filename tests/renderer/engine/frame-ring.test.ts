import { describe, expect, it, vi } from 'vitest';
import { figureWords, histogramWords, sideBins } from '../../../engine/kernels/telemetry.ts';
import { EpochSeries } from '../../../engine/protocol/epoch-series.ts';
import { FrameRing } from '../../../renderer/engine/frame-ring.ts';
import { badCount, readHistogram, zeroShare } from '../../../renderer/engine/histogram.ts';
import { epochRecord, frame, histogramOf, started, stepsOf, watchedTensor } from './frames.ts';

describe('a frame ring', () => {
  it('collects steps, epochs and changes of the learning rate over all frames', () => {
    const ring = new FrameRing(started());
    ring.push(frame(2, { steps: stepsOf([1, { loss: 0.9 }], [2, { loss: 0.5 }]) }));
    ring.push(frame(10, { epochsEnded: [epochRecord(1, 0.5)], tuned: [[7, 0.01]] }));
    expect(ring.steps.buckets.map(({ step }) => step)).toEqual([1, 2, 10]);
    expect(ring.lastStep?.step).toBe(10);
    expect(ring.epochs.newest).toEqual(epochRecord(1, 0.5));
    expect(ring.tuned).toEqual([[7, 0.01]]);
    expect(ring.latest?.step).toBe(10);
  });

  it('tells who listens after every frame, and no longer once they stopped', () => {
    const ring = new FrameRing(started());
    const listen = vi.fn();
    const stop = ring.subscribe(listen);
    ring.push(frame(1));
    stop();
    ring.push(frame(2));
    expect(listen).toHaveBeenCalledTimes(1);
    expect(ring.version).toBe(2);
  });

  it('finds the newest histogram of each tensor of a node', () => {
    const watched = [watchedTensor('fc1', 'weight', 'weight'), watchedTensor('relu1', 'activation', 'y')];
    const ring = new FrameRing(started(watched));
    expect(ring.histogram(1)).toBeUndefined();
    const histograms = new Int32Array(2 * histogramWords);
    histograms.set(histogramOf({ sampled: 8, norm: 2.5 }), 0);
    histograms.set(histogramOf({ sampled: 100, zeros: 40, nans: 2, infinities: 1 }), histogramWords);
    ring.push(
      frame(5, { telemetry: { step: 5, histograms, updateRatios: Float32Array.of(0.01, Number.NaN) } }),
    );
    const [relu] = ring.watchedOf('relu1');
    expect(relu.index).toBe(1);
    const histogram = ring.histogram(relu.index);
    expect(histogram && [zeroShare(histogram), badCount(histogram)]).toEqual([0.4, 3]);
    expect(ring.histogram(0)?.norm).toBe(2.5);
    expect([ring.updateRatio(0), ring.updateRatio(1)]).toEqual([Math.fround(0.01), undefined]);
    expect(ring.watchedOf('nowhere')).toEqual([]);
  });
});

describe('a histogram', () => {
  it('is read from the words of the kernel, negative bins first, from any place in a larger buffer', () => {
    const counts = new Map([
      [0, 1],
      [sideBins - 1, 2],
      [sideBins, 3],
      [2 * sideBins - 1, 4],
    ]);
    const padded = new Int32Array(histogramWords + 5);
    padded.set(histogramOf({ sampled: 10, mean: -0.5, variance: 4, minimum: -3, maximum: 9 }, counts), 5);
    const read = readHistogram(padded.subarray(5), 0);
    expect(read).toMatchObject({ sampled: 10, mean: -0.5, variance: 4, minimum: -3, maximum: 9 });
    expect([read.negative[0], read.negative.at(-1), read.positive[0], read.positive.at(-1)]).toEqual([
      1, 2, 3, 4,
    ]);
    expect(read.negative.length + read.positive.length + figureWords).toBe(histogramWords);
  });
});

describe('an epoch series', () => {
  it('thins old epochs and never leaves out the newest', () => {
    const series = new EpochSeries(8);
    for (let epoch = 1; epoch <= 100; epoch++) {
      series.add(epochRecord(epoch, 0.1));
      expect(series.records.at(-1)?.epoch).toBe(epoch);
      expect(series.records.length).toBeLessThanOrEqual(9);
    }
    expect(series.records[0].epoch).toBe(1);
    const epochs = series.records.map(({ epoch }) => epoch);
    expect(epochs).toEqual([...new Set(epochs)].toSorted((a, b) => a - b));
  });
});
