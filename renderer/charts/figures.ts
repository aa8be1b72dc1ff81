/** Numbers in fields of fixed width: what changes twenty times a second must not change its length. */

/** Four significant digits in at most eight characters: `0.1234`, `12.35`, `1.23e-5`; `–` for what is not there. */
export function formatFigure(value: number | undefined): string {
  if (value === undefined) return '–';
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  if (value === 0) return '0';
  const size = Math.abs(value);
  const sign = value < 0 ? '−' : '';
  if (size < 1e-3 || size >= 1e5) return sign + size.toExponential(2).replace('e+', 'e').replace('-', '−');
  const decimals = Math.min(4, Math.max(0, 3 - Math.floor(Math.log10(size))));
  return sign + size.toFixed(decimals);
}

/** `97.5 %` */
export function formatShare(share: number | undefined, decimals = 1): string {
  if (share === undefined || Number.isNaN(share)) return '–';
  return `${(share * 100).toFixed(decimals)} %`;
}

/** `1,234,567`, in both languages. By hand: the first number that `Intl` formats costs a page 50 ms. */
export const formatWhole = (value: number): string =>
  String(Math.round(value)).replaceAll(/\B(?=(?:\d{3})+$)/g, ',');

/** `950`, `12.5k`, `3.1M`, `9.8e17`: for axes and narrow fields. */
export function formatShort(value: number): string {
  const size = Math.abs(value);
  const sign = value < 0 ? '−' : '';
  if (size >= 1e12) return sign + size.toExponential(1).replace('e+', 'e');
  for (const [unit, suffix] of [
    [1e9, 'G'],
    [1e6, 'M'],
    [1e3, 'k'],
  ] as const) {
    if (size >= unit) return `${sign}${Number((size / unit).toPrecision(3))}${suffix}`;
  }
  return sign + String(Number(size.toPrecision(3)));
}

const two = (value: number): string => String(value).padStart(2, '0');

/** `0:42`, `12:05`, `3:07:00`; `–` while unknown. */
export function formatDuration(seconds: number | undefined): string {
  if (seconds === undefined || !Number.isFinite(seconds) || seconds < 0) return '–';
  const whole = Math.ceil(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** `84 MB` in powers of 1024. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${value < 10 && unit > 0 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}
