import { describe, expect, it } from 'vitest';
import type { RunCurves, RunSummary } from '../../../engine/protocol/kept-run-messages.ts';
import { noFigures, StepSeries } from '../../../engine/protocol/step-series.ts';
import { commonEpoch, overlayOf, stepsOf, valueAt } from '../../../renderer/charts/overlays.ts';
import { FrameRing } from '../../../renderer/engine/frame-ring.ts';
import { type Column, firstWay, sortRuns } from '../../../renderer/runs/columns.ts';
import { offerOf } from '../../../renderer/runs/offer.ts';
import { epochRecord, frame, started } from '../engine/frames.ts';

const summary = (run: string, more: Partial<RunSummary> = {}): RunSummary => ({
  run,
  label: { name: run, color: 0, note: '', starred: false },
  project: 'Circle',
  startedAtMs: 1000,
  trainedAtMs: 1000,
  state: 'done',
  steps: 10,
  epochs: 1,
  epochsPlanned: 1,
  train: { loss: 0.5 },
  test: { loss: 0.5 },
  best: epochRecord(1, 0.1),
  trainedMs: 100,
  sizeBytes: 100,
  parameterCount: 1,
  kernels: 'portable',
  from: undefined,
  failure: undefined,
  ...more,
});

describe('the table of runs', () => {
  const runs = [
    summary('Circle 10', { startedAtMs: 3, test: { loss: 0.1, accuracy: 0.9 } }),
    summary('Circle 9', { startedAtMs: 1, test: { loss: 0.3, accuracy: 0.7 } }),
    summary('XOR', { startedAtMs: 2, train: undefined, test: undefined, best: undefined }),
  ];
  const order = (by: Column, turned = false): string[] => {
    const way = firstWay(by);
    return sortRuns(runs, turned ? { by, descending: !way.descending } : way).map(({ run }) => run);
  };

  it('is sorted by any column, numbers in names as numbers, and what has no value last either way', () => {
    expect(order('started')).toEqual(['Circle 10', 'XOR', 'Circle 9']);
    expect(order('name')).toEqual(['Circle 9', 'Circle 10', 'XOR']);
    expect(order('test')).toEqual(['Circle 10', 'Circle 9', 'XOR']);
    expect(order('test', true)).toEqual(['Circle 9', 'Circle 10', 'XOR']);
    expect(order('accuracy')).toEqual(['Circle 10', 'Circle 9', 'XOR']);
    expect(order('size'), 'the newest of those that are the same').toEqual(['Circle 10', 'XOR', 'Circle 9']);
  });
});

describe('a run that was left under way', () => {
  it('is offered only while nothing newer was done, and only until it was declined', () => {
    const left = summary('left', { state: 'interrupted', startedAtMs: 5, trainedAtMs: 2000 });
    expect(offerOf([summary('old'), left], null)?.run).toBe('left');
    expect(offerOf([left], 'left')).toBeUndefined();
    expect(offerOf([left, summary('new', { trainedAtMs: 3000 })], null)).toBeUndefined();
    expect(offerOf([summary('going', { state: 'running' })], null)).toBeUndefined();
    expect(offerOf([], null)).toBeUndefined();
  });
});

function toldBefore(): RunCurves {
  const series = new StepSeries();
  for (let step = 1; step <= 20; step++) series.add(step, { ...noFigures, loss: 1 / step });
  return { epochs: [epochRecord(1, 0.4), epochRecord(2, 0.3)], steps: series.pack(), tuned: [[5, 0.2]] };
}

describe('the curves of a run that was kept', () => {
  it('stand before what a run tells that goes on with them', () => {
    const ring = new FrameRing(started(), toldBefore());
    ring.push(frame(21, { epochsEnded: [epochRecord(3, 0.2)], tuned: [[21, 0.1]] }));
    expect(ring.steps.buckets.map(({ step }) => step)).toEqual(Array.from({ length: 21 }, (_, i) => i + 1));
    expect(ring.epochs.records.map(({ epoch }) => epoch)).toEqual([1, 2, 3]);
    expect(ring.tuned).toEqual([
      [5, 0.2],
      [21, 0.1],
    ]);
  });

  it('are drawn by epochs, and by batches where there was no whole epoch; what is not a number is left out', () => {
    const curves = toldBefore();
    const { train, test, lastStep } = overlayOf(curves, 'loss', [0, 0, 0]);
    expect(train).toEqual([
      [10, 0.4],
      [20, 0.3],
    ]);
    expect(test).toEqual([
      [10, 0.8],
      [20, 0.6],
    ]);
    expect(lastStep).toBe(20);
    const short = overlayOf({ ...curves, epochs: [] }, 'loss', [0, 0, 0]);
    expect(short.train).toHaveLength(20);
    expect(short.train[1]).toEqual([2, 0.5]);
    expect(overlayOf({ ...curves, epochs: [] }, 'accuracy', [0, 0, 0]).train).toEqual([]);
  });

  it('say where the learning rate was set, how long an epoch is, and what they had come to at any step', () => {
    const overlay = overlayOf(toldBefore(), 'loss', [0, 0, 0]);
    expect(overlay.tuned).toEqual([[5, 0.2]]);
    expect(stepsOf([overlay, { ...overlay, train: [[15, 0.35]], test: [] }])).toEqual([10, 15, 20]);
    expect([9, 10, 19, 25].map((step) => valueAt(overlay.train, step))).toEqual([undefined, 0.4, 0.4, 0.3]);
    expect(commonEpoch([overlay, overlay])).toBe(10);
    expect(commonEpoch([overlay, { ...overlay, stepsPerEpoch: 7 }])).toBeUndefined();
    expect(commonEpoch([])).toBeUndefined();
  });
});
