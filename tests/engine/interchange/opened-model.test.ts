import { describe, expect, it } from 'vitest';
import { modelRows } from '../../../engine/hosts/document-samples.ts';
import { wholeFile } from '../../../engine/interchange/onnx/external-data.ts';
import { inspectModel } from '../../../engine/interchange/onnx/inspect.ts';
import { floatTensor, type Model, type TensorShape } from '../../../engine/interchange/onnx/model.ts';
import { readModel } from '../../../engine/interchange/onnx/read-model.ts';
import { type ModelRows, runModel } from '../../../engine/interchange/onnx/run-model.ts';
import { writeModel } from '../../../engine/interchange/onnx/write-model.ts';
import type { OnnxNode } from '../../../engine/ops/contract.ts';
import type { ModelResult } from '../../../engine/protocol/model-messages.ts';
import type { Dataset } from '../../../engine/training/dataset.ts';
import { chainDocument, mlpDocument } from '../documents.ts';
import { modelOf, onnxruntime } from '../onnx-runner.ts';
import { exported, sha256, type Trained, templates, trained } from './exports.ts';

const open = (bytes: Uint8Array) => inspectModel(wholeFile(bytes), 'a.onnx', sha256);
const run = (bytes: Uint8Array, on: ModelRows): Promise<ModelResult> =>
  runModel(open(bytes), on, onnxruntime.run);

/** A model from elsewhere: one node, with an input of this type. */
function foreign(
  tensor: TensorShape | undefined,
  node: Partial<OnnxNode> = {},
  change: Partial<Model['graph']> = {},
) {
  const model = modelOf([{ opType: 'Identity', inputs: ['a'], outputs: ['b'], ...node }], ['a'], ['b']);
  const graph = { ...model.graph, inputs: [{ name: 'a', tensor }], ...change };
  return writeModel({ ...model, graph: { ...graph, outputs: [{ name: 'b', tensor: undefined }] } });
}

/** The test part of a network's data, as the engine measures itself on it. */
const testRows = ({ datasets: [data] }: Trained): ModelRows => ({
  ...modelRows(data as Dataset, (data as Dataset).split.test),
  engineTested: true,
});

