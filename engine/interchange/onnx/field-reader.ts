import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { NetwrightError } from '../../declaration/problem.ts';
import { type Text, text } from '../../declaration/text.ts';

/**
 * Protocol-buffer messages as trees of numbered fields (protobuf.dev/programming-guides/encoding), read with limits
 * because the bytes may come from anyone: nothing is allocated beyond a small multiple of what was given.
 */
export const readingLimits = {
  bytes: 1024 * 1024 * 1024,
  /** Messages, strings, and numbers that are not packed, in one file. */
  parts: 1_000_000,
  depth: 32,
} as const;

/** What one reading of one file shares between its messages. */
interface Reading {
  readonly file: string;
  partsLeft: number;
}

export type Fields = Readonly<Record<number, (field: FieldReader) => void>>;

/** Reads the outermost message of a file. Throws a NetwrightError with file, place, what was expected and found. */
export function readMessage(bytes: Uint8Array, file: string, place: string, fields: Fields): void {
  if (bytes.length > readingLimits.bytes) {
    const limit = readingLimits.bytes / 2 ** 20;
    const found = Math.ceil(bytes.length / 2 ** 20);
    throw new NetwrightError(
      'onnx-too-large',
      text(
        `${file} is too large to be read: expected at most ${limit} MiB, found ${found} MiB.`,
        `${file} 太大，无法读取：最多 ${limit} MiB，实际为 ${found} MiB。`,
      ),
    );
  }
  new FieldReader(bytes, { file, partsLeft: readingLimits.parts }, place, 0, 0).readAll(fields);
}

export function notOnnx(file: string, place: Text, expected: Text, found: Text): NetwrightError {
  return new NetwrightError(
    'not-onnx',
    text(
      `${file} is not an ONNX file: ${place.en}, expected ${expected.en}, found ${found.en}.`,
      `${file} 不是 ONNX 文件：${place.zh}应为${expected.zh}，实际为${found.zh}。`,
    ),
  );
}

const wireTypeNames: Readonly<Record<number, Text>> = {
  [WireType.Varint]: text('a whole number', '整数'),
  [WireType.Bit64]: text('an 8-byte value', '8 字节的值'),
  [WireType.LengthDelimited]: text('a length with its bytes', '带长度的字节串'),
  [WireType.StartGroup]: text('the start of a group', '组的开头'),
  [WireType.EndGroup]: text('the end of a group', '组的结尾'),
  [WireType.Bit32]: text('a 4-byte value', '4 字节的值'),
};

/** Of bytes that cannot be read, how many an error shows. */
const shownBytes = 6;

/** Stands on one field of a message while that field's function runs. */
export class FieldReader {
  private readonly content: Uint8Array;
  private readonly reader: BinaryReader;
  private readonly reading: Reading;
  private readonly place: string;
  /** Where this message starts in the file. */
  private readonly offset: number;
  private readonly depth: number;
  private wireType: WireType = WireType.Varint;
  private fieldStart = 0;

  constructor(bytes: Uint8Array, reading: Reading, place: string, offset: number, depth: number) {
    this.content = bytes;
    this.reader = new BinaryReader(bytes);
    this.reading = reading;
    this.place = place;
    this.offset = offset;
    this.depth = depth;
  }

  /** Calls the function of every known field in the order of the bytes; unknown fields are passed over. */
  readAll(fields: Fields): void {
    this.countPart();
    while (this.reader.pos < this.reader.len) {
      this.fieldStart = this.reader.pos;
      const [number, wireType] = this.guarded(() => this.reader.tag(), text('a field', '一个字段'));
      this.wireType = wireType;
      const read = fields[number];
      if (read === undefined) {
        this.guarded(
          () => this.reader.skip(wireType, number, readingLimits.depth),
          text('a field', '一个字段'),
        );
      } else {
        read(this);
      }
    }
  }

  string(): string {
    this.countPart();
    this.expect(WireType.LengthDelimited);
    return this.guarded(() => this.reader.string(true), text('UTF-8 text', 'UTF-8 文本'));
  }

  /** A view of the file's own bytes. */
  bytes(): Uint8Array {
    this.expect(WireType.LengthDelimited);
    return this.guarded(() => this.reader.bytes(), text('a length and that many bytes', '长度及相应的字节'));
  }

  int64(): bigint {
    this.expect(WireType.Varint);
    return this.guarded(() => BigInt(this.reader.int64()), text('a whole number', '整数'));
  }

