/** Colours mixed in OKLab, where equal distances look equal (Björn Ottosson, "A perceptual color space", 2020). */
export type Rgb = readonly [r: number, g: number, b: number];
type Lab = readonly [l: number, a: number, b: number];

/** A colour for every t in [0, 1], as a table of `size` entries: [size, 3] bytes. */
export type ColorTable = Uint8ClampedArray;
const size = 256;

const toLinear = (byte: number): number => {
  const c = byte / 255;
  return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
};
const toByte = (linear: number): number => {
  const c = Math.min(1, Math.max(0, linear));
  return 255 * (c <= 0.0031308 ? c * 12.92 : 1.055 * c ** (1 / 2.4) - 0.055);
};

export function toLab([red, green, blue]: Rgb): Lab {
  const [r, g, b] = [toLinear(red), toLinear(green), toLinear(blue)];
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

export function toRgb([light, a, b]: Lab): Rgb {
  const l = (light + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (light - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (light - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    toByte(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    toByte(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    toByte(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ];
}

/** The colour at t on the way from one to the other. */
export function mixed(from: Rgb, to: Rgb, t: number): Rgb {
  const [a, b] = [toLab(from), toLab(to)];
  return toRgb([a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, a[2] + (b[2] - a[2]) * t]);
}

/** Runs through the stops at even distances. */
export function colorTable(stops: readonly Rgb[]): ColorTable {
  const labs = stops.map(toLab);
  const table = new Uint8ClampedArray(size * 3); // [size, 3]
  for (let i = 0; i < size; i++) {
    const at = (i / (size - 1)) * (labs.length - 1);
    const from = labs[Math.min(Math.floor(at), labs.length - 2)];
    const to = labs[Math.min(Math.floor(at) + 1, labs.length - 1)];
    const t = at - Math.min(Math.floor(at), labs.length - 2);
    const mixed: Lab = [
      from[0] + (to[0] - from[0]) * t,
      from[1] + (to[1] - from[1]) * t,
      from[2] + (to[2] - from[2]) * t,
    ];
    table.set(toRgb(mixed), i * 3);
  }
  return table;
}

/** From the least to the most, ever lighter. */
export const viridis: ColorTable = colorTable([
  [68, 1, 84],
  [59, 82, 139],
  [33, 145, 140],
  [94, 201, 98],
  [253, 231, 37],
]);

/** Index of t in a table; t outside [0, 1] is held at the ends, NaN counts as the start. */
export const colorIndex = (t: number): number =>
  t > 0 ? Math.min(size - 1, Math.round(t * (size - 1))) * 3 : 0;

/** `#rgb`, `#rrggbb`, `rgb(…)`: the forms that computed styles and the tokens have. */
export function parseColor(css: string): Rgb {
  const hex = /^#([\da-f]{3}|[\da-f]{6})$/i.exec(css.trim())?.[1];
  if (hex !== undefined) {
    const full = hex.length === 3 ? hex.replaceAll(/./g, '$&$&') : hex;
    const value = Number.parseInt(full, 16);
    return [value >> 16, (value >> 8) & 255, value & 255];
  }
  const [r = 0, g = 0, b = 0] = (css.match(/[\d.]+/g) ?? []).map(Number);
  return [r, g, b];
}

export const cssColor = ([r, g, b]: Rgb, alpha = 1): string =>
  `rgb(${Math.round(r)} ${Math.round(g)} ${Math.round(b)} / ${alpha})`;
