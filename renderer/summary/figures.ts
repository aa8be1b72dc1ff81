import type { Translate } from '../i18n/i18n.ts';

/** All times of a table in one unit, so that they can be compared at a glance: microseconds where none reaches a millisecond. */
export function timeFormat(largestMs: number): (ms: number) => string {
  if (largestMs < 1) return (ms) => `${(ms * 1000).toFixed(1)} µs`;
  return (ms) => `${ms.toFixed(largestMs < 100 ? 2 : 1)} ms`;
}

/** `5.9 µs`, `61 ms`, `2.6 s`, `12.4 min`, `3.1 h` in the words of the language. */
export function spokenTime(t: Translate, ms: number): string {
  if (ms < 1) return t('summary.microseconds', { shown: three(ms * 1000) });
  if (ms < 1000) return t('summary.milliseconds', { shown: three(ms) });
  if (ms < 120_000) return t('summary.seconds', { shown: three(ms / 1000) });
  if (ms < 7_200_000) return t('summary.minutes', { shown: three(ms / 60_000) });
  return t('summary.hours', { shown: three(ms / 3_600_000) });
}

/** Three digits that say something: `0.512`, `5.93`, `61.2`, `118`. */
const three = (value: number): string => String(Number(value.toPrecision(value < 10 ? 2 : 3)));
