import { describe, expect, it } from 'vitest';
import { ridgeRows } from '../../../renderer/charts/ridge-rows.ts';

const words = new Int32Array();
const upTo = (last: number, every: number) =>
  Array.from({ length: Math.floor(last / every) }, (_, i) => ({ step: (i + 1) * every, words }));
const steps = (rows: ReturnType<typeof ridgeRows>): number[] => rows.rows.map(({ step }) => step);

describe('the rows of a ridgeline', () => {
  it('end with the newest snapshot and stay within the places there are', () => {
    for (const last of [1, 39, 40, 41, 1000, 123_456]) {
      const rows = ridgeRows(upTo(last, Math.max(1, Math.floor(last / 300))), 40);
      expect(rows.rows.length).toBeLessThanOrEqual(42);
      expect(steps(rows).at(-1)).toBe(upTo(last, Math.max(1, Math.floor(last / 300))).at(-1)?.step);
      expect(rows.span).toBeGreaterThanOrEqual(steps(rows).at(-1) ?? 0);
    }
  });

  it('keep their steps while the run grows, until the span doubles', () => {
    const before = ridgeRows(upTo(700, 1), 40);
    const after = ridgeRows(upTo(1000, 1), 40);
    expect(after.span).toBe(before.span);
    expect(steps(after).slice(0, before.rows.length - 1)).toEqual(steps(before).slice(0, -1));
    expect(ridgeRows(upTo(1300, 1), 40).span).toBe(2 * after.span);
  });

  it('leave room for a longer run beside them, at whose distances they stand', () => {
    const alone = ridgeRows(upTo(300, 1), 40);
    const beside = ridgeRows(upTo(300, 1), 40, 1000);
    expect(beside.span).toBe(ridgeRows(upTo(1000, 1), 40).span);
    expect(beside.rows.length).toBeLessThan(alone.rows.length);
    expect(steps(beside).at(-1)).toBe(300);
  });

  it('are none before the first snapshot', () => {
    expect(ridgeRows([], 40).rows).toEqual([]);
  });
});
