import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { cosineOfHalfTurns, sineOfHalfTurns } from '../../../engine/arithmetic/half-turns.ts';
import { naturalLogarithm } from '../../../engine/arithmetic/logarithm.ts';
import { power } from '../../../engine/arithmetic/power.ts';

describe('exact arithmetic', () => {
  it('has cosine and sine of half turns to the last bits', () => {
    let most = 0;
    for (let i = -40_000; i <= 40_000; i++) {
      // From the nearest whole turn on, where π x is not rounded away.
      const x = i / 10_000;
      const near = Math.PI * (x - 2 * Math.round(x / 2));
      most = Math.max(most, Math.abs(cosineOfHalfTurns(x) - Math.cos(near)));
      most = Math.max(most, Math.abs(sineOfHalfTurns(x) - Math.sin(near)));
    }
    expect(most).toBeLessThan(5e-16);
  });

  it('has them exactly where they are 0, 1 and −1', () => {
    const quarters = [-1.5, -1, -0.5, 0, 0.5, 1, 1.5, 2, 2.5];
    expect(quarters.map((x) => cosineOfHalfTurns(x) + 0)).toEqual([0, -1, 0, 1, 0, -1, 0, 1, 0]);
    expect(quarters.map((x) => sineOfHalfTurns(x) + 0)).toEqual([1, 0, -1, 0, 1, 0, -1, 0, 1]);
  });

  it('is symmetric about a quarter turn, bit for bit', () => {
    for (const x of [0, 0.125, 0.25, 0.375, 0.4375]) {
      expect(cosineOfHalfTurns(1 - x)).toBe(-cosineOfHalfTurns(x));
      expect(sineOfHalfTurns(1 - x)).toBe(sineOfHalfTurns(x));
      expect(sineOfHalfTurns(-x) + 0).toBe(-sineOfHalfTurns(x) + 0);
    }
  });

  it('has the natural logarithm to the last bits, and that of 1 exactly', () => {
    let most = 0;
    for (let i = 1; i <= 20_000; i++) {
      for (const x of [i * 2 ** -24, i / 20_000, 1 - i * 2 ** -24, i, i * 1e300, i * 1e-300]) {
        const distance = Math.abs(naturalLogarithm(x) - Math.log(x));
        most = Math.max(most, distance / Math.max(1, Math.abs(Math.log(x))));
      }
    }
    expect(most).toBeLessThan(5e-16);
    // Next to 1 it is as good for its own size.
    const least = 2 ** -24;
    expect(naturalLogarithm(1 - least) / Math.log1p(-least)).toBeCloseTo(1, 14);
    expect(naturalLogarithm(1)).toBe(0);
  });

  it('raises to whole powers', () => {
    expect([0, 1, 2, 10].map((n) => power(2, n))).toEqual([1, 2, 4, 1024]);
    expect(power(0.5, 0)).toBe(1);
    expect(power(0.999, 12345)).toBeCloseTo(0.999 ** 12345, 18);
  });
});

describe('what a run begins with and is led by', () => {
  const rooms = [
    'arithmetic',
    'compiler',
    'data/sources',
    'initializers',
    'losses',
    'optimizers',
    'random',
    'runtime',
    'schedules',
  ];
  /** Functions that every machine rounds alike, and constants. */
  const exact = /^(abs|ceil|clz32|floor|fround|imul|max|min|round|sign|sqrt|trunc|E|LN2|PI|SQRT2|SQRT1_2)$/;

  it.each(rooms)(
    'asks no function that machines and versions of Node round differently: engine/%s',
    (room) => {
      const folder = new URL(`../../../engine/${room}/`, import.meta.url);
      const files = readdirSync(folder).filter((name) => name.endsWith('.ts'));
      expect(files.length).toBeGreaterThan(0);
      for (const file of files) {
        const code = readFileSync(new URL(file, folder), 'utf8').replaceAll(/\/\*.*?\*\/|\/\/.*$/gms, '');
        const asked = [...code.matchAll(/\bMath\.(\w+)/g)].map(([, name = '']) => name);
        expect(
          asked.filter((name) => !exact.test(name)),
          file,
        ).toEqual([]);
      }
    },
  );
});
