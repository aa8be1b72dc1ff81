import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Frame } from '../../../engine/protocol/live-run-messages.ts';
import type { ToEngine } from '../../../engine/protocol/messages.ts';
import { decodeMessage, encodeMessage } from '../../../engine/protocol/wire.ts';

/** Any value, as the packing sees it: it does not know what the messages mean. */
const roundTrip = (value: unknown): unknown => decodeMessage(encodeMessage(value as ToEngine));

const frame: Frame = {
  kind: 'frame',
  run: 'r1',
  state: 'running',
  step: 12,
  epoch: 0,
  epochs: 3,
  stepsPerEpoch: 7,
  stepsPerSecond: 0,
  secondsLeft: Infinity,
  learningRate: 0.1,
  epochsEnded: [
    { epoch: 1, step: 7, train: { loss: Number.NaN }, test: { loss: -0, accuracy: 1 }, learningRate: 0.1 },
  ],
  steps: Float32Array.of(1, 0.5, Number.NaN, 2, Infinity, 1),
  tuned: [[3, 0.05]],
  telemetry: { step: 12, histograms: Int32Array.of(1, -2, 3), updateRatios: Float32Array.of(0.5) },
};

/** A packed message whose envelope was written by someone else. */
function packed(envelope: unknown, attachment = new Uint8Array(0)): Uint8Array {
  const json = new TextEncoder().encode(typeof envelope === 'string' ? envelope : JSON.stringify(envelope));
  const start = (4 + json.length + 3) & ~3;
  const bytes = new Uint8Array(start + attachment.length);
  new DataView(bytes.buffer).setUint32(0, json.length, true);
  bytes.set(json, 4);
  bytes.set(attachment, start);
  return bytes;
}

describe('a message on the wire', () => {
  it('comes back as it went, numbers that JSON cannot hold included', () => {
    expect(roundTrip(frame)).toEqual(frame);
  });

  it('comes back whatever it holds', () => {
    const leaf = fc.oneof(
      fc.double(),
      fc.string({ unit: 'binary' }).filter((s) => s.isWellFormed()),
      fc.boolean(),
      fc.constant(null),
      fc.float32Array(),
      fc.float64Array(),
      fc.int32Array(),
      fc.uint8Array(),
    );
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { depthSize: 'small' },
        leaf,
        fc.array(tie('tree'), { maxLength: 4 }),
        fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('__proto__', 'arrays', 'numbers')), tie('tree'), {
          maxKeys: 4,
          noNullPrototype: true,
        }),
      ),
    }));
    fc.assert(
      fc.property(tree, (value) => {
        expect(roundTrip({ value })).toEqual({ value });
      }),
    );
  });

  it('is read wherever its bytes begin in memory', () => {
    const bytes = encodeMessage(frame);
    for (let shift = 0; shift < 4; shift++) {
      const pool = Buffer.alloc(bytes.length + 4, 0xff);
      pool.set(bytes, shift);
      expect(decodeMessage(pool.subarray(shift, shift + bytes.length))).toEqual(frame);
    }
  });

  it('gives arrays without a copy where its bytes are aligned', () => {
    const bytes = encodeMessage(frame);
    const decoded = decodeMessage(bytes) as Frame;
    expect(decoded.steps.buffer).toBe(bytes.buffer);
  });

  it('carries arrays of shared memory', () => {
    const shared = new Float32Array(new SharedArrayBuffer(12));
    shared.set([1, 2, 3]);
    expect(roundTrip({ x: shared })).toEqual({ x: Float32Array.of(1, 2, 3) });
  });
});

describe('bytes from a stranger', () => {
  const refusals: readonly [string, Uint8Array, RegExp][] = [
    ['nothing', new Uint8Array(0), /expected at least 4 bytes, found 0/],
    [
      'a length beyond the end',
      Uint8Array.of(255, 255, 255, 255, 123),
      /expected 4294967295 bytes of JSON, found 1/,
    ],
    ['text that is not JSON', packed('{'), /not JSON/],
    ['text that is not UTF-8', Uint8Array.of(1, 0, 0, 0, 0xff), /not JSON in UTF-8/],
    ['other JSON', packed([1, 2]), /expected an envelope/],
    [
      'an unknown kind of array',
      packed({ message: null, arrays: [[[], 'float16', 1]], numbers: [] }),
      /expected an envelope/,
    ],
    [
      'a prototype as a kind',
      packed({ message: null, arrays: [[[], 'constructor', 1]], numbers: [] }),
      /expected an envelope/,
    ],
    [
      'a negative length',
      packed({ message: null, arrays: [[[], 'uint8', -1]], numbers: [] }),
      /expected an envelope/,
    ],
    [
      'an array beyond the end',
      packed({ message: { x: null }, arrays: [[['x'], 'float32', 5]], numbers: [] }, new Uint8Array(16)),
      /expected 20 bytes for x, found 16/,
    ],
    [
      'a place that is not there',
      packed({ message: {}, arrays: [], numbers: [[['x', 'y'], 'NaN']] }),
      /no place x\.y/,
    ],
    [
      'a place that is taken',
      packed({ message: { x: 1 }, arrays: [], numbers: [[['x'], 'NaN']] }),
      /expected null at x/,
    ],
  ];
  for (const [what, bytes, sentence] of refusals) {
    it(`is refused: ${what}`, () => expect(() => decodeMessage(bytes)).toThrow(sentence));
  }

  it('cannot reach a prototype through a path', () => {
    for (const path of [['__proto__', 'polluted'], ['constructor', 'prototype', 'polluted'], ['toString']]) {
      const bytes = packed({ message: {}, arrays: [], numbers: [[path, 'NaN']] });
      expect(() => decodeMessage(bytes)).toThrow(/no place/);
    }
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });

  it('is never anything but a message or one sentence', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          decodeMessage(bytes);
        } catch (error) {
          expect(error).toMatchObject({ name: 'NetwrightError', code: 'message-malformed' });
        }
      }),
    );
  });
});
