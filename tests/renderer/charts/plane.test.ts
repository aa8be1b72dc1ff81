import { describe, expect, it } from 'vitest';
import { gridOf, squareExtent } from '../../../engine/protocol/plane.ts';
import { classOf, confusionOf } from '../../../renderer/charts/classes.ts';
import { contourSegments } from '../../../renderer/charts/contour.ts';
import { concatenated, lineOf } from '../../../renderer/charts/plane.ts';

describe('the plane of a decision boundary', () => {
  it('is a square that holds all points with room around them', () => {
    const extent = squareExtent(Float32Array.of(0, 0, 10, 2), 0.1);
    expect(extent.xMax - extent.xMin).toBeCloseTo(extent.yMax - extent.yMin, 9);
    expect(extent.xMin).toBeCloseTo(-1, 6);
    expect(extent.xMax).toBeCloseTo(11, 6);
    expect((extent.yMin + extent.yMax) / 2).toBeCloseTo(1, 6);
    expect(squareExtent(new Float32Array())).toEqual({ xMin: -1, xMax: 1, yMin: -1, yMax: 1 });
  });

  it('is asked cell by cell, from the upper left, at the centres', () => {
    const grid = gridOf({ xMin: 0, xMax: 2, yMin: 0, yMax: 2 }, 2);
    expect([...grid]).toEqual([0.5, 1.5, 1.5, 1.5, 0.5, 0.5, 1.5, 0.5]);
  });

  it('asks a line over all x and over the one that was typed', () => {
    const line = lineOf(Float32Array.of(-1, 1), 5, 11);
    expect(line).toHaveLength(11);
    expect(line[0]).toBeLessThan(-1);
    expect(line.at(-1)).toBeGreaterThan(5);
    expect([...concatenated(Float32Array.of(1), Float32Array.of(2, 3))]).toEqual([1, 2, 3]);
  });
});

describe('a contour', () => {
  it('runs where the field crosses zero', () => {
    const size = 8;
    const segments = contourSegments((cell) => (cell % size) + 0.5 - 3.2, size);
    expect(segments.length / 4).toBe(size - 1);
    for (let i = 0; i < segments.length; i += 2) expect(segments[i]).toBeCloseTo(3.2, 6);
  });

  it('is none where the field has one sign', () => {
    expect(contourSegments(() => 1, 5)).toEqual([]);
  });
});

describe('answers', () => {
  it('are the second class above one half, or the largest of several', () => {
    expect(classOf(Float32Array.of(0.2, 0.8), 1, 1)).toBe(1);
    expect(classOf(Float32Array.of(0.2, 0.8), 1, 0)).toBe(0);
    expect(classOf(Float32Array.of(9, 9, 9, 0.1, 0.7, 0.2), 3, 1)).toBe(1);
  });

  it('are counted against labels, over the rows that are taken, past the rows of the grid', () => {
    const prediction = { values: Float32Array.of(0.9, 0.9, 0.1, 0.8, 0.3), columns: 1 };
    const labels = Float32Array.of(0, 1, 0);
    const confusion = confusionOf(prediction, labels, 2, (row) => row !== 2, 2);
    expect([...confusion.counts]).toEqual([1, 0, 0, 1]);
    expect(confusion).toMatchObject({ right: 2, total: 2 });
  });
});
