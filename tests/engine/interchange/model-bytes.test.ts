import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NetwrightError } from '../../../engine/declaration/problem.ts';
import { exposeValues } from '../../../engine/interchange/onnx/expose-values.ts';
import { readingLimits } from '../../../engine/interchange/onnx/field-reader.ts';
import { FieldWriter } from '../../../engine/interchange/onnx/field-writer.ts';
import {
  type Attribute,
  floatTensor,
  floatValues,
  type Model,
  type ModelNode,
  type OnnxGraph,
  type TensorData,
} from '../../../engine/interchange/onnx/model.ts';
import { readModel } from '../../../engine/interchange/onnx/read-model.ts';
import { writeModel } from '../../../engine/interchange/onnx/write-model.ts';
import { onnxruntime } from '../onnx-runner.ts';

const emptyTensor: TensorData = {
  ...floatTensor('', [], new Float32Array()),
  raw: undefined,
};

const branch = (name: string, ...within: Attribute[]): OnnxGraph => ({
  name,
  nodes: [{ name: '', opType: 'If', domain: '', inputs: ['c'], outputs: ['b'], attributes: within }],
  initializers: [floatTensor('v', [1], Float32Array.of(7))],
  inputs: [],
  outputs: [{ name: 'b', tensor: { elementType: 1, dims: ['N'] } }],
  values: [],
});

const attributes: Attribute[] = [
  { name: 'then_branch', kind: 'graph', value: branch('one', { name: 'body', kind: 'graphs', value: [] }) },
  { name: 'bodies', kind: 'graphs', value: [branch('two'), branch('three')] },
  { name: 'alpha', kind: 'float', value: Math.fround(0.1) },
  { name: 'axis', kind: 'int', value: -1n },
  { name: 'zero', kind: 'int', value: 0n },
  { name: 'ends', kind: 'ints', value: [0n, 9223372036854775807n, -9223372036854775808n] },
  { name: 'scales', kind: 'floats', value: [0.5, Infinity, -0] },
  { name: 'mode', kind: 'string', value: Uint8Array.of(0x6c, 0x69, 0x6e) },
  { name: 'names', kind: 'strings', value: [Uint8Array.of(1), new Uint8Array()] },
  { name: 'value', kind: 'tensor', value: floatTensor('c', [1, 2], Float32Array.of(1, -2)) },
];

const model: Model = {
  irVersion: 10,
  producerName: 'tests',
  producerVersion: '1.2',
  modelVersion: 7,
  documentation: 'a model',
  opsets: [
    { domain: '', version: 21 },
    { domain: 'com.microsoft', version: 1 },
  ],
  graph: {
    name: '圆 · circle',
    nodes: [
      { name: 'fc1.y', opType: 'Gemm', domain: '', inputs: ['x', 'w', ''], outputs: ['fc1.y'], attributes },
      { name: '', opType: 'Relu', domain: 'ai.onnx', inputs: ['fc1.y'], outputs: ['y'], attributes: [] },
    ],
    initializers: [
      floatTensor('w', [2, 3], Float32Array.of(1, -0, Infinity, 1e-45, 3.4e38, -1)),
      { ...emptyTensor, name: 'typed', dims: [3], elementType: 1, floats: Float32Array.of(1, 2, 3) },
      { ...emptyTensor, name: 'ints', dims: [2], elementType: 6, int32s: Int32Array.of(-2147483648, 5) },
      { ...emptyTensor, name: 'longs', dims: [2], elementType: 7, int64s: BigInt64Array.of(-1n, 1n << 62n) },
      { ...emptyTensor, name: 'doubles', dims: [1], elementType: 11, doubles: Float64Array.of(Math.PI) },
      { ...emptyTensor, name: 'none', dims: [0], elementType: 1, raw: new Uint8Array() },
    ],
    inputs: [{ name: 'x', tensor: { elementType: 1, dims: ['N', 2, '', 0] } }],
    outputs: [
      { name: 'y', tensor: { elementType: 1, dims: [] } },
      { name: 'unranked', tensor: { elementType: 1, dims: undefined } },
      { name: 'untyped', tensor: undefined },
    ],
    values: [{ name: 'fc1.y', tensor: { elementType: 1, dims: ['N', 3] } }],
  },
  metadata: new Map([
    ['netwright.title', '训练'],
    ['empty', ''],
  ]),
};

