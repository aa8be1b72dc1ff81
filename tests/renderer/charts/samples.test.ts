import { describe, expect, it } from 'vitest';
import { sampleKind, tracePoints, usualRange } from '../../../renderer/charts/samples.ts';
import { dataPicture } from '../../../renderer/data-picture/picture.ts';

describe('a sample', () => {
  it('is shown by its shape: an image, a signal, tokens, or bare numbers', () => {
    expect(sampleKind([3, 32, 32], undefined)).toBe('image');
    expect(sampleKind([1, 128], undefined)).toBe('signal');
    expect(sampleKind([16], 9)).toBe('tokens');
    expect(sampleKind([784], undefined)).toBeUndefined();
    expect(sampleKind([], undefined)).toBeUndefined();
  });

  it('keeps its contrast when a few values are far off', () => {
    const values = Float32Array.from({ length: 1000 }, (_, i) => i / 1000);
    values[500] = 1e6;
    const [low, high] = usualRange(values);
    expect(low).toBeCloseTo(0, 1);
    expect(high).toBeCloseTo(1, 1);
    expect(usualRange(new Float32Array(8).fill(3)), 'one value alone is in the middle').toEqual([2.5, 3.5]);
  });

  it('becomes a trace from the left edge to the right, high values up', () => {
    const points = tracePoints([0, 1, 0.5], 3, [0, 1], { width: 100, height: 10 });
    expect([...points]).toEqual([0, 10, 50, 0, 100, 5]);
  });
});

describe('the picture of a source', () => {
  it.each([
    ['circle', 'plane'],
    ['line', 'plane'],
    ['shapes', 'image'],
    ['waveforms', 'signal'],
    ['sequences', 'tokens'],
  ])('of %s is a %s', (source, kind) => {
    expect(dataPicture(source, {})?.kind).toBe(kind);
  });

  it('is made of a few samples only, whatever the number asked for', () => {
    const picture = dataPicture('shapes', { count: 100_000, imageSize: 16 });
    expect(picture?.kind !== 'plane' && picture?.x.length).toBe(48 * 3 * 16 * 16);
  });

  it('is missing where samples are rows of many numbers, and for a source that is not known', () => {
    expect(dataPicture('random-labels', {})).toBeUndefined();
    expect(dataPicture('nothing', {})).toBeUndefined();
  });
});
