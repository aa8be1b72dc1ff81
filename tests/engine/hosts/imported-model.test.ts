import { afterAll, describe, expect, it } from 'vitest';
import { openData } from '../../../engine/hosts/data-files.ts';
import { inspectBytes } from '../../../engine/hosts/opened-model.ts';
import { exportModel } from '../../../engine/hosts/trained-model.ts';
import { prepareHere } from '../../../engine/hosts/training-thread.ts';
import { wholeFile } from '../../../engine/interchange/onnx/external-data.ts';
import type { ImportedModel } from '../../../engine/interchange/onnx/import/import-model.ts';
import {
  floatTensor,
  type Model,
  uint8Type,
  type ValueInfo,
} from '../../../engine/interchange/onnx/model.ts';
import { readModel } from '../../../engine/interchange/onnx/read-model.ts';
import { dataFolder } from '../data/sample-files.ts';
import { chainDocument } from '../documents.ts';
import { fixedBatch, patchClassifier, tokenClassifier, twoByTwo } from '../interchange/foreign-models.ts';
import { floats, int, ints, longs, node, written } from '../interchange/written-models.ts';
import { onnxruntime } from '../onnx-runner.ts';
import { imported } from './imported.ts';

afterAll(() => onnxruntime.close());

const modelOf = async (model: Model): Promise<ImportedModel> =>
  (await imported(model)).model as ImportedModel;
const typesIn = (nodes: readonly { readonly type: string }[]): string =>
  nodes.map(({ type }) => type).join(' ');

describe('a foreign model', () => {
  it('of tokens becomes an embedding and a block of attention that is repeated', async () => {
    const { document, inputs } = await modelOf(tokenClassifier());
    expect(inputs[0]).toMatchObject({ name: 'tokens', rowShape: [5], tokens: 11 });
    const [block] = document.blocks;
    expect(document.blocks).toHaveLength(1);
    expect(typesIn(document.nodes)).toBe(
      `data embedding learned-position block:${block?.id} mean linear cross-entropy`,
    );
    expect(document.nodes.find(({ type }) => type.startsWith('block:'))?.params).toEqual({ repeat: 3 });
    expect(typesIn(block?.nodes ?? [])).toBe(
      'block-input layer-norm multi-head-attention add layer-norm linear gelu linear add block-output',
    );
    const attention = block?.nodes.find(({ type }) => type === 'multi-head-attention');
    expect(attention?.params).toEqual({ heads: 2, bias: true, causal: false });
  });

  it('with a class token has a layer for it, and its softmax goes into the loss', async () => {
    const { document, outputs } = await modelOf(patchClassifier());
    expect(typesIn(document.nodes)).toBe(
      'data conv2d reshape permute class-token learned-position slice flatten linear cross-entropy',
    );
    expect(outputs).toEqual([
      { name: 'probabilities', node: document.nodes.at(-1)?.id, softmaxInLoss: true },
    ]);
  });

  it('of several inputs and outputs has data and a loss for each', async () => {
    const { document, inputs, outputs } = await modelOf(twoByTwo());
    expect(inputs.map(({ name }) => name)).toEqual(['row', 'image']);
    expect(outputs.map(({ name }) => name)).toEqual(['classes', 'score']);
    expect(typesIn(document.nodes)).toBe(
      'data data linear relu6 conv2d hard-tanh flatten concat linear linear elementwise-function ' +
        'elementwise-function cross-entropy mse',
    );
  });

  it('that decodes images has its transposed convolutions with their biases', async () => {
    const { document } = await modelOf(
      written({
        nodes: [
          node('ConvTranspose', ['x', 'w1', 'b1'], 'twice', ints('strides', 2, 2)),
          node(
            'ConvTranspose',
            ['twice', 'w2', 'b2'],
            'y',
            ints('strides', 2, 2),
            ints('pads', 1, 1, 1, 1),
            ints('output_padding', 1, 1),
          ),
        ],
        initializers: [floats('w1', 3, 4, 2, 2), floats('b1', 4), floats('w2', 4, 2, 3, 3), floats('b2', 2)],
        inputs: { x: ['N', 3, 5, 6] },
        outputs: ['y'],
      }),
    );
    expect(typesIn(document.nodes)).toBe('data conv-transpose2d conv-transpose2d flatten mse');
    expect(document.nodes[2]?.params).toMatchObject({ stride: 2, pad: 1, outputPadding: 1, bias: true });
  });

  it('with GroupNorm as PyTorch writes it has one layer for it, with its own weights', async () => {
    const { document } = await modelOf(
      written({
        nodes: [
          node('Reshape', ['x', 'groups'], 'rows'),
          node('InstanceNormalization', ['rows', 'one', 'zero'], 'normal'),
          node('Shape', ['x'], 'shape'),
          node('Reshape', ['normal', 'shape'], 'image'),
          node('Mul', ['image', 'gamma'], 'scaled'),
          node('Add', ['scaled', 'beta'], 'y'),
        ],
        initializers: [
          longs('groups', [3], 0, 2, -1),
          floatTensor('one', [2], Float32Array.of(1, 1)),
          floatTensor('zero', [2], new Float32Array(2)),
          floats('gamma', 4, 1, 1),
          floats('beta', 4, 1, 1),
        ],
        inputs: { x: ['N', 4, 3, 5] },
        outputs: ['y'],
      }),
    );
    expect(typesIn(document.nodes)).toBe('data group-norm flatten mse');
    expect(document.nodes[1]?.params).toMatchObject({ groups: 2, affine: true });
  });

  it('that scales and shifts by numbers of its own has a layer for them, to be trained on', async () => {
    const { document } = await modelOf(
      written({
        nodes: [
          node('Sub', ['x', 'mean'], 'centred'),
          node('Div', ['centred', 'deviation'], 'pixels'),
          node('Mul', ['pixels', 'gamma'], 'scaled'),
          node('Add', ['scaled', 'beta'], 'shifted'),
          node('Add', ['place', 'shifted'], 'y'),
        ],
        initializers: [
          floats('mean', 1, 3, 1, 1),
          floats('deviation', 1, 3, 1, 1),
          floats('gamma', 6),
          floats('beta', 6),
          floats('place', 1, 3, 5, 6),
        ],
        inputs: { x: ['N', 3, 5, 6] },
        outputs: ['y'],
      }),
    );
    expect(typesIn(document.nodes)).toBe('data affine affine affine affine flatten mse');
    expect(document.nodes.slice(1, 5).map(({ params }) => params)).toEqual([
      { over: 'channel', scale: false, shift: true },
      { over: 'channel', scale: true, shift: false },
      { over: 'feature', scale: true, shift: true },
      { over: 'element', scale: false, shift: true },
    ]);
  });

  it('for one row alone is drawn for any number of them, and compared on that one', async () => {
    const { document, batch } = await modelOf(fixedBatch());
    expect(batch).toBe(1);
    expect(typesIn(document.nodes)).toBe('data reshape conv2d leaky-relu flatten cross-entropy');
  });
});

