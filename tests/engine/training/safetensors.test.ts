import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NetwrightError } from '../../../engine/declaration/problem.ts';
import { elementCount } from '../../../engine/declaration/tensor-type.ts';
import {
  decodeSafetensors,
  encodeSafetensors,
  type NamedTensor,
  type TensorFile,
} from '../../../engine/training/safetensors.ts';

const tensor = fc
  .record({
    shape: fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 4 }),
    isInt: fc.boolean(),
    seed: fc.integer(),
  })
  .map(({ shape, isInt, seed }): Omit<NamedTensor, 'name'> => {
    const bits = Int32Array.from({ length: elementCount(shape) }, (_, i) => Math.imul(seed + i, 2654435761));
    return { shape, values: isInt ? bits : new Float32Array(bits.buffer) };
  });

const file = fc
  .tuple(
    fc.dictionary(
      fc.string({ minLength: 1 }).filter((name) => name !== '__metadata__' && name !== '__proto__'),
      tensor,
    ),
    fc.dictionary(
      fc.string().filter((key) => key !== '__proto__'),
      fc.string(),
    ),
  )
  .map(
    ([tensors, metadata]): TensorFile => ({
      tensors: Object.entries(tensors).map(([name, value]) => ({ name, ...value })),
      metadata: { ...metadata },
    }),
  );

const bitsOf = ({ values }: NamedTensor): number[] => [
  ...new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
];

/** A file with the given header text and data. */
function raw(header: string, data: Uint8Array = new Uint8Array(0), headerBytes?: number): Uint8Array {
  const json = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + json.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerBytes ?? json.length), true);
  bytes.set(json, 8);
  bytes.set(data, 8 + json.length);
  return bytes;
}

const sentence = (bytes: Uint8Array): string => {
  try {
    decodeSafetensors(bytes, 'last.safetensors');
  } catch (error) {
    if (error instanceof NetwrightError) return error.text.en;
    throw error;
  }
  return 'was read';
};

describe('a safetensors file', () => {
  it('comes back with the same bits, NaN payloads included', () => {
    fc.assert(
      fc.property(file, (written) => {
        const read = decodeSafetensors(encodeSafetensors(written), 'file');
        expect(read.metadata).toEqual(written.metadata);
        const byName = new Map(read.tensors.map((found) => [found.name, found]));
        expect(byName.size).toBe(written.tensors.length);
        for (const expected of written.tensors) {
          const found = byName.get(expected.name);
          expect(found?.shape).toEqual(expected.shape);
          expect(found && bitsOf(found)).toEqual(bitsOf(expected));
          expect(found?.values.constructor).toBe(expected.values.constructor);
        }
      }),
    );
  });

  it('is laid out as the specification says', () => {
    const bytes = encodeSafetensors({
      tensors: [{ name: 'w', shape: [2], values: new Float32Array([1, -2]) }],
      metadata: { a: 'b' },
    });
    const view = new DataView(bytes.buffer);
    const length = Number(view.getBigUint64(0, true));
    expect(length % 8).toBe(0);
    expect(JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)))).toEqual({
      __metadata__: { a: 'b' },
      w: { dtype: 'F32', shape: [2], data_offsets: [0, 8] },
    });
    expect([view.getFloat32(8 + length, true), view.getFloat32(12 + length, true)]).toEqual([1, -2]);
    expect(bytes.length).toBe(16 + length);
  });

  it('is refused with file, place, what was expected and what was found', () => {
    expect(sentence(new Uint8Array(3))).toBe(
      'last.safetensors: size: expected 8 bytes to 16 GiB, found 3 bytes.',
    );
    expect(sentence(raw('{}', undefined, 99))).toBe(
      'last.safetensors: header length: expected at most 2, found 99.',
    );
    expect(sentence(raw('[1]'))).toContain('header: expected a JSON object');
    expect(sentence(raw('{"a'))).toContain('header: expected a JSON object');
    expect(sentence(raw('{"w":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}}'))).toContain(
      '"w": expected dtype F32 or I32',
    );
    expect(sentence(raw('{"w":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}'))).toContain(
      '"w": expected dtype',
    );
    expect(
      sentence(raw('{"w":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}', new Uint8Array(8))),
    ).toContain('"w": expected bytes 0 to 12 of 8 for shape [3], found 0 to 8');
    const overlapping =
      '{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[2,6]}}';
    expect(sentence(raw(overlapping, new Uint8Array(8)))).toContain('"b": expected bytes 4 to 8');
    expect(sentence(raw('{}', new Uint8Array(4)))).toContain('data: expected 0 bytes, found 4.');
  });

  it('never fails in another way, whatever its bytes are', () => {
    const valid = encodeSafetensors({
      tensors: [
        { name: 'w', shape: [2, 3], values: new Float32Array(6) },
        { name: 'n', shape: [1], values: new Int32Array(1) },
      ],
      metadata: { a: 'b' },
    });
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void sentence(bytes)));
    const changes = fc.array(fc.tuple(fc.nat(valid.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(changes, fc.nat(valid.length), (edits, cut) => {
        const bytes = valid.slice();
        for (const [at, value] of edits) bytes[at] = value;
        sentence(bytes);
        sentence(valid.slice(0, cut));
      }),
      { numRuns: 500 },
    );
  });
});