describe('an opened model', () => {
  it('of ours says what it is, how large, and what it was trained on', async () => {
    const network = await trained(mlpDocument(), 1);
    const bytes = exported(network);
    const opened = open(bytes);
    expect(opened.summary).toEqual({
      name: 'a.onnx',
      sizeBytes: bytes.length,
      openSizes: [],
      beside: [],
      opset: 21,
      producer: 'netwright 1.2.3',
      parameterCount: 2 * 4 + 4 + 4 * 4 + 4 + 4 * 2 + 2,
      inputs: [{ name: 'x', shape: ['N', 2], dtype: 'float32' }],
      outputs: [{ name: 'fc3.y', shape: ['N', 2], dtype: 'float32' }],
      nodes: [
        { opType: 'Gemm', name: 'fc1.y', shape: ['N', 4], weightCount: 12 },
        { opType: 'Relu', name: 'relu1.y', shape: ['N', 4], weightCount: 0 },
        { opType: 'Gemm', name: 'fc2.y', shape: ['N', 4], weightCount: 20 },
        { opType: 'Relu', name: 'relu2.y', shape: ['N', 4], weightCount: 0 },
        { opType: 'Gemm', name: 'fc3.y', shape: ['N', 2], weightCount: 10 },
      ],
      wires: [
        { from: 'input-0', to: 'node-0' },
        { from: 'node-0', to: 'node-1' },
        { from: 'node-1', to: 'node-2' },
        { from: 'node-2', to: 'node-3' },
        { from: 'node-3', to: 'node-4' },
        { from: 'node-4', to: 'output-0' },
      ],
      operators: [
        { opType: 'Gemm', count: 3, isMissing: false },
        { opType: 'Relu', count: 2, isMissing: false },
      ],
    });
    expect(opened.metadata?.document).toEqual(network.document);
    expect(opened.weightsAreRecorded).toBe(true);
  });

  it('of ours with one bit changed in a weight no longer answers for the engine’s figures', async () => {
    const network = await trained(mlpDocument(), 1);
    const model = readModel(exported(network), 'a.onnx');
    const [first, ...rest] = model.graph.initializers;
    const raw = (first.raw as Uint8Array).slice();
    raw[0] ^= 1;
    const changed = writeModel({
      ...model,
      graph: { ...model.graph, initializers: [{ ...first, raw }, ...rest] },
    });
    expect(open(changed).weightsAreRecorded).toBe(false);
    const on = testRows(network);
    expect((await run(changed, on)).engineAccuracy).toBeUndefined();
    expect((await run(changed, on)).accuracy).toBeGreaterThan(0);
  });

  it('from elsewhere needs no metadata, names or types', () => {
    const bytes = foreign(undefined, {}, { initializers: [floatTensor('w', [3, 5], new Float32Array(15))] });
    const opened = open(bytes);
    expect(opened.metadata).toBeUndefined();
    expect(opened.summary).toMatchObject({
      parameterCount: 15,
      inputs: [{ name: 'a', shape: [], dtype: 'unknown' }],
      nodes: [{ opType: 'Identity', name: 'b' }],
    });
  });

  it('does not count the statistics of a batch norm as parameters', () => {
    const inputs = ['a', 'gamma', 'beta', 'mean', 'variance'];
    const initializers = inputs.slice(1).map((name) => floatTensor(name, [4], new Float32Array(4)));
    const bytes = foreign(undefined, { opType: 'BatchNormalization', inputs }, { initializers });
    expect(open(bytes).summary.parameterCount).toBe(8);
  });

  it('does not count constants that old models list among the inputs as inputs', () => {
    const model = modelOf([{ opType: 'Add', inputs: ['a', 'w'], outputs: ['b'] }], ['a', 'w'], ['b']);
    const graph = { ...model.graph, initializers: [floatTensor('w', [1], Float32Array.of(1))] };
    expect(open(writeModel({ ...model, graph })).summary.inputs.map(({ name }) => name)).toEqual(['a']);
  });

  it.each([
    ['none', new Map<string, string>()],
    ['broken JSON', new Map([['netwright.document', '{']])],
    ['a document that is none', new Map([['netwright.document', '{"format":"netwright","version":1}']])],
    ['a meaning that does not exist', new Map([['netwright.reading', 'tea leaves']])],
    ['an engine record that is none', new Map([['netwright.engine', '[]']])],
  ])('with metadata that cannot be understood opens without it: %s', async (_name, change) => {
    const model = readModel(exported(await trained(mlpDocument(), 0)), 'a.onnx');
    const metadata = change.size === 0 ? change : new Map([...model.metadata, ...change]);
    expect(open(writeModel({ ...model, metadata })).metadata).toBeUndefined();
  });

  it('that keeps its weights in another file is refused, because that file would have to be opened', () => {
    const elsewhere = { location: 'w.bin', offset: 0, length: 4 };
    const outside = { ...floatTensor('w', [1], Float32Array.of(1)), raw: undefined, external: elsewhere };
    expect(() => open(foreign(undefined, {}, { initializers: [outside] }))).toThrow(
      'a.onnx keeps the weight "w" in another file',
    );
  });
});

