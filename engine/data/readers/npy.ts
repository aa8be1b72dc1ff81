import type { NetwrightError } from '../../declaration/problem.ts';
import { text } from '../../declaration/text.ts';
import { dataError } from './contract.ts';

/**
 * An array as NumPy writes it: a magic, the version, the length of the header, the header as a Python dictionary, numbers
 * (numpy.lib.format).
 */
export interface NpyArray {
  readonly shape: readonly number[];
  /** Whole numbers of 8 bits stay bytes. */
  readonly values: Uint8Array | Float64Array;
  readonly isWhole: boolean;
}

interface Reading {
  readonly size: number;
  readonly isWhole: boolean;
  read(view: DataView, at: number, little: boolean): number;
}

const kinds: Readonly<Record<string, Reading>> = {
  b1: { size: 1, isWhole: true, read: (view, at) => view.getUint8(at) },
  u1: { size: 1, isWhole: true, read: (view, at) => view.getUint8(at) },
  i1: { size: 1, isWhole: true, read: (view, at) => view.getInt8(at) },
  u2: { size: 2, isWhole: true, read: (view, at, little) => view.getUint16(at, little) },
  i2: { size: 2, isWhole: true, read: (view, at, little) => view.getInt16(at, little) },
  u4: { size: 4, isWhole: true, read: (view, at, little) => view.getUint32(at, little) },
  i4: { size: 4, isWhole: true, read: (view, at, little) => view.getInt32(at, little) },
  u8: { size: 8, isWhole: true, read: (view, at, little) => Number(view.getBigUint64(at, little)) },
  i8: { size: 8, isWhole: true, read: (view, at, little) => Number(view.getBigInt64(at, little)) },
  f2: { size: 2, isWhole: false, read: (view, at, little) => fromHalf(view.getUint16(at, little)) },
  f4: { size: 4, isWhole: false, read: (view, at, little) => view.getFloat32(at, little) },
  f8: { size: 8, isWhole: false, read: (view, at, little) => view.getFloat64(at, little) },
};

/** Half precision: a sign, 5 bits of exponent, 10 of fraction (IEEE 754). */
function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const [exponent, fraction] = [(bits >> 10) & 0x1f, bits & 0x3ff];
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : Number.NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}

const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
const mostDims = 6;

export const isNpy = (start: Uint8Array): boolean => magic.every((byte, i) => start[i] === byte);

export function readNpy(bytes: Uint8Array, place: string): NpyArray {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!isNpy(bytes) || bytes.length < 12)
    throw wrong(place, 'an array of NumPy', 'NumPy 数组', 'none', '不是');
  const isLong = bytes[6] !== 1;
  const headerStart = isLong ? 12 : 10;
  const start = headerStart + (isLong ? view.getUint32(8, true) : view.getUint16(8, true));
  if (start > bytes.length) throw cutOff(place, start, bytes.length);
  const header = new TextDecoder('utf-8').decode(
    bytes.subarray(headerStart, Math.min(start, headerStart + 4096)),
  );
  const descr = /'descr':\s*'([<>|=])([a-z]\d+)'/.exec(header);
  const kind = kinds[descr?.[2] ?? ''];
  if (kind === undefined) {
    const found = (/'descr':\s*([^,]{1,40})/.exec(header)?.[1] ?? '–').trim();
    throw wrong(place, 'real numbers of 1 to 8 bytes', '1 到 8 字节的实数', found, found);
  }
  const listed = /'shape':\s*\(([\d,\s]*)\)/.exec(header)?.[1];
  const shape = (listed ?? '').split(',').flatMap((part) => (part.trim() === '' ? [] : [Number(part)]));
  if (listed === undefined || shape.length < 1 || shape.length > mostDims || shape.some((n) => n < 1)) {
    const [en, zh] = [`1 to ${mostDims} dimensions of at least 1`, `1 到 ${mostDims} 个不为 0 的维度`];
    throw wrong(place, en, zh, `(${shape.join(', ')})`, `(${shape.join(', ')})`);
  }
  const count = shape.reduce((product, n) => product * n, 1);
  if (start + count * kind.size > bytes.length) throw cutOff(place, start + count * kind.size, bytes.length);
  const isFortran = /'fortran_order':\s*True/.test(header) && shape.length > 1;
  if (descr?.[2] === 'u1') {
    const values = bytes.subarray(start, start + count);
    return {
      shape,
      values: isFortran ? inCOrder(values, shape, new Uint8Array(count)) : values,
      isWhole: true,
    };
  }
  const little = descr?.[1] !== '>';
  const values = Float64Array.from({ length: count }, (_, i) =>
    kind.read(view, start + i * kind.size, little),
  );
  const ordered = isFortran ? inCOrder(values, shape, new Float64Array(count)) : values;
  return { shape, values: ordered, isWhole: kind.isWhole };
}

/** Of numbers whose first index changes fastest, as Fortran lays them, those whose last one does. */
function inCOrder<T extends Uint8Array | Float64Array>(values: T, shape: readonly number[], to: T): T {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, n) => product * n, 1));
  const index = new Array<number>(shape.length).fill(0);
  let at = 0;
  for (const value of values) {
    to[at] = value;
    for (let axis = 0; axis < shape.length; axis++) {
      const [size, stride] = [shape[axis] as number, strides[axis] as number];
      at += stride;
      index[axis] = (index[axis] as number) + 1;
      if (index[axis] !== size) break;
      index[axis] = 0;
      at -= size * stride;
    }
  }
  return to;
}

const wrong = (place: string, en: string, zh: string, foundEn: string, foundZh: string): NetwrightError =>
  dataError('npy', place, text(`expected ${en}, found ${foundEn}`, `应为${zh}，实际为 ${foundZh}`));

const cutOff = (place: string, expected: number, found: number): NetwrightError =>
  dataError(
    'truncated',
    place,
    text(
      `expected ${expected} bytes, found ${found}: the file is cut off`,
      `应有 ${expected} 字节，实际为 ${found} 字节：文件不完整`,
    ),
  );
