import { describe, expect, it } from 'vitest';
import { nearestTo } from '../../../renderer/charts/true-against-answered.ts';
import { movedInGrid } from '../../../renderer/charts/use-pointed.ts';

describe('what is pointed at', () => {
  it('is walked to by the arrow keys inside the grid, and left by Escape', () => {
    const grid = { rows: 2, columns: 3, start: { row: 1, column: 1 } };
    expect(movedInGrid('ArrowUp', undefined, grid)).toEqual({ row: 0, column: 1 });
    expect(movedInGrid('ArrowRight', { row: 0, column: 1 }, grid)).toEqual({ row: 0, column: 2 });
    expect(movedInGrid('ArrowRight', { row: 0, column: 2 }, grid)).toEqual({ row: 0, column: 2 });
    expect(movedInGrid('ArrowDown', { row: 1, column: 0 }, grid)).toEqual({ row: 1, column: 0 });
    expect(movedInGrid('Escape', { row: 1, column: 0 }, grid)).toBeUndefined();
    const here = { row: 1, column: 2 };
    expect(movedInGrid('a', here, grid), 'another key leads nowhere').toBe(here);
  });

  it('is the nearest point that can be drawn', () => {
    const compared = {
      targets: Float32Array.of(0, 10, 5),
      answers: Float32Array.of(0, 10, Number.NaN),
    };
    const size = { width: 156, height: 132 }; // axes take 56 and 32
    expect(nearestTo(size, compared, 50, 100)).toBe(0);
    expect(nearestTo(size, compared, 140, 10)).toBe(1);
    const none = { targets: new Float32Array(), answers: new Float32Array() };
    expect(nearestTo(size, none, 50, 100)).toBeUndefined();
  });
});
