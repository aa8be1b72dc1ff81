import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { runColors } from '../../../engine/protocol/kept-run-messages.ts';
import { parseColor, type Rgb, toLab } from '../../../renderer/charts/color-map.ts';
import { colorNames } from '../../../renderer/runs/run-color.ts';

const tokens = readFileSync(
  fileURLToPath(new URL('../../../renderer/design/tokens.css', import.meta.url)),
  'utf8',
);
const [light = '', dark = ''] = tokens.split('[data-theme="dark"]');
const colorsIn = (css: string): Rgb[] =>
  [...css.matchAll(/--run-\d: (#[0-9a-f]{6})/g)].map(([, hex]) => parseColor(hex as string));
const tokenIn = (css: string, name: string): Rgb =>
  parseColor(new RegExp(`--${name}: (#[0-9a-f]{6})`).exec(css)?.[1] as string);

/** What full colour blindness of each kind leaves of linear light (Machado, Oliveira and Fernandes, 2009). */
const sights: Readonly<Record<string, readonly number[]>> = {
  normal: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  protanopia: [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
  deuteranopia: [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881],
  tritanopia: [1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.3039],
};

const linear = (byte: number): number => {
  const c = byte / 255;
  return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
};
const encoded = (light: number): number => {
  const c = Math.min(1, Math.max(0, light));
  return 255 * (c <= 0.0031308 ? c * 12.92 : 1.055 * c ** (1 / 2.4) - 0.055);
};
const seen = (color: Rgb, m: readonly number[]): Rgb => {
  const [r, g, b] = color.map(linear) as [number, number, number];
  const row = (i: number): number =>
    encoded((m[i] as number) * r + (m[i + 1] as number) * g + (m[i + 2] as number) * b);
  return [row(0), row(3), row(6)];
};
const luminance = (color: Rgb): number => {
  const [r, g, b] = color.map(linear) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};

describe.each([
  ['light', light],
  ['dark', dark],
])('the colours of runs in the %s theme', (_, css) => {
  const colors = colorsIn(css);

  it('are as many as runs can be given, each with a name', () => {
    expect(colors).toHaveLength(runColors);
    expect(colorNames).toHaveLength(runColors);
  });

  it.each(Object.entries(sights))('are told apart from each other with %s', (_sight, matrix) => {
    const labs = colors.map((color) => toLab(seen(color, matrix)));
    for (const [i, a] of labs.entries())
      for (const b of labs.slice(0, i)) {
        expect(Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2])).toBeGreaterThan(0.12);
      }
  });

  it('stand out from the surface they are drawn on', () => {
    const surface = luminance(tokenIn(css, 'color-surface'));
    for (const color of colors) {
      const [high, low] = [luminance(color), surface].toSorted((a, b) => b - a) as [number, number];
      expect((high + 0.05) / (low + 0.05)).toBeGreaterThanOrEqual(2.9);
    }
  });
});
