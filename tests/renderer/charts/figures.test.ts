import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  colorIndex,
  colorTable,
  mixed,
  parseColor,
  toLab,
  toRgb,
} from '../../../renderer/charts/color-map.ts';
import {
  formatBytes,
  formatDuration,
  formatFigure,
  formatShare,
  formatShort,
  formatWhole,
} from '../../../renderer/charts/figures.ts';

describe('figures in fields of fixed width', () => {
  it('have their thousands apart', () => {
    expect([0, 12, 999.6, 1000, -36928, 1234567].map(formatWhole)).toEqual([
      '0',
      '12',
      '1,000',
      '1,000',
      '-36,928',
      '1,234,567',
    ]);
  });

  it('have four significant digits', () => {
    expect([0.123456, 12.3456, 1234.56, 0, -0.5, 1.2345e-5, 123456].map(formatFigure)).toEqual([
      '0.1235',
      '12.35',
      '1235',
      '0',
      '−0.5000',
      '1.23e−5',
      '1.23e5',
    ]);
    expect([undefined, Number.NaN, Infinity, -Infinity].map(formatFigure)).toEqual(['–', 'NaN', '∞', '−∞']);
  });

  it('are never longer than nine characters, whatever the 32-bit number', () => {
    fc.assert(
      fc.property(fc.float(), (value) => {
        expect(formatFigure(value).length).toBeLessThanOrEqual(9);
      }),
    );
  });

  it('shorten large counts, spell times and sizes as people do', () => {
    expect([950, 12_500, 3_100_000, 0.25, -4000, 9.83e17].map(formatShort)).toEqual([
      '950',
      '12.5k',
      '3.1M',
      '0.25',
      '−4k',
      '9.8e17',
    ]);
    expect([0.2, 42, 725, 11_220, Infinity, undefined].map(formatDuration)).toEqual([
      '0:01',
      '0:42',
      '12:05',
      '3:07:00',
      '–',
      '–',
    ]);
    expect([512, 304_000, 88_080_384].map(formatBytes)).toEqual(['512 B', '297 KB', '84 MB']);
    expect([0.975, 1, undefined].map((share) => formatShare(share))).toEqual(['97.5 %', '100.0 %', '–']);
  });
});

describe('colour maps', () => {
  it('come back from OKLab as they went in', () => {
    const byte = fc.integer({ min: 0, max: 255 });
    fc.assert(
      fc.property(fc.tuple(byte, byte, byte), (rgb) => {
        toRgb(toLab(rgb)).forEach((value, i) => expect(value).toBeCloseTo(rgb[i], 0));
      }),
    );
  });

  it('run through their stops in steps that look equally large', () => {
    const table = colorTable([
      [184, 66, 15],
      [247, 247, 249],
    ]);
    expect(Array.from(table.slice(0, 3))).toEqual([184, 66, 15]);
    expect(Array.from(table.slice(-3))).toEqual([247, 247, 249]);
    const lightness = [0, 64, 128, 192, 255].map(
      (i) => toLab([table[i * 3], table[i * 3 + 1], table[i * 3 + 2]])[0],
    );
    const gaps = lightness.slice(1).map((value, i) => value - lightness[i]);
    for (const gap of gaps) expect(gap).toBeCloseTo(gaps[0], 1);
    expect(mixed([0, 0, 0], [255, 255, 255], 1).map(Math.round)).toEqual([255, 255, 255]);
  });

  it('hold what lies outside at their ends', () => {
    expect([-1, 0, 0.5, 1, 7, Number.NaN].map(colorIndex)).toEqual([0, 0, 384, 765, 765, 0]);
  });

  it('read colours as tokens and computed styles write them', () => {
    expect([parseColor('#3457d5'), parseColor(' #fff'), parseColor('rgb(1, 2, 3)')]).toEqual([
      [52, 87, 213],
      [255, 255, 255],
      [1, 2, 3],
    ]);
  });
});
