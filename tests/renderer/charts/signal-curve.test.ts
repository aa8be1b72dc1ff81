import { describe, expect, it } from 'vitest';
import { drawnAlong, signalPointAt } from '../../../renderer/charts/signal-curve.ts';

describe('a signal that is drawn', () => {
  it('lies on the line between the ends of a stroke, in either direction, and stays as it was elsewhere', () => {
    const signal = Float32Array.of(9, 9, 9, 9, 9, 9);
    const [from, to] = [
      { place: 1, value: 0 },
      { place: 4, value: 3 },
    ];
    expect([...drawnAlong(signal, from, to)]).toEqual([9, 0, 1, 2, 3, 9]);
    expect([...drawnAlong(signal, to, from)]).toEqual([9, 0, 1, 2, 3, 9]);
    expect([...drawnAlong(signal, to, { place: 4, value: 5 })]).toEqual([9, 9, 9, 9, 5, 9]);
    expect([...signal], 'what is given stays').toEqual([9, 9, 9, 9, 9, 9]);
  });

  it('is drawn at the nearest place and value, beyond the edges too', () => {
    const size = { width: 156, height: 132 }; // axes take 56 and 32
    expect(signalPointAt(size, 11, [-1, 1], 44 + 50, 8 + 50)).toEqual({ place: 5, value: 0 });
    expect(signalPointAt(size, 11, [-1, 1], 0, 0)).toEqual({ place: 0, value: 1 });
    expect(signalPointAt(size, 11, [-1, 1], 156, 132)).toEqual({ place: 10, value: -1 });
  });
});
