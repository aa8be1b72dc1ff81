import { describe, expect, it } from 'vitest';
import { curveData } from '../../../renderer/charts/curve-data.ts';
import { FrameRing } from '../../../renderer/engine/frame-ring.ts';
import { epochRecord, frame, started } from '../engine/frames.ts';

describe('the data of a curve', () => {
  it('merges batches and epochs into one rising time axis', () => {
    const ring = new FrameRing(started());
    const steps = Array.from({ length: 25 }, (_, i) => [i + 1, 1 / (i + 1), 0.5]).flat();
    ring.push(
      frame(25, { steps: Float32Array.from(steps), epochsEnded: [epochRecord(1, 0.4), epochRecord(2, 0.2)] }),
    );
    const data = curveData(ring, 'loss');
    expect(data.steps).toEqual(Array.from({ length: 25 }, (_, i) => i + 1));
    expect(data.train[9]).toBe(0.4);
    expect(data.test[19]).toBe(0.4);
    expect(data.train.filter((value) => value !== null)).toHaveLength(2);
    expect(data.batch[0]).toBe(1);
    for (const column of Object.values(data)) expect(column).toHaveLength(25);
  });

  it('gives an epoch its own point where its last step was thinned away', () => {
    const ring = new FrameRing(started());
    ring.push(
      frame(21, { steps: Float32Array.of(7, 1, 0.5, 21, 0.5, 0.5), epochsEnded: [epochRecord(1, 0.3)] }),
    );
    const data = curveData(ring, 'loss');
    expect(data.steps).toEqual([7, 10, 21]);
    expect(data.train).toEqual([null, 0.3, null]);
    expect(data.batch).toEqual([1, null, 0.5]);
  });

  it('leaves gaps where a loss was not finite or there is no accuracy', () => {
    const ring = new FrameRing(started());
    ring.push(frame(2, { steps: Float32Array.of(1, Number.NaN, Number.NaN, 2, 0.5, Number.NaN) }));
    expect(curveData(ring, 'loss').batch).toEqual([null, 0.5]);
    expect(curveData(ring, 'accuracy').batch).toEqual([null, null]);
  });
});
