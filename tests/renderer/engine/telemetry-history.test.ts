import { describe, expect, it } from 'vitest';
import { TelemetryHistory } from '../../../renderer/engine/telemetry-history.ts';

const nothing = new Int32Array();
const steps = (history: TelemetryHistory): number[] => history.snapshots.map(({ step }) => step);

describe('a telemetry history', () => {
  it('keeps everything while there is room', () => {
    const history = new TelemetryHistory(1, 20);
    for (let step = 1; step <= 20; step++) history.add({ step, words: nothing });
    expect(steps(history)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
  });

  it('stays bounded, keeps the first and the newest ones, and thins the rest the more the older they are', () => {
    const history = new TelemetryHistory(1, 40);
    for (let step = 1; step <= 5000; step++) history.add({ step, words: nothing });
    const kept = steps(history);
    expect(kept).toHaveLength(40);
    expect(kept[0]).toBe(1);
    expect(kept.slice(-20)).toEqual(Array.from({ length: 20 }, (_, i) => 4981 + i));
    expect(kept).toEqual(kept.toSorted((a, b) => a - b));
    // No gap is out of proportion to its age: the whole run stays visible.
    for (let i = 1; i < 20; i++)
      expect(kept[i] - kept[i - 1]).toBeLessThan(Math.max(40, (5000 - kept[i - 1]) * 0.6));
    const older = kept.filter((step) => step < 2500).length;
    const newer = kept.filter((step) => step >= 2500 && step < 4981).length;
    expect(older).toBeGreaterThan(0);
    expect(newer).toBeGreaterThan(older);
  });

  it('lets a later report of the same step take the place of the earlier', () => {
    const history = new TelemetryHistory(1, 20);
    history.add({ step: 7, words: nothing });
    const later = new Int32Array(1);
    history.add({ step: 7, words: later });
    expect(history.snapshots).toEqual([{ step: 7, words: later }]);
  });

  it('keeps fewer snapshots of a network with very many tensors, so that memory stays bounded', () => {
    const history = new TelemetryHistory(4000, 400);
    for (let step = 1; step <= 100; step++) history.add({ step, words: nothing });
    expect(history.snapshots.length).toBeLessThan(30);
    expect(history.newest?.step).toBe(100);
  });
});
