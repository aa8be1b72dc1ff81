import { NetwrightError } from '../declaration/problem.ts';
import { elementCount, shapeText } from '../declaration/tensor-type.ts';
import { type Text, text } from '../declaration/text.ts';

export interface NamedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** Row-major, as many as the shape says. */
  readonly values: Float32Array | Int32Array;
}

export interface TensorFile {
  readonly tensors: readonly NamedTensor[];
  readonly metadata: Readonly<Record<string, string>>;
}

const headerLimit = 16 * 1024 * 1024;
const fileLimit = 16 * 1024 ** 3;
const lengthBytes = 8;

/**
 * The safetensors format (github.com/huggingface/safetensors, "Format"): the header's length as uint64, a JSON header
 * with dtype, shape and place of each tensor, then the tensors' bytes in that order, all little-endian. The file is written
 * into `room` where that is large enough: touching new memory costs several times the copy.
 */
export function encodeSafetensors(
  { tensors, metadata }: TensorFile,
  room?: ArrayBuffer,
): Uint8Array<ArrayBuffer> {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let offset = 0;
  for (const { name, shape, values } of tensors) {
    const end = offset + values.byteLength;
    header[name] = {
      dtype: values instanceof Int32Array ? 'I32' : 'F32',
      shape,
      data_offsets: [offset, end],
    };
    offset = end;
  }
  // Spaces bring the first tensor to a multiple of eight bytes, as readers that map the file expect.
  const json = new TextEncoder().encode(JSON.stringify(header));
  const headerBytes = Math.ceil(json.length / 8) * 8;
  const size = lengthBytes + headerBytes + offset;
  const bytes = new Uint8Array(
    room !== undefined && room.byteLength >= size ? room : new ArrayBuffer(size),
    0,
    size,
  );
  bytes.fill(0x20, lengthBytes + json.length, lengthBytes + headerBytes);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerBytes), true);
  bytes.set(json, lengthBytes);
  let at = lengthBytes + headerBytes;
  for (const { values } of tensors) {
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), at);
    at += values.byteLength;
  }
  return bytes;
}

/** Reads a file from a stranger; float32 and int32 tensors. Throws a NetwrightError that names file and place. */
export function decodeSafetensors(bytes: Uint8Array, file: string): TensorFile {
  const fail = (place: Text, en: string, zh: string): NetwrightError =>
    new NetwrightError(
      'safetensors.malformed',
      text(`${file}: ${place.en}: ${en}`, `${file}：${place.zh}：${zh}`),
    );
  if (bytes.length < lengthBytes || bytes.length > fileLimit) {
    throw fail(
      text('size', '大小'),
      `expected 8 bytes to 16 GiB, found ${bytes.length} bytes.`,
      `应为 8 字节到 16 GiB，实际为 ${bytes.length} 字节。`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerBytes = Number(view.getBigUint64(0, true));
  const dataStart = lengthBytes + headerBytes;
  if (headerBytes > headerLimit || dataStart > bytes.length) {
    throw fail(
      text('header length', '头部长度'),
      `expected at most ${Math.min(headerLimit, bytes.length - lengthBytes)}, found ${headerBytes}.`,
      `最多为 ${Math.min(headerLimit, bytes.length - lengthBytes)}，实际为 ${headerBytes}。`,
    );
  }
  const header = parseHeader(bytes.subarray(lengthBytes, dataStart));
  if (header === undefined) {
    throw fail(
      text('header', '头部'),
      'expected a JSON object, found something else.',
      '应为 JSON 对象，实际不是。',
    );
  }

  const dataBytes = bytes.length - dataStart;
  const tensors: NamedTensor[] = [];
  let expectedBegin = 0;
  const entries = Object.entries(header).filter(([name]) => name !== '__metadata__');
  const places = entries.map(([name, value]): readonly [string, Entry] => {
    const entry = readEntry(value);
    if (entry === undefined) {
      throw fail(
        text(`"${name}"`, `“${name}”`),
        'expected dtype F32 or I32, a shape of at most 8 whole numbers, and data_offsets [begin, end].',
        '应包含 dtype（F32 或 I32）、最多 8 维的整数 shape，以及 data_offsets [begin, end]。',
      );
    }
    return [name, entry];
  });
  for (const [name, { dtype, shape, begin, end }] of places.toSorted((a, b) => a[1].begin - b[1].begin)) {
    const count = elementCount(shape);
    if (begin !== expectedBegin || end - begin !== count * 4 || end > dataBytes) {
      throw fail(
        text(`"${name}"`, `“${name}”`),
        `expected bytes ${expectedBegin} to ${expectedBegin + count * 4} of ${dataBytes} for shape ${shapeText(shape)}, found ${begin} to ${end}.`,
        `形状 ${shapeText(shape)} 应占 ${dataBytes} 字节中的 ${expectedBegin} 到 ${expectedBegin + count * 4}，实际为 ${begin} 到 ${end}。`,
      );
    }
    expectedBegin = end;
    // A copy, because the file's bytes need not be aligned.
    const data = bytes.slice(dataStart + begin, dataStart + end).buffer;
    tensors.push({ name, shape, values: dtype === 'I32' ? new Int32Array(data) : new Float32Array(data) });
  }
  if (expectedBegin !== dataBytes) {
    throw fail(
      text('data', '数据'),
      `expected ${expectedBegin} bytes, found ${dataBytes}.`,
      `应为 ${expectedBegin} 字节，实际为 ${dataBytes} 字节。`,
    );
  }
  return { tensors, metadata: readMetadata(header['__metadata__']) };
}

interface Entry {
  readonly dtype: 'F32' | 'I32';
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

function parseHeader(bytes: Uint8Array): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function readEntry(value: unknown): Entry | undefined {
  if (!isRecord(value)) return undefined;
  const { dtype, shape, data_offsets: offsets } = value;
  if ((dtype !== 'F32' && dtype !== 'I32') || !isSizes(shape) || shape.length > 8) return undefined;
  if (!isSizes(offsets) || offsets.length !== 2) return undefined;
  return { dtype, shape, begin: offsets[0], end: offsets[1] };
}

function readMetadata(value: unknown): Record<string, string> {
  if (!isRecord(value)) return {};
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isSizes = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0);
