import { describe, expect, it } from 'vitest';
import { type Cadence, CheckpointSchedule } from '../../../engine/training/checkpoint-schedule.ts';

const begin = (every: number, unit: Cadence['unit'], step = 0): CheckpointSchedule =>
  new CheckpointSchedule({ every, unit }, { stepsPerEpoch: 8, step, nowMs: 1000 });

describe('a schedule by time', () => {
  it('is due when its seconds are over, whatever the step', () => {
    const schedule = begin(10, 'seconds');
    expect(schedule.untilStep).toBe(Infinity);
    expect([schedule.isDue(1e9, 10_999), schedule.isDue(0, 11_000)]).toEqual([false, true]);
    schedule.taken(5, 12_000, 1);
    expect([schedule.isDue(5, 21_999), schedule.isDue(5, 22_000)]).toEqual([false, true]);
  });

  it('waits longer where a checkpoint keeps training waiting or the disk busy', () => {
    const schedule = begin(10, 'seconds');
    // 2 s of copying: at most one fiftieth of the time.
    schedule.taken(5, 13_000, 2000);
    expect([schedule.isDue(5, 112_999), schedule.isDue(5, 113_000)]).toEqual([false, true]);
    // 60 s of writing: at most one fifth.
    schedule.taken(6, 113_000, 1);
    schedule.written(173_000, 60_000);
    expect([schedule.isDue(6, 412_999), schedule.isDue(6, 413_000)]).toEqual([false, true]);
  });
});

describe('a schedule by steps or epochs', () => {
  it('is kept to exactly, also after going on in the middle, and whatever it costs', () => {
    const steps = begin(7, 'steps', 10);
    expect(steps.untilStep).toBe(14);
    expect([steps.isDue(13, 1e9), steps.isDue(14, 1000)]).toEqual([false, true]);
    steps.taken(14, 2000, 5000);
    steps.written(9000, 7000);
    expect(steps.untilStep).toBe(21);
    expect(steps.isDue(20, 1e9)).toBe(false);
    const epochs = begin(2, 'epochs', 16);
    expect(epochs.untilStep).toBe(32);
    // One that is taken in between, at a pause, changes nothing.
    epochs.taken(20, 2000, 1);
    expect(epochs.untilStep).toBe(32);
  });
});

describe('copying the best', () => {
  it('is never left out while it has cost little, and then kept to a fiftieth of the time', () => {
    const schedule = begin(10, 'seconds');
    expect(schedule.mayKeepBest(1000)).toBe(true);
    schedule.keptBest(20);
    expect(schedule.mayKeepBest(1001)).toBe(true);
    schedule.keptBest(20);
    // 40 ms so far, and 20 ms more are to be expected: 50 ms are free, the rest needs 500 ms.
    expect([schedule.mayKeepBest(1499), schedule.mayKeepBest(1500)]).toEqual([false, true]);
  });
});
