import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

/** Writes fields; those at their default are left out, as proto3 wants. */
export class FieldWriter {
  private readonly writer = new BinaryWriter();

  string(number: number, value: string): this {
    if (value !== '') this.writer.tag(number, WireType.LengthDelimited).string(value);
    return this;
  }

  /** Each entry is written, empty or not. */
  strings(number: number, values: readonly string[]): this {
    for (const value of values) this.writer.tag(number, WireType.LengthDelimited).string(value);
    return this;
  }

  bytes(number: number, value: Uint8Array): this {
    this.writer.tag(number, WireType.LengthDelimited).bytes(value);
    return this;
  }

  int(number: number, value: number | bigint): this {
    if (BigInt(value) !== 0n) this.writer.tag(number, WireType.Varint).int64(value);
    return this;
  }

  /** A member of a choice, written even at zero because its presence says which member it is. */
  chosenInt(number: number, value: number | bigint): this {
    this.writer.tag(number, WireType.Varint).int64(value);
    return this;
  }

  float(number: number, value: number): this {
    this.writer.tag(number, WireType.Bit32).float(value);
    return this;
  }

  floats(number: number, values: ArrayLike<number>): this {
    if (values.length === 0) return this;
    this.writer.tag(number, WireType.LengthDelimited).fork();
    for (let i = 0; i < values.length; i++) this.writer.float(values[i]);
    this.writer.join();
    return this;
  }

  doubles(number: number, values: Float64Array): this {
    if (values.length === 0) return this;
    this.writer.tag(number, WireType.LengthDelimited).fork();
    for (const value of values) this.writer.double(value);
    this.writer.join();
    return this;
  }

  ints(number: number, values: ArrayLike<number | bigint>): this {
    if (values.length === 0) return this;
    this.writer.tag(number, WireType.LengthDelimited).fork();
    for (let i = 0; i < values.length; i++) this.writer.int64(values[i]);
    this.writer.join();
    return this;
  }

  message(number: number, write: (inner: FieldWriter) => void): this {
    this.writer.tag(number, WireType.LengthDelimited).fork();
    write(this);
    this.writer.join();
    return this;
  }

  messages<T>(number: number, values: readonly T[], write: (inner: FieldWriter, value: T) => void): this {
    for (const value of values) this.message(number, (inner) => write(inner, value));
    return this;
  }

  /** Everything written; the writer is empty afterwards. */
  finish(): Uint8Array {
    return this.writer.finish();
  }
}
