import { type Params, paramText } from '../../declaration/fields.ts';
import type { Samples, Scaling } from '../sources/contract.ts';

/** Samples of bytes, channel by channel, with a label each. */
export interface ByteSamples {
  readonly count: number;
  /** [C, …] of one sample. */
  readonly shape: readonly number[];
  /** [count, C, …] */
  readonly x: Uint8Array;
  /** [count] */
  readonly y: Int32Array;
}

const greyNames = ['grey'];
const colourNames = ['red', 'green', 'blue'];

export function scaledBytes(bytes: ByteSamples, { scaling }: Params, train: Uint32Array): Samples {
  const { count, shape, x, y } = bytes;
  const [channels = 1, ...inner] = shape;
  const channelSize = inner.reduce((product, n) => product * n, 1);
  const names = channels === 1 ? greyNames : channels === 3 ? colourNames : [];
  const statistics = byteMoments(x, channels, channelSize, train).map((moments, channel) => ({
    name: names[channel] ?? `${channel + 1}`,
    ...moments,
    missing: 0,
  }));
  const made = scalingOf(statistics, channelSize, paramText(scaling));
  const preparation = statistics.map(({ name }, channel) => ({
    name,
    scale: made.scale[channel] as number,
    shift: made.shift[channel] as number,
  }));
  return { count, x, y, scaling: made, preparation, statistics };
}

function scalingOf(moments: readonly Moments[], channelSize: number, kind: string): Scaling {
  const scale = new Float64Array(moments.length).fill(kind === 'none' ? 1 : 1 / 255);
  const shift = new Float64Array(moments.length);
  if (kind === 'standard') {
    for (const [channel, { mean, deviation }] of moments.entries()) {
      // A channel that is the same everywhere stays at 0.
      scale[channel] = 1 / (deviation > 0 ? deviation : 1);
      shift[channel] = -mean * (scale[channel] as number);
    }
  }
  return { channelSize, scale, shift };
}

export interface Moments {
  readonly mean: number;
  readonly deviation: number;
  readonly min: number;
  readonly max: number;
}

/** Of every channel over some rows, in bytes. Whole numbers are counted, so the order of the rows changes nothing. */
export function byteMoments(
  x: Uint8Array,
  channels: number,
  channelSize: number,
  rows: Uint32Array,
): readonly Moments[] {
  const size = channels * channelSize;
  return Array.from({ length: channels }, (_, channel) => {
    const counts = new Float64Array(256);
    for (const row of rows) {
      const start = row * size + channel * channelSize;
      for (let i = start; i < start + channelSize; i++) counts[x[i] as number]++;
    }
    return momentsOfCounts(counts);
  });
}

function momentsOfCounts(counts: Float64Array): Moments {
  let [all, sum, min, max] = [0, 0, 255, 0];
  for (const [value, count] of counts.entries()) {
    if (count === 0) continue;
    all += count;
    sum += count * value;
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  if (all === 0) return { mean: 0, deviation: 0, min: 0, max: 0 };
  const mean = sum / all;
  const squares = counts.reduce((total, count, value) => total + count * (value - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / all), min, max };
}
