import type { ChannelStatistics } from '../sources/contract.ts';

/** Of what lies at 0 … count − 1; NaN is a value that is missing. */
export function momentsOver(
  name: string,
  count: number,
  at: (i: number) => number,
  missing = 0,
): ChannelStatistics {
  let [known, sum, min, max] = [0, 0, Infinity, -Infinity];
  for (let i = 0; i < count; i++) {
    const value = at(i);
    if (Number.isNaN(value)) continue;
    known++;
    sum += value;
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  if (known === 0) return { name, mean: 0, deviation: 0, min: 0, max: 0, missing };
  const mean = sum / known;
  let squares = 0;
  for (let i = 0; i < count; i++) {
    const value = at(i);
    if (!Number.isNaN(value)) squares += (value - mean) ** 2;
  }
  return { name, mean, deviation: Math.sqrt(squares / known), min, max, missing };
}

/** x = value · scale + shift, as the field `scaling` says. */
export function scaleOf(
  { mean, deviation, min, max }: ChannelStatistics,
  scaling: string,
): { readonly scale: number; readonly shift: number } {
  if (scaling === 'none') return { scale: 1, shift: 0 };
  // What is the same everywhere stays at 0.
  const by = scaling === 'unit' ? max - min : deviation;
  const scale = 1 / (by > 0 ? by : 1);
  return { scale, shift: -(scaling === 'unit' ? min : mean) * scale };
}