  /** A whole number that a JavaScript number can hold. */
  int(): number {
    const value = this.int64();
    if (value > BigInt(Number.MAX_SAFE_INTEGER) || value < -BigInt(Number.MAX_SAFE_INTEGER)) {
      throw this.failure(text('a whole number below 2⁵³', '小于 2⁵³ 的整数'), text(`${value}`, `${value}`));
    }
    return Number(value);
  }

  /** `value` as the size of a dimension. */
  sizeOf(value: bigint): number {
    if (value < 0n || value > 0x7fffffffn) {
      throw this.failure(
        text('a size from 0 to 2³¹ − 1', '0 到 2³¹ − 1 的尺寸'),
        text(`${value}`, `${value}`),
      );
    }
    return Number(value);
  }

  float(): number {
    this.expect(WireType.Bit32);
    return this.guarded(() => this.reader.float(), text('a float', '浮点数'));
  }

  message(place: string, fields: Fields): void {
    const start = this.fieldStart;
    const bytes = this.bytes();
    if (this.depth + 1 > readingLimits.depth) {
      this.fieldStart = start;
      throw this.failure(
        text(`at most ${readingLimits.depth} levels`, `最多 ${readingLimits.depth} 层嵌套`),
        text('more', '更多'),
      );
    }
    const offset = this.offset + this.reader.pos - bytes.length;
    new FieldReader(bytes, this.reading, `${this.place}.${place}`, offset, this.depth + 1).readAll(fields);
  }

  /** Numbers of a repeated field, packed or one by one: a run to append to those before. */
  floats(): Float32Array {
    if (this.wireType === WireType.Bit32) return Float32Array.of(this.single(() => this.float()));
    const view = this.fixedView(4);
    return Float32Array.from({ length: view.byteLength / 4 }, (_, i) => view.getFloat32(i * 4, true));
  }

  doubles(): Float64Array {
    if (this.wireType === WireType.Bit64) {
      return Float64Array.of(
        this.single(() => this.guarded(() => this.reader.double(), text('a float', '浮点数'))),
      );
    }
    const view = this.fixedView(8);
    return Float64Array.from({ length: view.byteLength / 8 }, (_, i) => view.getFloat64(i * 8, true));
  }

  int64s(): BigInt64Array {
    if (this.wireType === WireType.Varint) return BigInt64Array.of(this.single(() => this.int64()));
    const bytes = this.bytes();
    const packed = new BinaryReader(bytes);
    const values = new BigInt64Array(varintCount(bytes));
    this.guarded(
      () => {
        for (let i = 0; packed.pos < packed.len; i++) values[i] = BigInt(packed.int64());
      },
      text('packed whole numbers', '一串整数'),
    );
    return values;
  }

  int32s(): Int32Array {
    return Int32Array.from(this.int64s(), (value) => Number(BigInt.asIntN(32, value)));
  }

  private single<T>(read: () => T): T {
    this.countPart();
    return read();
  }

  private fixedView(size: number): DataView {
    const bytes = this.bytes();
    if (bytes.length % size !== 0) {
      throw this.failure(
        text(`a multiple of ${size} bytes`, `${size} 字节的整数倍`),
        text(`${bytes.length}`, `${bytes.length} 字节`),
      );
    }
    return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  private expect(wireType: WireType): void {
    if (this.wireType === wireType) return;
    const unknown = text('something else', '其他内容');
    throw this.failure(wireTypeNames[wireType] ?? unknown, wireTypeNames[this.wireType] ?? unknown);
  }

  private countPart(): void {
    this.reading.partsLeft -= 1;
    if (this.reading.partsLeft >= 0) return;
    const limit = readingLimits.parts;
    throw this.failure(text(`at most ${limit} parts`, `最多 ${limit} 个部分`), text('more', '更多'));
  }

  /** Runs a read of the wire library and turns its errors into ours. */
  private guarded<T>(read: () => T, expected: Text): T {
    try {
      return read();
    } catch (error) {
      if (error instanceof NetwrightError) throw error;
      const first = this.content.subarray(this.fieldStart, this.fieldStart + shownBytes);
      const shown = [...first].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
      throw this.failure(
        expected,
        error instanceof RangeError
          ? text('that the bytes end too soon', '数据提前结束')
          : text(`the bytes ${shown}`, `字节 ${shown}`),
      );
    }
  }

  private failure(expected: Text, found: Text): NetwrightError {
    const at = this.offset + this.fieldStart;
    const place = text(`at byte ${at} in ${this.place}`, `第 ${at} 字节（${this.place}）`);
    return notOnnx(this.reading.file, place, expected, found);
  }
}

/** Every varint ends with the one byte whose top bit is clear. */
function varintCount(bytes: Uint8Array): number {
  let count = 0;
  for (const byte of bytes) if (byte < 0x80) count++;
  return count;
}
