import { describe, expect, it } from 'vitest';
import { alignBox, boxAround } from '../../../renderer/canvas/alignment.ts';

const box = (x: number, y: number, width = 100, height = 60) => ({ x, y, width, height });

describe('what is dragged near a line', () => {
  it('is drawn to the same edge or the same middle of others, and the line joins them', () => {
    const { dx, dy, guides } = alignBox(box(304, 3), [box(0, 0)], 6);
    expect([dx, dy]).toEqual([0, -3]);
    expect(guides.filter(({ axis }) => axis === 'y')).toContainEqual({ axis: 'y', at: 0, from: 0, to: 404 });
    const middle = alignBox(box(52, 300, 100, 60), [box(0, 0, 200, 60)], 6);
    expect(middle.dx).toBe(-2);
    expect(middle.guides).toContainEqual({ axis: 'x', at: 100, from: 0, to: 360 });
  });

  it('takes the nearest line, and none that is too far', () => {
    expect(alignBox(box(304, 5), [box(0, 0), box(600, 4)], 6).dy).toBe(-1);
    expect(alignBox(box(304, 200), [box(0, 0)], 6)).toEqual({ dx: 0, dy: 0, guides: [] });
    expect(alignBox(box(5000, 2), [box(0, 0)], 6), 'out of sight').toEqual({ dx: 0, dy: 0, guides: [] });
  });

  it('stands in line already where the distance is 0', () => {
    const { dx, dy, guides } = alignBox(box(304, 0), [box(0, 0)], 6);
    expect([dx, dy]).toEqual([0, 0]);
    expect(guides.length).toBeGreaterThan(0);
  });

  it('is one box when it is several', () => {
    expect(boxAround([box(0, 0), box(200, 50)])).toEqual({ x: 0, y: 0, width: 300, height: 110 });
  });
});
