import * as fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { NetwrightError } from '../../../engine/declaration/problem.ts';
import { elementCount } from '../../../engine/declaration/tensor-type.ts';
import {
  type Attribute,
  floatTensor,
  type Model,
  type ModelNode,
} from '../../../engine/interchange/onnx/model.ts';
import { readModel } from '../../../engine/interchange/onnx/read-model.ts';
import { type GivenInput, readGraph } from '../../../engine/interchange/onnx/reading/read-graph.ts';
import { GraphMachine } from '../../../engine/interchange/onnx/reading/run-graph.ts';
import { writeModel } from '../../../engine/interchange/onnx/write-model.ts';
import { kernelSource } from '../../../engine/runtime/faces.ts';
import { onnxruntime, type Values } from '../onnx-runner.ts';
import {
  encoderBlock,
  float,
  floats,
  graphWithin,
  imageNetwork,
  int,
  ints,
  longs,
  node,
  numbers,
  squeezedByBranch,
  type Written,
  written,
} from './written-models.ts';

afterAll(() => onnxruntime.close());

const reference = kernelSource({ face: 'reference' });

async function run(model: Model, inputs: Readonly<Record<string, Values>>) {
  const given = new Map(Object.entries(inputs).map(([name, { shape }]) => [name, { shape }]));
  const machine = await GraphMachine.build(readGraph(model, 'a.onnx', given), reference);
  try {
    return machine.run(new Map(Object.entries(inputs).map(([name, { data }]) => [name, data])));
  } finally {
    machine.close();
  }
}

/** The largest difference between what the engine and onnxruntime make of a model. */
async function difference(model: Model, inputs: Readonly<Record<string, Values>>): Promise<number> {
  const ours = await run(model, inputs);
  const feed = Object.fromEntries(
    Object.entries(inputs).map(([name, { shape, data }]) => {
      const isLong = model.graph.inputs.find((input) => input.name === name)?.tensor?.elementType === 7;
      return [name, { dims: shape, data: isLong ? BigInt64Array.from(data, BigInt) : data }];
    }),
  );
  const { outputs } = await onnxruntime.run(writeModel(model), [feed]);
  return Math.max(
    ...ours.map(({ name, shape, values }) => {
      const theirs = outputs[0][name];
      expect(shape).toEqual(theirs.dims);
      return Math.max(...Array.from(values, (value, i) => Math.abs(value - Number(theirs.data[i]))));
    }),
  );
}

const random = (...shape: number[]): Values => ({ shape, data: numbers(elementCount(shape)) });

describe('a model from elsewhere', () => {
  it('computes what onnxruntime computes, a block of a transformer in the idioms of exporters', async () => {
    const mask = { shape: [2, 5], data: Int32Array.of(1, 1, 1, 0, 0, 1, 1, 1, 1, 1) };
    expect(await difference(encoderBlock(), { x: random(2, 5, 8), mask })).toBeLessThan(1e-4);
  });

  it('computes what onnxruntime computes, a network for images', async () => {
    expect(await difference(imageNetwork(), { image: random(2, 3, 16, 16) })).toBeLessThan(1e-4);
  });

  it('leaves nothing of the nodes that work out a shape, a root or an error function', () => {
    const given = new Map([
      ['x', { shape: [2, 5, 8] }],
      ['mask', { shape: [2, 5] }],
    ]);
    const { graph, outputs } = readGraph(encoderBlock(), 'a.onnx', given);
    const names = new Set(graph.calls.map(({ op }) => op.name));
    expect([...names]).toEqual(
      expect.arrayContaining(['rowNormInference', 'gelu', 'maskScores', 'batchedMatmul']),
    );
    expect(outputs[0].value.shape).toEqual([2, 5, 8]);
  });

  it('is read whatever order its nodes stand in', async () => {
    const model = imageNetwork();
    const turned = { ...model, graph: { ...model.graph, nodes: model.graph.nodes.toReversed() } };
    const image = random(1, 3, 16, 16);
    const [there] = await run(turned, { image });
    const [here] = await run(model, { image });
    expect(there.values).toEqual(here.values);
  });

  it('holds a number to bounds as onnxruntime does, large ones and missing ones too', async () => {
    const x = { shape: [2, 3], data: Float32Array.of(-1e9, -7, 0.25, 5.5, 3e4, Infinity) };
    for (const [low, high] of [
      [0, 6],
      [-1e6, 1e6],
      [-5, Infinity],
      [-Infinity, 2],
    ]) {
      const model = written({
        nodes: [node('Clip', ['x', 'low', 'high'], 'y')],
        initializers: [
          floatTensor('low', [], Float32Array.of(low)),
          floatTensor('high', [], Float32Array.of(high)),
        ],
        inputs: { x: [2, 3] },
        outputs: ['y'],
      });
      const [{ values }] = await run(model, { x });
      expect([...values], `${low} … ${high}`).toEqual(
        [...x.data].map((value) => Math.fround(Math.min(Math.max(value, low), high))),
      );
    }
  });
});

