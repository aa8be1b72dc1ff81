import { elementCount } from '../../declaration/tensor-type.ts';
import type { RawRows, Samples, SampleType } from './contract.ts';

/** Values of one kind, row by row, and how a row becomes numbers. */
export interface RowSource {
  /** [count, size] */
  readonly from: Float32Array | Int32Array | Uint8Array;
  readonly size: number;
  /** Where they are bytes: the number that each byte of each channel stands for, [channels, 256]. */
  readonly table: Float32Array | undefined;
  readonly channelSize: number;
}

/** Samples of at most this many values are copied one value at a time, which costs less than a call. */
const smallSample = 32;

export function rowSource(samples: Samples, port: 'x' | 'y', size: number): RowSource {
  const from = samples[port];
  if (!(from instanceof Uint8Array)) return { from, size, table: undefined, channelSize: size };
  const { scaling } = samples;
  if (scaling === undefined) throw new Error('samples of bytes say what number a byte stands for');
  const { scale, shift, channelSize } = scaling;
  const table = new Float32Array(scale.length * 256);
  for (let i = 0; i < table.length; i++) {
    const channel = i >> 8;
    table[i] = (i & 255) * scale[channel] + shift[channel];
  }
  return { from, size, table, channelSize };
}

/** Writes a row as numbers. */
export function copyRow(source: RowSource, row: number, to: Float32Array | Int32Array, at: number): void {
  const { from, size, table, channelSize } = source;
  const start = row * size;
  if (table !== undefined) {
    let channelStart = 0;
    for (let base = 0; channelStart < size; base += 256) {
      const end = channelStart + channelSize;
      for (let i = channelStart; i < end; i++) to[at + i] = table[base + from[start + i]];
      channelStart = end;
    }
  } else if (size > smallSample) to.set(from.subarray(start, start + size), at);
  else for (let i = 0; i < size; i++) to[at + i] = from[start + i];
}

/** Inputs of one sample, as numbers. */
export const inputSource = (samples: Samples, { input }: SampleType): RowSource =>
  rowSource(samples, 'x', elementCount(input.shape));

/** Inputs as they lie in files; undefined of samples that are made from numbers alone. */
export function rawRows(samples: Samples): RawRows | undefined {
  const { x, count } = samples;
  if (!(x instanceof Uint8Array)) return samples.raw;
  return rawOf(x, 'uint8', x.length / count);
}

/** Rows that lie one after the other. */
export const rawOf = (from: Uint8Array | Float32Array, type: RawRows['type'], size: number): RawRows => ({
  type,
  size,
  copy: (row, to, at) => to.set(from.subarray(row * size, (row + 1) * size), at),
});
