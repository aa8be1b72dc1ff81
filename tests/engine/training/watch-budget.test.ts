import { describe, expect, it } from 'vitest';
import { WatchBudget } from '../../../engine/training/watch-budget.ts';

const nowMs = 1000;

describe('how often a step is watched', () => {
  it('is as often as one likes while it costs nothing, and the first time at once', () => {
    const budget = new WatchBudget(1000);
    expect(budget.allows(0)).toBe(true);
    budget.addPlain(5);
    budget.addWatched(5, nowMs);
    expect(budget.allows(nowMs + 1)).toBe(true);
  });

  it('leaves twenty-four parts of twenty-five to training', () => {
    const budget = new WatchBudget(0);
    // Something else delayed the others.
    for (const ms of [30, 20, 25]) budget.addPlain(ms);
    for (const ms of [45, 24, 90]) budget.addWatched(ms, nowMs);
    expect(budget.allows(nowMs + 99)).toBe(false);
    expect(budget.allows(nowMs + 100)).toBe(true);
  });

  it('forgets what was measured long ago', () => {
    const budget = new WatchBudget(0);
    budget.addPlain(1);
    for (let i = 0; i < 8; i++) budget.addPlain(20);
    budget.addWatched(24, nowMs);
    expect(budget.allows(nowMs + 100)).toBe(true);
  });

  it('gives whoever reads it time for many tensors, however quickly they are taken', () => {
    const budget = new WatchBudget(1_228_800);
    budget.addPlain(1);
    budget.addWatched(1, nowMs);
    expect(budget.allows(nowMs + 299)).toBe(false);
    expect(budget.allows(nowMs + 300)).toBe(true);
  });
});
