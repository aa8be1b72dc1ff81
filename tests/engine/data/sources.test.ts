import { describe, expect, it } from 'vitest';
import { readers } from '../../../engine/data/readers/index.ts';
import type { FileSourceDefinition, SourceDefinition } from '../../../engine/data/sources/contract.ts';
import { fileSources, sampleTypeOf, sourceOf, sources } from '../../../engine/data/sources/index.ts';
import { defaultParams, type Params } from '../../../engine/declaration/fields.ts';
import { elementCount } from '../../../engine/declaration/tensor-type.ts';
import { checkParams } from '../../../engine/document/check-params.ts';
import { expectDocumented } from '../declared.ts';

const all = Object.entries<SourceDefinition>(sources);
const made = (source: SourceDefinition, own: Params = {}) =>
  source.generate({ ...defaultParams(source.fields), ...own });

const typeOf = (source: SourceDefinition) => source.sampleType(defaultParams(source.fields));

/** [x1, x2, label] of every point. */
function pointsOf(source: SourceDefinition, own: Params = {}): [number, number, number][] {
  const { count, x, y } = made(source, own);
  return Array.from({ length: count }, (_, i) => [x[2 * i], x[2 * i + 1], y[i]]);
}

describe.each(all)('%s', (type, source) => {
  it('explains itself and is valid as it comes', () => {
    expect(source.type).toBe(type);
    expect(sourceOf(type)).toBe(source);
    expectDocumented(source.title, source.doc, source.fields);
    expect(checkParams(source.fields, defaultParams(source.fields))).toEqual([]);
    const { target } = typeOf(source);
    if (target.kind !== 'class') return;
    for (const { en, zh } of target.classes) expect(en !== '' && zh !== '').toBe(true);
  });

  it.each([2, 3, 7, 1000])('makes the number of samples that was asked for: %d', (count) => {
    const samples = made(source, { count });
    expect(samples.count).toBe(count);
    const { input, target } = typeOf(source);
    expect(samples.x.length).toBe(count * elementCount(input.shape));
    expect(samples.x).toBeInstanceOf(input.dtype === 'int32' ? Int32Array : Float32Array);
    expect(samples.y.length).toBe(count * elementCount(target.shape));
    expect(samples.y).toBeInstanceOf(target.kind === 'class' ? Int32Array : Float32Array);
    expect(samples.x.every(Number.isFinite) && samples.y.every(Number.isFinite)).toBe(true);
  });

  it('is the same for the same seed, bit for bit, and another for another', () => {
    const shaken = { count: 60, ...('noise' in source.fields && { noise: 0.3 }) };
    expect(made(source, shaken)).toEqual(made(source, shaken));
    expect(made(source, { count: 60, seed: 2 }).x).not.toEqual(made(source, { count: 60, seed: 1 }).x);
  });

  it('begins with the same samples, however many are made', () => {
    const few = made(source, { count: 10, noise: 0.1 });
    expect(Array.from(made(source, { count: 50, noise: 0.1 }).x.subarray(0, few.x.length))).toEqual(
      Array.from(few.x),
    );
  });

  it('has all classes equally often', () => {
    const { target } = typeOf(source);
    if (target.kind !== 'class' || target.shape.length > 0 || type.startsWith('random-')) return;
    const classes = target.classes.length;
    const counts = new Array<number>(classes).fill(0);
    for (const label of made(source, { count: 1000 }).y) counts[label] = (counts[label] ?? 0) + 1;
    expect(counts.length).toBe(classes);
    for (const count of counts) expect(Math.abs(count - 1000 / classes)).toBeLessThan(1);
  });

  it('shifts by as much as the noise says and keeps the labels', () => {
    if (!('noise' in source.fields)) return;
    const still = made(source, { count: 4000, noise: 0 });
    const noisy = made(source, { count: 4000, noise: 0.3 });
    const isClass = typeOf(source).target.kind === 'class';
    const [before, after] = isClass ? [still.x, noisy.x] : [still.y, noisy.y];
    if (isClass) expect(noisy.y).toEqual(still.y);
    const squares = Array.from(before, (value, i) => (after[i] - value) ** 2);
    expect(Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / squares.length)).toBeCloseTo(0.3, 1);
  });
});

