import { describe, expect, it } from 'vitest';
import { noFigures, StepSeries } from '../../../engine/protocol/step-series.ts';
import { curveTable, tableColumns } from '../../../renderer/charts/curve-table.ts';
import { smoothed } from '../../../renderer/charts/smoothing.ts';
import { thinnedEpochs } from '../../../renderer/charts/time-chart-layers.ts';
import { between, panned, zoomed } from '../../../renderer/charts/time-window.ts';
import { epochRecord } from '../engine/frames.ts';

describe('smoothing', () => {
  it('begins at the first value, not between it and 0, and leaves gaps as gaps', () => {
    expect(smoothed([4, null, 4, 4], 0.9)).toEqual([
      expect.closeTo(4, 12),
      null,
      expect.closeTo(4, 12),
      expect.closeTo(4, 12),
    ]);
    // Weights 0.5 and 0.25, divided by their sum.
    expect(smoothed([0, 3], 0.5)[1]).toBeCloseTo((0.5 * 3) / 0.75, 12);
  });

  it('of weight 0 changes nothing', () => {
    expect(smoothed([1, 7, null, -2], 0)).toEqual([1, 7, null, -2]);
  });
});

describe('a window of the time axis', () => {
  it('is what was drawn out, whichever way, and within the axis', () => {
    expect(between(60, 20, 100)).toEqual({ from: 20, to: 60 });
    expect(between(-30, 20, 100)).toEqual({ from: 0, to: 50 });
    expect(between(50, 50.1, 100)?.to).toBe(52);
    expect(between(0, 100, 100)).toBeUndefined();
  });

  it('keeps the step under the pointer in its place when it is zoomed, and is the whole again at its end', () => {
    const near = zoomed(undefined, 100, 0.5, 80);
    expect(near).toEqual({ from: 40, to: 90 });
    expect(zoomed(near, 100, 2, 80)).toBeUndefined();
  });

  it('is moved as far as the axis goes', () => {
    expect(panned({ from: 10, to: 30 }, 100, 25)).toEqual({ from: 35, to: 55 });
    expect(panned({ from: 10, to: 30 }, 100, 1000)).toEqual({ from: 80, to: 100 });
    expect(panned({ from: 10, to: 30 }, 100, -1000)).toEqual({ from: 0, to: 20 });
  });
});

describe('the marks of epochs', () => {
  it('are thinned to round numbers that leave room', () => {
    expect([10, 100, 1500, 1600].map((room) => thinnedEpochs(20, room))).toEqual([1, 5, 100, 100]);
  });
});

describe('the table of the curves', () => {
  it('has a row for each point, every digit, and epochs where they ended', () => {
    const series = new StepSeries();
    series.add(9, { ...noFigures, loss: 0.1 + 0.2, learningRate: 1e-7 });
    series.add(10, { ...noFigures, loss: 2, gradientNorm: 0.5 });
    const lines = curveTable([
      { name: 'a, "b"', steps: series, epochs: [epochRecord(1, 0.25), epochRecord(2, 0.125)] },
    ]).split('\r\n');
    expect(lines[0]).toBe(tableColumns.join(','));
    const rows = lines.slice(1, -1).map((line) => {
      const [name, rest] = [line.slice(0, 10), line.slice(11).split(',')];
      expect(name).toBe('"a, ""b"""');
      return Object.fromEntries(rest.map((cell, i) => [tableColumns[i + 1], cell]));
    });
    expect(rows).toHaveLength(3);
    expect(rows[0]).toMatchObject({
      step: '9',
      steps: '1',
      loss: '0.30000000000000004',
      loss_low: '0.30000000000000004',
      learning_rate: '1e-7',
      gradient_norm: '',
      epoch: '',
    });
    expect(rows[1]).toMatchObject({ step: '10', epoch: '1', train_loss: '0.25', test_accuracy: '0.5' });
    expect(rows[2]).toMatchObject({ step: '20', steps: '0', loss: '', epoch: '2', test_loss: '0.25' });
  });
});