/** The fields of a smallest model, into which a test writes what it wants. */
const around = (graph: (w: FieldWriter) => void, rest: (w: FieldWriter) => void = () => {}): Uint8Array => {
  const w = new FieldWriter()
    .int(1, 10)
    .message(7, graph)
    .message(8, (opset) => opset.int(2, 21));
  rest(w);
  return w.finish();
};

const refusal = (bytes: Uint8Array): NetwrightError => {
  try {
    readModel(bytes, 'a.onnx');
  } catch (error) {
    if (error instanceof NetwrightError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
};

const neg = (input: string, output: string) => ({
  name: output,
  opType: 'Neg',
  domain: '',
  inputs: [input],
  outputs: [output],
  attributes: [],
});

describe('an ONNX model as bytes', () => {
  it('is read as it was written', () => {
    expect(readModel(writeModel(model), 'a.onnx')).toEqual(model);
  });

  it('is written the same every time', () => {
    expect(writeModel(model)).toEqual(writeModel(readModel(writeModel(model), 'a.onnx')));
  });

  it('has the bytes that the wire format and onnx.proto3 prescribe', () => {
    const small: Model = {
      ...model,
      irVersion: 10,
      producerName: '',
      producerVersion: '',
      modelVersion: 0,
      documentation: '',
      opsets: [{ domain: '', version: 21 }],
      graph: {
        name: 'g',
        nodes: [{ name: '', opType: 'Relu', domain: '', inputs: ['x'], outputs: ['y'], attributes: [] }],
        initializers: [],
        inputs: [{ name: 'x', tensor: { elementType: 1, dims: ['N', 2] } }],
        outputs: [],
        values: [],
      },
      metadata: new Map([['k', 'v']]),
    };
    // Worked out by hand from the field numbers: (field << 3) | wire type, length, content.
    const node = [0x0a, 1, 0x78, 0x12, 1, 0x79, 0x22, 4, 0x52, 0x65, 0x6c, 0x75];
    const dims = [0x0a, 3, 0x12, 1, 0x4e, 0x0a, 2, 0x08, 2];
    const tensorType = [0x08, 1, 0x12, dims.length, ...dims];
    const type = [0x0a, tensorType.length, ...tensorType];
    const input = [0x0a, 1, 0x78, 0x12, type.length, ...type];
    const graph = [0x0a, node.length, ...node, 0x12, 1, 0x67, 0x5a, input.length, ...input];
    const expected = [
      0x08,
      10,
      0x3a,
      graph.length,
      ...graph,
      0x42,
      2,
      0x10,
      21,
      0x72,
      6,
      0x0a,
      1,
      0x6b,
      0x12,
      1,
      0x76,
    ];
    expect([...writeModel(small)]).toEqual(expected);
  });

  it('gives the values of a float tensor however they are stored', () => {
    const read = readModel(writeModel(model), 'a.onnx').graph.initializers;
    expect(floatValues(read[0])).toEqual(Float32Array.of(1, -0, Infinity, 1e-45, 3.4e38, -1));
    expect(floatValues(read[1])).toEqual(Float32Array.of(1, 2, 3));
    expect(floatValues(read[2])).toBeUndefined();
    expect(floatValues({ ...read[0], dims: [2, 2] })).toBeUndefined();
  });

  it('takes repeated numbers one by one as well as packed, as older writers write them', () => {
    const bytes = around((g) =>
      g.message(5, (t) =>
        t.chosenInt(1, 1).chosenInt(1, 2).int(2, 1).float(4, 0.5).floats(4, [1.5]).string(8, 'w'),
      ),
    );
    const [tensor] = readModel(bytes, 'a.onnx').graph.initializers;
    expect([tensor.dims, [...tensor.floats]]).toEqual([
      [1, 2],
      [0.5, 1.5],
    ]);
  });

  it('passes over fields it does not know', () => {
    const bytes = around(
      (g) =>
        g
          .string(2, 'g')
          .string(10, 'a note')
          .chosenInt(999, 5)
          .float(1000, 1)
          .doubles(1001, Float64Array.of(1)),
      (w) => w.string(77, 'unknown').message(25, (f) => f.string(1, 'a function')),
    );
    expect(readModel(bytes, 'a.onnx').graph.name).toBe('g');
  });

  it('merges a graph that comes in pieces, as every protobuf reader does', () => {
    const bytes = around(
      (g) => g.string(2, 'g').message(12, (v) => v.string(1, 'a')),
      (w) => w.message(7, (g) => g.message(12, (v) => v.string(1, 'b'))),
    );
    expect(readModel(bytes, 'a.onnx').graph.outputs.map(({ name }) => name)).toEqual(['a', 'b']);
  });

  it('shows onnxruntime more outputs without touching the rest', async () => {
    const chain: Model = {
      ...model,
      opsets: [{ domain: '', version: 21 }],
      graph: {
        ...model.graph,
        nodes: [neg('x', 'a'), neg('a', 'b')],
        initializers: [],
        inputs: [{ name: 'x', tensor: { elementType: 1, dims: ['N', 2] } }],
        outputs: [{ name: 'b', tensor: { elementType: 1, dims: ['N', 2] } }],
        values: [],
      },
    };
    const bytes = writeModel(chain);
    const exposed = exposeValues(bytes, ['a']);
    expect(exposed.subarray(0, bytes.length)).toEqual(bytes);
    const {
      outputs: [answer],
    } = await onnxruntime.run(exposed, [{ x: { dims: [1, 2], data: Float32Array.of(3, -4) } }]);
    expect([...(answer.a.data as Float32Array)]).toEqual([-3, 4]);
    expect([...(answer.b.data as Float32Array)]).toEqual([3, -4]);
  });
});

describe('bytes that are no ONNX model', () => {
  it('are refused with the file, the place, what was expected and what was found', () => {
    expect(refusal(new Uint8Array()).text).toEqual({
      en: 'a.onnx is not an ONNX file: in its 0 bytes, expected a model with a graph, found none.',
      zh: 'a.onnx 不是 ONNX 文件：在其 0 字节中应为带有计算图的模型，实际为没有计算图。',
    });
    const text = new TextEncoder().encode('# Netwright\nnot a model at all');
    expect(refusal(text).message).toMatch(
      /^a\.onnx is not an ONNX file: at byte \d+ in model, expected .+, found .+\.$/,
    );
    expect(refusal(text).code).toBe('not-onnx');
  });

  it('are located: a cut-off weight is named by its place', () => {
    const bytes = around((g) => g.messages(5, ['a', 'b'], (t, name) => t.string(8, name)));
    // The length of the second initializer's name runs past the initializer.
    const at = bytes.lastIndexOf('b'.charCodeAt(0)) - 1;
    bytes[at] = 9;
    expect(refusal(bytes).message).toContain(
      `at byte ${at - 1} in model.graph.initializer[1], expected UTF-8 text`,
    );
  });

  it('are refused when a field has the wrong wire type', () => {
    expect(refusal(around((g) => g.chosenInt(2, 5))).message).toContain(
      'in model.graph, expected a length with its bytes, found a whole number',
    );
  });

  it('are refused when text is not UTF-8', () => {
    expect(refusal(around((g) => g.bytes(2, Uint8Array.of(0xff, 0xfe)))).message).toContain(
      'expected UTF-8 text',
    );
  });

  it('are refused when a size is negative or beyond all memory', () => {
    for (const size of [-1, 2 ** 31, 2n ** 62n]) {
      const bytes = around((g) => g.message(5, (t) => t.ints(1, [size]).int(2, 1)));
      expect(refusal(bytes).message).toContain('expected a size from 0 to 2³¹ − 1');
    }
  });

  it('are refused when nothing says which operators are meant', () => {
    const bytes = new FieldWriter().message(7, (g) => g.string(2, 'g')).finish();
    expect(refusal(bytes).message).toContain('at least one operator set');
  });

  it('are refused when something before it hides the version of the format', () => {
    const model = new FieldWriter()
      .int(1, 8)
      .message(7, (g) => g.string(2, 'g'))
      .message(8, (set) => set.int(2, 17))
      .finish();
    // A field of a number that nobody knows, two bytes long: the two that would be the version.
    const hidden = Uint8Array.of(0xa2, 0x06, 0x02, ...model);
    expect(() => readModel(model, 'a.onnx')).not.toThrow();
    expect(refusal(hidden).message).toContain('in model.ir_version, expected the version of the format');
  });

  it('are refused when graphs lie within graphs without end', () => {
    const within = (depth: number): Attribute => ({
      name: 'then_branch',
      kind: 'graph',
      value: branch('deep', ...(depth === 0 ? [] : [within(depth - 1)])),
    });
    const holding = (depth: number): Uint8Array => {
      const [node] = branch('outer', within(depth)).nodes as [ModelNode];
      return writeModel({ ...model, graph: { ...model.graph, nodes: [node] } });
    };
    expect(() => readModel(holding(6), 'a.onnx')).not.toThrow();
    expect(refusal(holding(20)).message).toContain(`at most ${readingLimits.depth} levels`);
  });

  it('are refused when they hold more parts than any real model', () => {
    const parts = readingLimits.parts + 10;
    const bytes = new Uint8Array(2 * parts);
    for (let i = 0; i < parts; i++) bytes[2 * i] = 0x0a;
    expect(refusal(around((g) => g.bytes(1, bytes))).message).toContain(
      `at most ${readingLimits.parts} parts`,
    );
    const nodes = new Uint8Array(2 * parts);
    for (let i = 0; i < parts; i++) nodes[2 * i] = 0x0a;
    expect(refusal(new FieldWriter().bytes(7, nodes).finish()).message).toContain('parts');
  });
});

const outcome = (bytes: Uint8Array): 'read' | 'refused' => {
  try {
    readModel(bytes, 'a.onnx');
    return 'read';
  } catch (error) {
    // Anything else than our own error is a bug and fails the test.
    if (error instanceof NetwrightError && error.code === 'not-onnx') return 'refused';
    throw error;
  }
};

describe('a damaged file', () => {
  const good = writeModel(model);
  it('cut at any byte is read or refused, never worse', () => {
    const outcomes = Array.from({ length: good.length }, (_, end) => outcome(good.subarray(0, end)));
    expect(outcomes.filter((found) => found === 'refused').length).toBeGreaterThan(good.length / 2);
  });

  it('with any bytes changed is read or refused, never worse', () => {
    const change = fc.tuple(fc.nat(good.length - 1), fc.integer({ min: 0, max: 255 }));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 8 }), (changes) => {
        const bytes = good.slice();
        for (const [at, value] of changes) bytes[at] = value;
        outcome(bytes);
      }),
      { seed: 21, numRuns: 3000 },
    );
  });

  it('with pieces repeated, removed or swapped is read or refused, never worse', () => {
    const span = fc.tuple(fc.nat(good.length), fc.nat(good.length));
    fc.assert(
      fc.property(span, span, ([a, b], [c, d]) => {
        outcome(Uint8Array.from([...good.subarray(0, a), ...good.subarray(c, d), ...good.subarray(b)]));
      }),
      { seed: 22, numRuns: 1000 },
    );
  });

  it('of random bytes is refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => outcome(bytes) === 'refused'),
      { seed: 23, numRuns: 2000 },
    );
  });
});
