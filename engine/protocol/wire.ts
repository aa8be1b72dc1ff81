import { NetwrightError } from '../declaration/problem.ts';
import { text } from '../declaration/text.ts';
import type { FromEngine, ToEngine } from './messages.ts';

/**
 * One message as bytes, for a WebSocket:
 *
 *   [json length, uint32 little endian][json, UTF-8][zeros up to a multiple of 4][array 0][zeros][array 1]…
 *
 * The JSON is an envelope: the message with null wherever a typed array or a number that JSON cannot hold (NaN, ±Infinity,
 * −0) stood, and for each of them its path. Paths are kept apart from the message, so nothing in a stranger's
 * document can be mistaken for one.
 */
export const wireLimits = { messageBytes: 256 * 1024 * 1024 } as const;

type Message = ToEngine | FromEngine;
type TypedArray = Float32Array | Float64Array | Int32Array | Uint8Array;
type Path = readonly (string | number)[];

const arrayKinds = {
  float32: Float32Array,
  float64: Float64Array,
  int32: Int32Array,
  uint8: Uint8Array,
} as const;
type ArrayKind = keyof typeof arrayKinds;

const oddNumbers = { NaN: Number.NaN, Infinity: Infinity, '-Infinity': -Infinity, '-0': -0 } as const;
type OddNumber = keyof typeof oddNumbers;

interface Envelope {
  message: unknown;
  /** [path, kind, length in elements], in the order of the attachments. */
  arrays: [Path, ArrayKind, number][];
  numbers: [Path, OddNumber][];
}

const headerBytes = 4;
const aligned = (offset: number): number => (offset + 3) & ~3;

export function encodeMessage(message: Message): Uint8Array<ArrayBuffer> {
  const envelope: Envelope = { message: undefined, arrays: [], numbers: [] };
  const arrays: TypedArray[] = [];
  envelope.message = lift(message, [], envelope, arrays);

  const json = new TextEncoder().encode(JSON.stringify(envelope));
  const attachmentBytes = arrays.reduce((sum, array) => sum + aligned(array.byteLength), 0);
  const bytes = new Uint8Array(aligned(headerBytes + json.length) + attachmentBytes);
  new DataView(bytes.buffer).setUint32(0, json.length, true);
  bytes.set(json, headerBytes);
  let offset = aligned(headerBytes + json.length);
  for (const array of arrays) {
    bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), offset);
    offset += aligned(array.byteLength);
  }
  return bytes;
}

/** The message with nulls in the places of what is carried beside it. */
function lift(value: unknown, path: Path, envelope: Envelope, arrays: TypedArray[]): unknown {
  if (typeof value === 'number') {
    if (Number.isFinite(value) && !Object.is(value, -0)) return value;
    envelope.numbers.push([path, Object.is(value, -0) ? '-0' : (String(value) as OddNumber)]);
    return null;
  }
  if (typeof value !== 'object' || value === null) return value;
  for (const [kind, constructor] of Object.entries(arrayKinds)) {
    if (value instanceof constructor) {
      envelope.arrays.push([path, kind as ArrayKind, value.length]);
      arrays.push(value);
      return null;
    }
  }
  if (Array.isArray(value)) return value.map((entry, i) => lift(entry, [...path, i], envelope, arrays));
  const copy = Object.entries(value).map(([key, entry]) => [
    key,
    lift(entry, [...path, key], envelope, arrays),
  ]);
  return Object.fromEntries(copy);
}

/**
 * The message that `encodeMessage` packed, as far as its form goes: what it says is checked by incoming.ts.
 * Arrays are views of `bytes` where these are aligned in memory, copies otherwise.
 */
