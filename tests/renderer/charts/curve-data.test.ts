import { describe, expect, it } from 'vitest';
import type { EpochRecord } from '../../../engine/protocol/live-run-messages.ts';
import { curveData, valuesAt } from '../../../renderer/charts/curve-data.ts';
import { FrameRing } from '../../../renderer/engine/frame-ring.ts';
import type { Overlaid } from '../../../renderer/runs/overlaid.ts';
import { heldOutOf } from '../../../renderer/training/held-out.ts';
import { mlpDocument } from '../../engine/documents.ts';
import { epochRecord, frame, started, stepsOf } from '../engine/frames.ts';

describe('the data of a curve', () => {
  it('merges batches and epochs into one rising time axis', () => {
    const ring = new FrameRing(started());
    const steps = Array.from({ length: 25 }, (_, i) => [i + 1, { loss: 1 / (i + 1) }] as const);
    ring.push(
      frame(25, { steps: stepsOf(...steps), epochsEnded: [epochRecord(1, 0.4), epochRecord(2, 0.2)] }),
    );
    const data = curveData(ring, 'loss');
    expect(data.steps).toEqual(Array.from({ length: 25 }, (_, i) => i + 1));
    expect(data.train[9]).toBe(0.4);
    expect(data.test[19]).toBe(0.4);
    expect(data.train.filter((value) => value !== null)).toHaveLength(2);
    expect(data.batch[0]).toBe(1);
    for (const column of Object.values(data)) expect(column).toHaveLength(25);
  });

  it('has beside the training curve that of the part which guides the run', () => {
    const ring = new FrameRing({ ...started(), validationCount: 40 });
    const { test, ...record } = epochRecord(1, 0.3);
    ring.push(frame(10, { epochsEnded: [{ ...record, validation: { loss: 0.7 }, test: undefined }] }));
    expect(test).toBeDefined();
    expect(curveData(ring, 'loss').test).toEqual([0.7]);
    const kept = (...epochs: EpochRecord[]): Overlaid => ({
      run: 'r',
      label: { name: 'r', color: 0, note: '', starred: false },
      document: mlpDocument(),
      curves: { epochs, steps: { width: 1, values: new Float32Array() }, tuned: [] },
    });
    const guided = kept({ ...record, validation: { loss: 0.7 }, test: undefined });
    const tested = kept(epochRecord(1, 0.3));
    expect(heldOutOf({ ring, others: [] })).toBe('validation');
    expect(heldOutOf({ ring, others: [guided] })).toBe('validation');
    expect(heldOutOf({ ring, others: [tested] })).toBe('heldOut');
    expect(heldOutOf({ ring: undefined, others: [tested, kept()] })).toBe('test');
  });

  it('gives an epoch its own point where its last step was thinned away', () => {
    const ring = new FrameRing(started());
    ring.push(
      frame(21, {
        steps: stepsOf([7, { loss: 1 }], [21, { loss: 0.5 }]),
        epochsEnded: [epochRecord(1, 0.3)],
      }),
    );
    const data = curveData(ring, 'loss');
    expect(data.steps).toEqual([7, 10, 21]);
    expect(data.train).toEqual([null, 0.3, null]);
    expect(data.batch).toEqual([1, null, 0.5]);
  });

  it('reads at a point the last value of each curve, and of steps that were merged their mean', () => {
    const ring = new FrameRing(started());
    ring.push(
      frame(60, {
        steps: stepsOf([15, { loss: 1 }], [60, { loss: 0.5 }]),
        epochsEnded: [epochRecord(1, 0.3)],
      }),
    );
    const data = curveData(ring, 'loss');
    expect(data.steps).toEqual([10, 15, 60]);
    expect(valuesAt(data, 0)).toEqual({ train: 0.3, test: 0.6, batch: 1 });
    expect(valuesAt(data, 2)).toEqual({ train: 0.3, test: 0.6, batch: 0.5 });
    expect(valuesAt(curveData(new FrameRing(started()), 'loss'), 0).batch).toBeUndefined();
  });

  it('leaves gaps where a loss was not finite or there is no accuracy', () => {
    const ring = new FrameRing(started());
    ring.push(frame(2, { steps: stepsOf([1, {}], [2, { loss: 0.5 }]) }));
    expect(curveData(ring, 'loss').batch).toEqual([null, 0.5]);
    expect(curveData(ring, 'accuracy').batch).toEqual([null, null]);
  });

  it('has of what single steps tell only those, of the rate of a run of before at least the epochs', () => {
    const ring = new FrameRing(started());
    const norm = { gradientNorm: 2 };
    ring.push(frame(12, { steps: stepsOf([9, norm], [12, {}]), epochsEnded: [epochRecord(1, 0.3)] }));
    expect(curveData(ring, 'gradientNorm')).toMatchObject({
      steps: [9, 10, 12],
      batch: [2, null, null],
      train: [null, null, null],
    });
    expect(curveData(ring, 'learningRate').batch).toEqual([null, 0.1, null]);
  });
});
