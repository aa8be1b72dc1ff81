import { elementCount } from '../../declaration/tensor-type.ts';
import type { MadeSamples, RawRows, Samples, SampleType, StoredRows } from './contract.ts';

/** Rows of one size, wherever they lie. */
export interface Rows<T extends MadeSamples['x'] | Uint8Array = MadeSamples['x'] | Uint8Array> {
  /** All rows, or those that were asked for last. */
  readonly from: T;
  readonly size: number;
  /** Where in `from` a row begins; it stays there while one other is asked for. */
  readonly start: (row: number) => number;
}

/** Values of one kind, row by row, and how a row becomes numbers. */
export interface RowSource extends Rows {
  /** Where they are bytes: the number that each byte of each channel stands for, [channels, 256]. */
  readonly table: Float32Array | undefined;
  readonly channelSize: number;
}

/** Samples of at most this many values are copied one value at a time, which costs less than a call. */
const smallSample = 32;

export const areStored = (x: Samples['x']): x is StoredRows => 'window' in x;

export const areNumbers = (x: Samples['x']): x is MadeSamples['x'] =>
  x instanceof Float32Array || x instanceof Int32Array;

export function rowsOf<T extends MadeSamples['x'] | Uint8Array>(
  x: T | StoredRows,
  size: number,
): Rows<T | Uint8Array> {
  return areStored(x)
    ? { from: x.window, size, start: (row) => x.bring(row) }
    : { from: x, size, start: (row) => row * size };
}

export function rowSource(samples: Samples, port: 'x' | 'y', size: number): RowSource {
  const values = samples[port];
  const rows = rowsOf(values, size);
  if (areNumbers(values)) return { ...rows, table: undefined, channelSize: size };
  const { scaling } = samples;
  if (scaling === undefined) throw new Error('samples of bytes say what number a byte stands for');
  const { scale, shift, channelSize } = scaling;
  const table = new Float32Array(scale.length * 256);
  for (let i = 0; i < table.length; i++) {
    const channel = i >> 8;
    table[i] = (i & 255) * scale[channel] + shift[channel];
  }
  return { ...rows, table, channelSize };
}

/** Writes a row as numbers. */
export function copyRow(source: RowSource, row: number, to: Float32Array | Int32Array, at: number): void {
  const { from, size, table, channelSize } = source;
  const start = source.start(row);
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
  if (areNumbers(x)) return samples.raw;
  return rawOf(x, 'uint8', areStored(x) ? x.size : x.length / count);
}

/** Rows that lie one after the other, in memory or on disk. */
export function rawOf(
  x: Uint8Array | Float32Array | StoredRows,
  type: RawRows['type'],
  size: number,
): RawRows {
  const { from, start } = rowsOf(x, size);
  return {
    type,
    size,
    copy(row, to, at) {
      const first = start(row);
      to.set(from.subarray(first, first + size), at);
    },
  };
}