function refusal(act: () => unknown): NetwrightError {
  try {
    act();
  } catch (error) {
    if (error instanceof NetwrightError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

const relu = node('Relu', ['x'], 'y');
const small: Written = { nodes: [relu], inputs: { x: [2, 3] }, outputs: ['y'] };

const branch = (name: string, ...nodes: readonly ModelNode[]): Attribute =>
  graphWithin(name, { nodes, outputs: ['y'] });

/** What is wrong with it, the code, and what the sentence must name. */
const broken: [string, Model | (() => Model), string, string[]][] = [
  ['an operator set that nobody knows', written({ ...small, opset: 99 }), 'onnx-unsupported', ['26', '99']],
  ['an operator set from long ago', written({ ...small, opset: 6 }), 'onnx-unsupported', ['7', '6']],
  [
    'operators that are missing',
    written({
      ...small,
      nodes: [
        node('Unheard', ['x'], 'a'),
        node('Unheard', ['a'], 'b'),
        { ...node('Gelu', ['b'], 'c'), domain: 'com.microsoft' },
        node('Relu', ['c'], 'y'),
      ],
    }),
    'onnx-unsupported',
    ['Unheard (2, first in node "Unheard_a")', 'com.microsoft.Gelu (1'],
  ],
  [
    'a cycle',
    written({
      ...small,
      nodes: [node('Add', ['x', 'b'], 'a'), node('Relu', ['a'], 'b'), node('Relu', ['a'], 'y')],
    }),
    'onnx-cycle',
    ['"Add_a"', '"Relu_b"'],
  ],
  [
    'an initializer that is missing',
    written({ ...small, nodes: [node('Add', ['x', 'w'], 'y')] }),
    'onnx-no-origin',
    ['"Add_y"', '"w"'],
  ],
  ['an output that nothing makes', written({ ...small, outputs: ['z'] }), 'onnx-no-origin', ['"z"']],
  [
    'a value with two origins',
    written({ ...small, nodes: [relu, node('Tanh', ['x'], 'y')] }),
    'onnx-two-origins',
    ['"y"', 'Tanh_y'],
  ],
  [
    'a branch that is chosen by what is computed',
    written({
      ...small,
      nodes: [node('Cast', ['x'], 'c', int('to', 9)), node('If', ['c'], 'y', branch('then_branch', relu))],
    }),
    'onnx-unsupported',
    ['"If_y"', 'a branch that is chosen when the model runs'],
  ],
  [
    'a loop',
    written({ ...small, nodes: [node('Loop', ['', '', 'x'], 'y', branch('body', relu))] }),
    'onnx-unsupported',
    ['"Loop_y"', 'expected a model without loops'],
  ],
  [
    'a branch that is not there',
    written({ ...small, nodes: [node('If', ['holds'], 'y')], initializers: [longs('holds', [], 1)] }),
    'onnx-misfit',
    ['"If_y"', 'then_branch', 'a graph'],
  ],
  [
    'what a branch reads and nothing makes',
    written({
      ...small,
      nodes: [node('If', ['holds'], 'y', branch('then_branch', node('Relu', ['nowhere'], 'y')))],
      initializers: [longs('holds', [], 1)],
    }),
    'onnx-no-origin',
    ['"nowhere"'],
  ],
  ['float16', written({ ...small, types: { x: 10 } }), 'onnx-unsupported', ['"x"', 'float16', 'float32']],
  [
    'weights in another file',
    written({
      ...small,
      nodes: [node('Add', ['x', 'w'], 'y')],
      initializers: [{ ...floats('w', 3), external: { location: 'w.bin', offset: 0, length: 12 } }],
    }),
    'external-weights',
    ['"w"'],
  ],
  [
    'fewer numbers than a shape says',
    written({
      ...small,
      nodes: [node('Add', ['x', 'w'], 'y')],
      initializers: [{ ...floats('w', 3), dims: [4] }],
    }),
    'onnx-wrong-shape',
    ['"w"', '[4]', '4', '3'],
  ],
  [
    'sizes that do not meet',
    written({ ...small, nodes: [node('MatMul', ['x', 'w'], 'y')], initializers: [floats('w', 4, 5)] }),
    'onnx-misfit',
    ['"MatMul_y"', '3', '4'],
  ],
  [
    'a view of another size',
    written({ ...small, nodes: [node('Reshape', ['x', 's'], 'y')], initializers: [longs('s', [2], 4, 2)] }),
    'onnx-misfit',
    ['"Reshape_y"', '[2, 3]', '[4, 2]'],
  ],
  [
    'a size beyond measure',
    written({ ...small, inputs: { x: [2 ** 20, 2 ** 20] } }),
    'onnx-too-large',
    ['"x"', `${2 ** 40}`],
  ],
  [
    'a constant beyond measure',
    written({
      ...small,
      nodes: [node('ConstantOfShape', ['s'], 'c'), node('Mul', ['x', 'c'], 'y')],
      initializers: [longs('s', [3], 100_000, 100_000, 100_000)],
    }),
    'onnx-misfit',
    ['"ConstantOfShape_c"', '[100000, 100000, 100000]'],
  ],
  [
    'constants that grow from node to node',
    () =>
      written({
        ...small,
        nodes: [
          ...Array.from({ length: 40 }, (_, i) =>
            node(
              'Concat',
              [i === 0 ? 'w' : `c${i - 1}`, i === 0 ? 'w' : `c${i - 1}`],
              `c${i}`,
              int('axis', 0),
            ),
          ),
          node('Add', ['x', 'c39'], 'y'),
        ],
        initializers: [floats('w', 3)],
      }),
    'onnx-misfit',
    ['Concat_c'],
  ],
  [
    'an index that is outside',
    written({ ...small, nodes: [node('Gather', ['x', 'i'], 'y')], initializers: [longs('i', [1], 2)] }),
    'onnx-misfit',
    ['"Gather_y"', '1', '2'],
  ],
  [
    'a window with no stride',
    written({
      nodes: [node('MaxPool', ['x'], 'y', ints('kernel_shape', 2, 2), ints('strides', 0, 1))],
      inputs: { x: [1, 1, 4, 4] },
      outputs: ['y'],
    }),
    'onnx-misfit',
    ['"MaxPool_y"', 'strides', '[0, 1]'],
  ],
  [
    'an attribute of another kind',
    written({ ...small, nodes: [node('Softmax', ['x'], 'y', float('axis', 1))] }),
    'onnx-misfit',
    ['"Softmax_y"', 'axis'],
  ],
  [
    'a free size that nobody gave',
    written({ ...small, inputs: { x: ['N', 3] } }),
    'onnx-wrong-shape',
    ['"x"', '[N, 3]'],
  ],
];

describe('a model that cannot be read is refused in one sentence', () => {
  it.each(broken)('%s', (_name, model, code, named) => {
    const made = typeof model === 'function' ? model() : model;
    const error = refusal(() => readGraph(made, 'a.onnx'));
    expect(error.code, error.text.en).toBe(code);
    for (const sentence of [error.text.en, error.text.zh]) {
      expect(sentence).toContain('a.onnx');
      expect(sentence).toMatch(/[.。]$/);
    }
    for (const part of named) expect(error.text.en).toContain(part);
    expect(error.text.zh).toMatch(/[\u4e00-\u9fff]/);
  });

  it('a chain of a hundred thousand nodes is read, without the language’s own stack', () => {
    const length = 100_000;
    const nodes = Array.from({ length }, (_, i) => node('Identity', [i === 0 ? 'x' : `v${i - 1}`], `v${i}`));
    const { outputs } = readGraph(
      written({ nodes: nodes.toReversed(), inputs: { x: [1] }, outputs: [`v${length - 1}`] }),
      'a.onnx',
    );
    expect(outputs[0].value.shape).toEqual([1]);
  });
});

describe('what may be wrong with a file in any place', () => {
  const sizes = new Map<string, GivenInput>([
    ['x', { shape: [1, 3, 8] }],
    ['mask', { shape: [1, 3] }],
    ['image', { shape: [1, 3, 16, 16] }],
    ['row', { shape: [2, 1, 3] }],
  ]);
  const files = [encoderBlock(), imageNetwork(), squeezedByBranch()].map(writeModel);

  /** Numbers of a graph that is small enough to be carried out as well. */
  const mostCarriedOut = 200_000;

  /** Reads bytes and carries out what they say; whatever they are, that ends in numbers or in a sentence. */
  async function readAny(bytes: Uint8Array): Promise<void> {
    try {
      const model = readModel(bytes, 'a.onnx');
      const given = [...sizes].filter(([name]) => model.graph.inputs.some((input) => input.name === name));
      const read = readGraph(model, 'a.onnx', new Map(given));
      const count = read.graph.tensors.reduce((sum, { shape }) => sum + elementCount(shape), 0);
      if (count > mostCarriedOut) return;
      const machine = await GraphMachine.build(read, reference);
      machine.run(new Map(given.map(([name, { shape }]) => [name, numbers(elementCount(shape))])));
      machine.close();
    } catch (error) {
      if (!(error instanceof NetwrightError)) throw error;
      expect(error.text.en).toContain('a.onnx');
    }
  }

  it('bytes changed or cut at random give numbers or a sentence', async () => {
    const change = fc.record({
      file: fc.constantFrom(...files),
      places: fc.array(fc.record({ at: fc.double({ min: 0, max: 0.999, noNaN: true }), to: fc.nat(255) }), {
        minLength: 1,
        maxLength: 4,
      }),
      cut: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
    });
    await fc.assert(
      fc.asyncProperty(change, async ({ file, places, cut }) => {
        const bytes = file.slice(0, cut === null ? file.length : Math.floor(cut * file.length));
        for (const { at, to } of places) if (bytes.length > 0) bytes[Math.floor(at * bytes.length)] = to;
        await readAny(bytes);
      }),
      { seed: 5, numRuns: 600 },
    );
  });

  it('attributes and constants changed at random give numbers or a sentence', async () => {
    const models = [encoderBlock(), imageNetwork(), squeezedByBranch()];
    const change = fc.record({
      model: fc.constantFrom(...models),
      at: fc.double({ min: 0, max: 0.999, noNaN: true }),
      attribute: fc.constantFrom(
        'axis',
        'axes',
        'perm',
        'pads',
        'strides',
        'kernel_shape',
        'group',
        'to',
        'dilations',
      ),
      values: fc.array(fc.constantFrom(-3, -1, 0, 1, 2, 7, 2 ** 31, 2 ** 52), { minLength: 0, maxLength: 5 }),
      whole: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(change, async ({ model, at, attribute, values, whole }) => {
        const { graph } = model;
        const place = Math.floor(at * graph.nodes.length);
        const altered = whole ? int(attribute, values[0] ?? 0) : ints(attribute, ...values);
        const nodes = graph.nodes.map((one, i) =>
          i === place
            ? { ...one, attributes: [...one.attributes.filter(({ name }) => name !== attribute), altered] }
            : one,
        );
        const shift = Math.floor(at * graph.initializers.length);
        const initializers = graph.initializers.map((tensor, i) =>
          i === shift && tensor.int64s.length > 0 && values.length > 0
            ? longs(tensor.name, [values.length], ...values)
            : tensor,
        );
        await readAny(writeModel({ ...model, graph: { ...graph, nodes, initializers } }));
      }),
      { seed: 6, numRuns: 600 },
    );
  });
});