describe.each(Object.entries<FileSourceDefinition>(fileSources))('%s', (type, source) => {
  it('explains itself, is valid as it comes, and says that nothing was opened yet', () => {
    expect(source.type).toBe(type);
    expect(sourceOf(type)).toBe(source);
    expectDocumented(source.title, source.doc, source.fields);
    expect(checkParams(source.fields, defaultParams(source.fields))).toEqual([]);
    expect(sampleTypeOf(source, defaultParams(source.fields))).toBeUndefined();
    expect(readers.map((reader) => reader.type)).toContain(type);
  });
});

describe('labels', () => {
  it('say what lies inside the circle', () => {
    for (const [x1, x2, label] of pointsOf(sources.circle))
      expect(Math.hypot(x1, x2) < 2.000001).toBe(label === 1);
  });

  it('say what lies inside the square', () => {
    const reach = ([x1, x2]: readonly number[]): number => Math.max(Math.abs(x1), Math.abs(x2));
    const points = pointsOf(sources.square, { count: 20_000 });
    const half = Math.max(...points.filter(([, , label]) => label === 1).map(reach));
    for (const [x1, x2, label] of points) expect(reach([x1, x2]) <= half).toBe(label === 1);
    for (const edge of [-half, half]) {
      expect(points.some(([x1, , label]) => label === 1 && Math.abs(x1 - edge) < 0.01)).toBe(true);
      expect(points.some(([, x2, label]) => label === 1 && Math.abs(x2 - edge) < 0.01)).toBe(true);
    }
  });

  it('say what lies inside a triangle of three equal sides', () => {
    const inside = pointsOf(sources.triangle, { count: 20_000 }).filter(([, , label]) => label === 1);
    const outside = pointsOf(sources.triangle, { count: 20_000 }).filter(([, , label]) => label === 0);
    const reach = (angle: number): number =>
      Math.max(...inside.map(([x1, x2]) => x1 * Math.cos(angle) + x2 * Math.sin(angle)));
    const [right, left, bottom] = [Math.PI / 6, (5 * Math.PI) / 6, (3 * Math.PI) / 2].map(reach) as [
      number,
      number,
      number,
    ];
    expect(right / bottom).toBeCloseTo(1, 1);
    expect(left / bottom).toBeCloseTo(1, 1);
    const within = ([x1, x2]: [number, number, number]): boolean =>
      [Math.PI / 6, (5 * Math.PI) / 6, (3 * Math.PI) / 2].every(
        (angle) => x1 * Math.cos(angle) + x2 * Math.sin(angle) < bottom - 0.05,
      );
    expect(outside.some(within)).toBe(false);
  });

  it('say whether two coordinates differ in sign', () => {
    for (const [x1, x2, label] of pointsOf(sources.xor)) expect(x1 * x2 < 0).toBe(label === 1);
  });

  it('say which arm of the spirals a point is on', () => {
    for (const [x1, x2, label] of pointsOf(sources.spirals, { turns: 2 })) {
      const angle = (2 * Math.PI * 2 * Math.hypot(x1, x2)) / 4 + Math.PI * label;
      expect(Math.cos(angle - Math.atan2(x2, x1))).toBeCloseTo(1, 4);
    }
  });

  it('say which of two half circles of radius 2 a point is on', () => {
    for (const [x1, x2, label] of pointsOf(sources.moons)) {
      const side = label === 0 ? 1 : -1;
      expect(Math.hypot(x1 + side, x2 + side * 0.5)).toBeCloseTo(2, 5);
      expect(side * (x2 + side * 0.5)).toBeGreaterThanOrEqual(-1e-6);
    }
  });

  it('say which cloud a point is from', () => {
    for (const [x1, x2, label] of pointsOf(sources.blobs, { spread: 0 })) {
      const angle = Math.PI / 2 + (label * 2 * Math.PI) / 3;
      expect(x1).toBeCloseTo(2 * Math.cos(angle), 5);
      expect(x2).toBeCloseTo(2 * Math.sin(angle), 5);
    }
  });
});

