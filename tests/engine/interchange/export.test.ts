import { describe, expect, it } from 'vitest';
import { NetwrightError } from '../../../engine/declaration/problem.ts';
import { checkModel } from '../../../engine/interchange/onnx/check-model.ts';
import { exportOnnx } from '../../../engine/interchange/onnx/export.ts';
import { readMetadata } from '../../../engine/interchange/onnx/metadata.ts';
import { floatTensor, floatValues, type Model } from '../../../engine/interchange/onnx/model.ts';
import { readModel } from '../../../engine/interchange/onnx/read-model.ts';
import { chainDocument, mlpDocument } from '../documents.ts';
import { modelOf, onnxruntime } from '../onnx-runner.ts';
import { exported, trained } from './exports.ts';

const modelNamed = (bytes: Uint8Array): Model => readModel(bytes, 'a.onnx');

const refusal = async (work: () => unknown): Promise<NetwrightError> => {
  try {
    await work();
  } catch (error) {
    if (error instanceof NetwrightError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
};

describe('an exported model', () => {
  it('has the nodes and names of the canvas, for any number of rows', async () => {
    const { graph, opsets, irVersion, producerName, producerVersion } = modelNamed(
      exported(await trained(mlpDocument(), 0)),
    );
    expect({ opsets, irVersion, producer: [producerName, producerVersion] }).toEqual({
      opsets: [{ domain: '', version: 21 }],
      irVersion: 10,
      producer: ['netwright', '1.2.3'],
    });
    expect(graph.name).toBe('Test');
    expect(graph.inputs).toEqual([{ name: 'x', tensor: { elementType: 1, dims: ['N', 2] } }]);
    expect(graph.outputs).toEqual([{ name: 'fc3.y', tensor: { elementType: 1, dims: ['N', 2] } }]);
    expect(graph.nodes.map(({ name, opType, inputs }) => [name, opType, inputs])).toEqual([
      ['fc1.y', 'Gemm', ['x', 'fc1.weight', 'fc1.bias']],
      ['relu1.y', 'Relu', ['fc1.y']],
      ['fc2.y', 'Gemm', ['relu1.y', 'fc2.weight', 'fc2.bias']],
      ['relu2.y', 'Relu', ['fc2.y']],
      ['fc3.y', 'Gemm', ['relu2.y', 'fc3.weight', 'fc3.bias']],
    ]);
    expect(graph.values.map(({ name, tensor }) => [name, tensor?.dims])).toEqual([
      ['fc1.y', ['N', 4]],
      ['relu1.y', ['N', 4]],
      ['fc2.y', ['N', 4]],
      ['relu2.y', ['N', 4]],
    ]);
  });

  it('holds the weights bit for bit, [in, out] as in y = x·W + b', async () => {
    const network = await trained(mlpDocument(), 1);
    const { initializers } = modelNamed(exported(network)).graph;
    expect(initializers.map(({ name, dims }) => [name, dims])).toEqual([
      ['fc1.weight', [2, 4]],
      ['fc1.bias', [4]],
      ['fc2.weight', [4, 4]],
      ['fc2.bias', [4]],
      ['fc3.weight', [4, 2]],
      ['fc3.bias', [2]],
    ]);
    for (const tensor of initializers) expect(floatValues(tensor)).toEqual(network.weights.get(tensor.name));
  });

  it('carries the document, the meaning of its output and what the engine measured', async () => {
    const network = await trained(mlpDocument(), 2);
    const { metadata } = modelNamed(exported(network));
    expect(readMetadata(metadata, 'a.onnx')).toEqual({
      document: network.document,
      reading: 'class-logits',
      engine: network.engine,
      prepared: {},
    });
    expect(network.engine.test?.accuracy).toBeGreaterThan(0);
  });

  it('leaves out what training alone needs', async () => {
    const network = await trained(
      chainDocument([
        ['fc1', 'linear', { outFeatures: 3 }],
        ['drop', 'dropout', { rate: 0.5 }],
        ['fc2', 'linear', { outFeatures: 2 }],
      ]),
      0,
    );
    expect(modelNamed(exported(network)).graph.nodes.map(({ opType }) => opType)).toEqual(['Gemm', 'Gemm']);
  });

  it('keeps names in any script, and tells two nodes of one name apart', async () => {
    const document = chainDocument([
      ['a', 'linear', { outFeatures: 3 }],
      ['b', 'linear', { outFeatures: 2 }],
    ]);
    const named = {
      ...document,
      nodes: document.nodes.map((node) => ({
        ...node,
        name: node.type === 'linear' ? '线性 层' : node.name,
      })),
    };
    const network = await trained(named, 0);
    const bytes = exported(network);
    expect(modelNamed(bytes).graph.nodes.map(({ name }) => name)).toEqual(['线性_层.y', '线性_层_2.y']);
    const {
      outputs: [answer],
    } = await onnxruntime.run(bytes, [{ x: { dims: [1, 2], data: Float32Array.of(1, 2) } }]);
    expect(answer['线性_层_2.y'].dims).toEqual([1, 2]);
  });

  it('keeps the input apart from a node that is called like it', async () => {
    const document = chainDocument([['x', 'linear', { outFeatures: 2 }]]);
    const { graph } = modelNamed(exported(await trained(document, 0)));
    expect([graph.inputs[0].name, graph.nodes[0].name]).toEqual(['x', 'x.y']);
  });

  it('of a network without layers hands its input on', async () => {
    const network = await trained(chainDocument([]), 0);
    const bytes = exported(network);
    const {
      outputs: [answer],
    } = await onnxruntime.run(bytes, [{ x: { dims: [1, 2], data: Float32Array.of(1, 2) } }]);
    expect(Object.values(answer).map(({ data }) => [...(data as Float32Array)])).toEqual([[1, 2]]);
  });

  it('runs on 1 row and on 7', async () => {
    const bytes = exported(await trained(mlpDocument(), 0));
    const { outputs: answers } = await onnxruntime.run(
      bytes,
      [1, 7].map((rows) => ({ x: { dims: [rows, 2], data: new Float32Array(rows * 2).fill(0.5) } })),
    );
    expect(answers.map((answer) => answer['fc3.y'].dims)).toEqual([
      [1, 2],
      [7, 2],
    ]);
  });

  it('is the same bytes every time', async () => {
    const network = await trained(mlpDocument(), 0);
    expect(exported(network)).toEqual(exported(network));
  });
});

describe('an export that cannot be', () => {
  it('names the weight that is missing or has the wrong size', async () => {
    const network = await trained(mlpDocument(), 0);
    const without = new Map([...network.weights].filter(([name]) => name !== 'fc2.bias'));
    expect((await refusal(() => exportOnnx({ ...network, weights: without }))).message).toBe(
      'The weight "fc2.bias" does not fit this document: expected 4 numbers [4], found none.',
    );
    const short = new Map([...network.weights, ['fc2.weight', new Float32Array(15)] as const]);
    expect((await refusal(() => exportOnnx({ ...network, weights: short }))).text.zh).toBe(
      '权重“fc2.weight”与此文档不符：应有 16 个数 [4, 4]，实际为15 个。',
    );
  });

  it('names the problem of a document that cannot run', async () => {
    const network = await trained(mlpDocument(), 0);
    const document = { ...network.document, wires: network.document.wires.slice(1) };
    expect((await refusal(() => exportOnnx({ ...network, document }))).code).toBe('missing-wire');
  });

  const relu = { opType: 'Relu', inputs: ['x'], outputs: ['y'] };
  const broken: [string, Model, RegExp][] = [
    ['two producers', modelOf([relu, relu], ['x'], ['y']), /node "y" has the name of another node/],
    ['a value nobody makes', modelOf([{ ...relu, inputs: ['z'] }], ['x'], ['y']), /node "y" reads "z"/],
    ['an output nobody makes', modelOf([relu], ['x'], ['z']), /output "z" is produced by no node/],
    ['a node that makes the input', modelOf([{ ...relu, outputs: ['x'] }], ['x'], []), /produces "x"/],
    [
      'nodes in the wrong order',
      modelOf([{ ...relu, inputs: ['y'], outputs: ['z'] }, relu], ['x'], ['z']),
      /reads "y"/,
    ],
  ];
  it.each(broken)('is stopped before it is written: %s', async (_name, model, sentence) => {
    const { message, code } = await refusal(() => checkModel(model));
    expect(message).toMatch(sentence);
    expect(code).toBe('export-broken');
  });

  it('is stopped before it is written: a constant of the wrong size', async () => {
    const model = modelOf([relu], ['x'], ['y']);
    const graph = {
      ...model.graph,
      initializers: [{ ...floatTensor('w', [3], new Float32Array(3)), dims: [4] }],
    };
    const { message } = await refusal(() => checkModel({ ...model, graph }));
    expect(message).toContain('constant "w" should hold 4 numbers, found 3');
  });
});