describe('a model that makes its inputs of raw values', () => {
  it('of bytes is the network behind them, and what it does to floats afterwards are layers', async () => {
    const model = written({
      nodes: [
        node('Cast', ['x'], 'floats', int('to', 1)),
        node('Mul', ['floats', 'scale'], 'scaled'),
        node('Gemm', ['scaled', 'w'], 'y'),
      ],
      initializers: [
        floatTensor('scale', [1], Float32Array.of(1 / 255)),
        floatTensor('w', [3, 2], Float32Array.of(1, 2, 3, 4, 5, 6)),
      ],
      inputs: { x: ['N', 3] },
      outputs: ['y'],
    });
    const [input] = model.graph.inputs as [ValueInfo];
    const bytes = { ...input, tensor: { elementType: uint8Type, dims: ['N', 3] } };
    const { document, inputs } = await modelOf({ ...model, graph: { ...model.graph, inputs: [bytes] } });
    expect(inputs).toMatchObject([{ name: 'floats', rowShape: [3] }]);
    expect(typesIn(document.nodes)).toContain('linear');
  });

  it('that is ours without its metadata is the network too', async () => {
    const folder = dataFolder();
    try {
      folder.write('', { 'rows.csv': new TextEncoder().encode(rowsOfTable()) });
      const { source, files } = await openData(folder.path('rows.csv'));
      const document = chainDocument(
        [
          ['fc1', 'linear', { outFeatures: 5 }],
          ['relu', 'relu'],
          ['fc2', 'linear', { outFeatures: 2 }],
        ],
        'cross-entropy',
        { source, files },
      );
      const { trainer, machine } = await prepareHere({ document, options: { threads: 1 }, run: 'test' });
      const measured = trainer.measure();
      const { onnx } = await exportModel(
        { document, weights: trainer.weights(), step: 0, measured },
        { inside: true },
      );
      machine.close();
      const stripped = { ...readModel(onnx, 'x'), metadata: new Map<string, string>() };
      const found = await modelOf(stripped);
      // The column of words has become three numbers.
      expect(found.inputs).toMatchObject([{ name: 'x.prepared', rowShape: [4] }]);
      expect(typesIn(found.document.nodes)).toBe('data linear relu linear cross-entropy');
      // Nothing of it is asked of the engine, so nothing is said to be missing.
      const { summary } = inspectBytes(wholeFile(onnx), 'x.onnx');
      expect(summary.operators.filter(({ isMissing }) => isMissing)).toEqual([]);
      expect(summary.operators.map(({ opType }) => opType)).toContain('IsNaN');
    } finally {
      folder.remove();
    }
  });
});

const rowsOfTable = (): string =>
  [
    'size,kind,answer',
    ...Array.from({ length: 40 }, (_, i) => `${i % 7 ? i : ''},${'abc'[i % 3]},${i % 2 ? 'y' : 'n'}`),
  ].join('\n');