describe('running an opened model', () => {
  it.each([...templates])(
    'of the template %s gives the engine’s own accuracy on the test part',
    async (_id, document) => {
      const network = await trained(document, 5);
      const result = await run(exported(network), testRows(network));
      expect(result.rows).toBe(network.datasets[0]?.split.test.length);
      expect(result.engineAccuracy).toBe(network.engine.test?.accuracy);
      if (document.nodes.some(({ type }) => type === 'mse')) expect(result.accuracy).toBeUndefined();
      else expect(result.accuracy).toBeCloseTo(network.engine.test?.accuracy as number, 10);
    },
  );

  it('on values that a person typed gives every output with its shape', async () => {
    const network = await trained(
      chainDocument([['out', 'linear', { outFeatures: 1 }]], 'mse', { source: 'line' }),
      0,
    );
    network.weights.get('out.weight')?.fill(2);
    network.weights.get('out.bias')?.fill(1);
    const result = await run(exported(network), { rows: 3, values: [Float32Array.of(5, 0, -1)] });
    expect(result).toMatchObject({ rows: 3, accuracy: undefined, engineAccuracy: undefined });
    expect(result.outputs).toEqual([{ name: 'out.y', shape: [3, 1], values: Float32Array.of(11, 1, -1) }]);
    expect(result.elapsedMs).toBeGreaterThan(0);
  });

  it('on more rows than go in at once joins the answers in order', async () => {
    const values = Float32Array.from({ length: 2 * 10_000 }, (_, i) => i);
    const bytes = foreign({ elementType: 1, dims: ['N', 2] }, { opType: 'Neg' });
    const [output] = (await run(bytes, { rows: 10_000, values: [values] })).outputs;
    expect(output.shape).toEqual([10_000, 2]);
    expect(output.values).toEqual(values.map((value) => -value));
  });

  it('with a fixed number of rows runs batch by batch, and says so when the rows do not fill one', async () => {
    const bytes = foreign({ elementType: 1, dims: [2, 1] });
    const [output] = (await run(bytes, { rows: 4, values: [Float32Array.of(1, 2, 3, 4)] })).outputs;
    expect([output.shape, [...output.values]]).toEqual([
      [4, 1],
      [1, 2, 3, 4],
    ]);
    await expect(run(bytes, { rows: 3, values: [Float32Array.of(1, 2, 3)] })).rejects.toThrow(
      'a.onnx takes rows in batches of 2; found 3.',
    );
  });

  it.each([
    ['float64', 11, 0.5],
    ['int32', 6, 3],
    ['int64', 7, -3],
  ])('gives numbers as the %s its input wants', async (_name, elementType, value) => {
    const bytes = foreign({ elementType, dims: ['N', 1] });
    const [output] = (await run(bytes, { rows: 1, values: [Float32Array.of(value)] })).outputs;
    expect([...output.values]).toEqual([value]);
  });

  it.each([
    ['too many', { rows: 1, values: [new Float32Array(3)] }, '每行应有 2 个值，实际为 3 个'],
    ['too few', { rows: 2, values: [new Float32Array(3)] }, '每行应有 2 个值，实际为 1.50 个'],
    ['none', { rows: 0, values: [new Float32Array()] }, '每行应有 2 个值，实际为 0 个'],
  ])('on %s values is refused with both numbers', async (_name, on, sentence) => {
    const network = await trained(mlpDocument(), 0);
    await expect(run(exported(network), on)).rejects.toMatchObject({
      code: 'model-input',
      text: { zh: expect.stringContaining(sentence) as string },
    });
  });

  it('of several inputs, or of a type that cannot be typed, is refused', async () => {
    const two = modelOf([{ opType: 'Add', inputs: ['a', 'b'], outputs: ['c'] }], ['a', 'b'], ['c']);
    const on = { rows: 1, values: [Float32Array.of(1)] };
    await expect(run(writeModel(two), on)).rejects.toThrow(
      'a.onnx has 2 inputs ("a", "b"); expected values for each of them, found them for 1',
    );
    await expect(run(foreign({ elementType: 8, dims: ['N', 1] }), on)).rejects.toThrow('takes string values');
  });

  it('fills one free dimension from the values', async () => {
    const bytes = foreign({ elementType: 1, dims: ['N', 'length', 2] });
    const [output] = (await run(bytes, { rows: 1, values: [new Float32Array(6)] })).outputs;
    expect(output.shape).toEqual([1, 3, 2]);
    await expect(run(bytes, { rows: 1, values: [new Float32Array(5)] })).rejects.toThrow('[length, 2]');
  });

  it('that onnxruntime refuses says why', async () => {
    const bytes = foreign({ elementType: 1, dims: ['N', 1] }, { opType: 'NoSuchOperator' });
    await expect(run(bytes, { rows: 1, values: [Float32Array.of(1)] })).rejects.toThrow(
      /onnxruntime.*NoSuchOperator/s,
    );
  });
});