export function decodeMessage(bytes: Uint8Array): unknown {
  if (bytes.length < headerBytes)
    throw malformed(
      `expected at least 4 bytes, found ${bytes.length}`,
      `至少应有 4 字节，实际只有 ${bytes.length} 字节`,
    );
  if (bytes.length > wireLimits.messageBytes) {
    throw malformed(
      `expected at most ${wireLimits.messageBytes} bytes, found ${bytes.length}`,
      `最多 ${wireLimits.messageBytes} 字节，实际为 ${bytes.length} 字节`,
    );
  }
  const jsonBytes = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  if (jsonBytes > bytes.length - headerBytes) {
    throw malformed(
      `expected ${jsonBytes} bytes of JSON, found ${bytes.length - headerBytes}`,
      `应有 ${jsonBytes} 字节 JSON，实际只有 ${bytes.length - headerBytes} 字节`,
    );
  }
  const envelope = parseEnvelope(bytes.subarray(headerBytes, headerBytes + jsonBytes));

  let offset = aligned(headerBytes + jsonBytes);
  const slots: [Path, TypedArray | number][] = [];
  for (const [path, kind, length] of envelope.arrays) {
    const byteLength = length * arrayKinds[kind].BYTES_PER_ELEMENT;
    if (offset + byteLength > bytes.length) {
      const found = Math.max(0, bytes.length - offset);
      throw malformed(
        `expected ${byteLength} bytes for ${path.join('.')}, found ${found}`,
        `${path.join('.')} 应有 ${byteLength} 字节，实际只有 ${found} 字节`,
      );
    }
    slots.push([path, arrayAt(bytes, offset, kind, length)]);
    offset += aligned(byteLength);
  }
  for (const [path, name] of envelope.numbers) slots.push([path, oddNumbers[name]]);
  for (const [path, value] of slots) envelope.message = putBack(envelope.message, path, value);
  return envelope.message;
}

function arrayAt(bytes: Uint8Array, offset: number, kind: ArrayKind, length: number): TypedArray {
  const constructor = arrayKinds[kind];
  const start = bytes.byteOffset + offset;
  if (start % constructor.BYTES_PER_ELEMENT === 0)
    return new constructor(bytes.buffer as ArrayBuffer, start, length);
  const copy = Uint8Array.from(bytes.subarray(offset, offset + length * constructor.BYTES_PER_ELEMENT));
  return new constructor(copy.buffer);
}

function parseEnvelope(json: Uint8Array): Envelope {
  let envelope: unknown;
  try {
    envelope = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(json));
  } catch {
    throw malformed('its text is not JSON in UTF-8', '其文本不是 UTF-8 编码的 JSON');
  }
  if (!isEnvelope(envelope))
    throw malformed(
      'expected an envelope {message, arrays, numbers}, found other JSON',
      '应为 {message, arrays, numbers} 结构，实际为其他 JSON',
    );
  return envelope;
}

function isEnvelope(value: unknown): value is Envelope {
  if (typeof value !== 'object' || value === null) return false;
  const { message, arrays, numbers } = value as Partial<Record<keyof Envelope, unknown>>;
  return (
    message !== undefined &&
    Array.isArray(arrays) &&
    arrays.every(
      (entry) =>
        Array.isArray(entry) &&
        isPath(entry[0]) &&
        Object.hasOwn(arrayKinds, String(entry[1])) &&
        Number.isSafeInteger(entry[2]) &&
        entry[2] >= 0,
    ) &&
    Array.isArray(numbers) &&
    numbers.every(
      (entry) => Array.isArray(entry) && isPath(entry[0]) && Object.hasOwn(oddNumbers, String(entry[1])),
    )
  );
}

function isPath(value: unknown): value is Path {
  return Array.isArray(value) && value.every((key) => typeof key === 'string' || Number.isSafeInteger(key));
}

/** Only a null that stands in the message itself is replaced: a path can never reach a prototype. */
function putBack(message: unknown, path: Path, value: TypedArray | number): unknown {
  if (path.length === 0) return value;
  let holder = message;
  for (const key of path.slice(0, -1)) holder = own(holder, key, path);
  const last = path.at(-1) as string | number;
  if (own(holder, last, path) !== null)
    throw malformed(
      `expected null at ${path.join('.')}, found a value`,
      `${path.join('.')} 处应为 null，实际为其他值`,
    );
  (holder as Record<string | number, unknown>)[last] = value;
  return message;
}

function own(holder: unknown, key: string | number, path: Path): unknown {
  if (typeof holder !== 'object' || holder === null || !Object.hasOwn(holder, key)) {
    throw malformed(`there is no place ${path.join('.')} in it`, `其中没有 ${path.join('.')} 这个位置`);
  }
  return (holder as Record<string | number, unknown>)[key];
}

function malformed(en: string, zh: string): NetwrightError {
  return new NetwrightError(
    'message-malformed',
    text(`A message could not be read: ${en}.`, `无法读取一条消息：${zh}。`),
  );
}