describe('the line', () => {
  it('goes through the points y = slope · x + intercept, by default y = x', () => {
    const { x, y } = made(sources.line);
    expect(y).toEqual(x);
    const steep = made(sources.line, { slope: -2, intercept: 3 });
    for (const [i, value] of steep.y.entries()) expect(value).toBeCloseTo(-2 * steep.x[i] + 3, 5);
  });
});

describe('images of shapes', () => {
  it('show a shape of its class on a background: the star covers least, as much as the eye would say', () => {
    const size = 64;
    const { x, y } = made(sources.shapes, { imageSize: size, grain: 0, count: 400 });
    const covered = [0, 0, 0, 0];
    for (const [i, label] of y.entries()) {
      const image = x.subarray(i * 3 * size * size, (i + 1) * 3 * size * size);
      const corner = image[0];
      // Backgrounds are dark: a shape that fills the corner would be one turned inside out.
      expect(corner).toBeLessThan(0);
      const pixels = image.subarray(0, size * size).filter((value) => value !== corner).length;
      covered[label] = (covered[label] ?? 0) + pixels / (100 * size * size);
    }
    for (const share of covered) expect(share).toBeGreaterThan(0.05);
    const [circle = 0, triangle = 0, square = 0, star = 0] = covered;
    // Areas of the four in units of the radius squared: 2.20, 1.30, 2.07 and 1.23 and less.
    expect(circle).toBeGreaterThan(square);
    expect(square / triangle).toBeCloseTo(2.07 / 1.3, 0);
    expect(star).toBeLessThan(triangle);
  });

  it('have one channel where they are grey', () => {
    const grey = { ...defaultParams(sources.shapes.fields), colour: 'grey', count: 8 } as const;
    const { input } = sources.shapes.sampleType(grey);
    expect(input.shape).toEqual([1, 32, 32]);
    expect(sources.shapes.generate(grey).x).toHaveLength(8 * 32 * 32);
  });

  it('carry as much noise on every pixel as they are asked for', () => {
    const still = made(sources.shapes, { grain: 0, count: 20 }).x;
    const noisy = made(sources.shapes, { grain: 0.5, count: 20 }).x;
    const squares = Array.from(still, (value, i) => (noisy[i] - value) ** 2).reduce((sum, d) => sum + d, 0);
    expect(Math.sqrt(squares / still.length)).toBeCloseTo(0.5, 2);
  });
});

describe('waveforms', () => {
  it('swing between the same bounds in every class', () => {
    const length = 256;
    const { x, y } = made(sources.waveforms, { grain: 0, signalLength: length, count: 40 });
    for (const [i] of y.entries()) {
      const signal = x.subarray(i * length, (i + 1) * length);
      const [low, high] = [Math.min(...signal), Math.max(...signal)];
      expect(high).toBeGreaterThan(0.45);
      expect(high).toBeLessThanOrEqual(1.5);
      expect(low + high).toBeCloseTo(0, 0);
    }
  });
});

describe('sequences', () => {
  const sample = (task: string) => {
    const { x, y } = made(sources.sequences, { task, symbols: 5, questionLength: 4, count: 3 });
    return { question: [...x.subarray(8, 12)], x: [...x.subarray(8, 16)], y: [...y.subarray(8, 16)] };
  };

  it.each([
    ['copy', (question: number[]) => question],
    ['reverse', (question: number[]) => question.toReversed()],
    ['sort', (question: number[]) => question.toSorted((a, b) => a - b)],
  ])('ask for the next symbol from the mark on: %s', (task, answer) => {
    const { question, x, y } = sample(task);
    const wanted = answer(question);
    expect(x).toEqual([...question, 5, ...wanted.slice(0, 3)]);
    expect(y).toEqual([-100, -100, -100, -100, ...wanted]);
  });
});
