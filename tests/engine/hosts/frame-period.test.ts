import { describe, expect, it } from 'vitest';
import { framePeriodMs } from '../../../engine/hosts/frame-period.ts';

describe('how far apart frames are', () => {
  it('is short where a processor is free to show them', () => {
    expect(framePeriodMs(1, 2)).toBe(50);
    expect(framePeriodMs(3, 4)).toBe(50);
  });

  it('is longer where training has all of them, the fewer they are', () => {
    expect([1, 2, 4, 8, 64].map((all) => framePeriodMs(all, all))).toEqual([400, 400, 200, 100, 50]);
  });
});
