import { describe, expect, it } from 'vitest';
import type { Params } from '../../../engine/declaration/fields.ts';
import { NetwrightError } from '../../../engine/declaration/problem.ts';
import type { TensorType } from '../../../engine/declaration/tensor-type.ts';
import { completeParams } from '../../../engine/document/check-params.ts';
import { importModel } from '../../../engine/interchange/onnx/import/import-model.ts';
import { layerRules } from '../../../engine/interchange/onnx/import/layer-rules.ts';
import type { AnyLayer } from '../../../engine/layers/contract.ts';
import { layers } from '../../../engine/layers/index.ts';
import type { Tensor } from '../../../engine/ops/contract.ts';
import { Graph } from '../../../engine/ops/graph.ts';
import type { OpName } from '../../../engine/ops/index.ts';
import { emptyDocument } from '../../../renderer/document/empty-document.ts';
import { encoderBlock, floats, longs, node, sharedOut, textual, written } from './written-models.ts';

/** Layers of several ops, of whole numbers, or of ops that ONNX has no counterpart for: they come back as what they consist of, or not. */
const notOneOp: ReadonlySet<string> = new Set([
  'operations',
  'clip',
  'numbers-of-tokens',
  'data',
  'conv-transpose2d',
  'affine',
  'global-average-pool',
  'embedding',
  'multi-head-attention',
  'dropout',
  'dropout2d',
  'class-token',
  'learned-position',
  'sinusoidal-position',
  'split-heads',
  'merge-heads',
  'causal-mask',
  'padding-mask',
  'split',
]);

/** Parameters in the form in which they are read, where the defaults say the same in another. */
const asRead: Readonly<Record<string, Params>> = {
  softmax: { axis: 1 },
  'log-softmax': { axis: 1 },
  reshape: { shape: '3, 1' },
};

/** Further forms, each told by what its op computes alone. */
const forms: readonly [keyof typeof layers, Params][] = [
  ['conv2d', { rectangular: true, stride: 2, strideWidth: 1, padding: 'valid' }],
  ['conv2d', { rectangular: true, dilationWidth: 2, padding: 'number', pad: 2 }],
  ['max-pool', { kernelSize: 3, ceil: true }],
  ['slice', { start: 1, step: -2 }],
  ['zero-pad', { top: 1, value: -0.5 }],
  ['clip', { hasHigh: false, low: -2 }],
  ['clip', { hasLow: false, high: 0.5 }],
  ['cumulative-sum', { exclusive: true, reverse: true }],
  ['upsample', { mode: 'linear', corners: true, rectangular: true, scaleWidth: 3 }],
  ['upsample', { mode: 'linear', bySize: true, height: 5, width: 12 }],
  ['average-pool', { kernelSize: 3, padding: 1, ceil: true, countPadding: false }],
];

describe.each([
  ...Object.values<AnyLayer>(layers)
    .filter(({ type }) => !notOneOp.has(type))
    .map((layer): [string, Params, AnyLayer] => [layer.type, asRead[layer.type] ?? {}, layer]),
  ...forms.map(([type, params]): [string, Params, AnyLayer] => [type, params, layers[type]]),
])('the op that a layer "%s" %j emits', (type, given, layer) => {
  it('is read back as that layer, with the same parameters and weights', () => {
    const graph = new Graph('eval', 1, 2);
    const row: TensorType = { shape: [2, 3], dtype: 'float32' };
    const ports = layer.ports.inputs.filter(({ optional }) => optional !== true);
    const inputs = Object.fromEntries(
      ports.map(({ name }): [string, Tensor] => {
        const example = layer.example?.[name] ?? row;
        return [name, graph.tensor({ name, role: 'input', origin: '', type: example })];
      }),
    );
    const params = completeParams(layer.fields, given);
    const declared = layer.weights(params, inputs);
    const values = new Map<Tensor, Float32Array>();
    const weights = Object.fromEntries(
      declared.map(({ name, shape }): [string, Tensor] => {
        const tensor = graph.tensor({ name, role: 'weight', origin: '', type: { shape, dtype: 'float32' } });
        values.set(tensor, new Float32Array(shape.reduce((product, n) => product * n, 1)));
        return [name, tensor];
      }),
    );
    layer.build(graph.scope('n', 'n'), params, inputs, weights);
    expect(graph.calls).toHaveLength(1);
    const [call] = graph.calls;
    const found = layerRules[call.op.name as OpName]?.(call, (tensor) => tensor && values.get(tensor));
    expect(found?.type).toBe(type);
    // Built again with what was read, it emits the same op: parameters may say one thing in two ways.
    const again = new Graph('eval', 1, 2);
    const read = completeParams(layer.fields, found?.params ?? {});
    layer.build(again.scope('n', 'n'), read, inputs, weights);
    expect(again.calls[0]?.attributes).toEqual(call.attributes);
    expect(Object.keys(found?.weights ?? {}).toSorted()).toEqual(declared.map(({ name }) => name).toSorted());
  });
});

describe('what is computed element by element, or over several axes', () => {
  it.each([
    ['Max', [node('Max', ['x', 'half'], 'y')], 'max-pool'],
    ['Min', [node('Min', ['x', 'half'], 'y')], 'max-pool'],
    ['ReduceSum', [node('ReduceSum', ['half', 'plane'], 'y')], 'mean'],
    ['ReduceMin', [node('ReduceMin', ['half', 'plane'], 'y')], 'max-pool'],
    ['ReduceL2', [node('ReduceL2', ['half', 'last'], 'y')], 'mean'],
  ])('leaves samples apart, so that %s is drawn', (_name, nodes, type) => {
    const model = written({
      nodes: [node('Sigmoid', ['x'], 'half'), ...nodes],
      initializers: [longs('plane', [2], 2, 3), longs('last', [1], 3)],
      inputs: { x: ['N', 3, 4, 5] },
      outputs: ['y'],
    });
    const { document } = importModel(model, 'a.onnx', emptyDocument('').training);
    expect(document.nodes.map((drawn) => drawn.type)).toContain(type);
  });
});

it.each(['reflect', 'edge', 'wrap'])(
  'an image among copies of its own borders (%s) is drawn of slices',
  (mode) => {
    const model = written({
      nodes: [node('Relu', ['x'], 'r'), node('Pad', ['r', 'pads'], 'y', textual('mode', mode))],
      initializers: [longs('pads', [8], 0, 0, 1, 2, 0, 0, 0, 1)],
      inputs: { x: ['N', 3, 4, 5] },
      outputs: ['y'],
    });
    const { document } = importModel(model, 'a.onnx', emptyDocument('').training);
    const types = document.nodes.map((drawn) => drawn.type);
    expect(types.filter((type) => type === 'concat')).toHaveLength(2);
    expect(types).toContain('slice');
  },
);

it('an image that is made smaller by leaving numbers out is drawn as a window of one number that strides', () => {
  const model = written({
    nodes: [
      node(
        'Resize',
        ['x', '', '', 'sizes'],
        'y',
        textual('mode', 'nearest'),
        textual('coordinate_transformation_mode', 'asymmetric'),
        textual('nearest_mode', 'floor'),
      ),
    ],
    initializers: [longs('sizes', [4], 1, 3, 4, 2)],
    inputs: { x: [1, 3, 8, 6] },
    outputs: ['y'],
  });
  const { document } = importModel(model, 'a.onnx', emptyDocument('').training);
  const pool = document.nodes.find((drawn) => drawn.type === 'max-pool');
  expect(pool?.params).toMatchObject({ kernelSize: 1, stride: 2, strideWidth: 3, padding: 0 });
});

describe('a model that is no network of this kind', () => {
  const { training } = emptyDocument('');
  it.each([
    [
      'sizes of a sequence that the file leaves open',
      encoderBlock(),
      'expected a number for each, found none for tokens (x[1], mask[1]). Set them, e.g. --size "tokens=128"',
    ],
    [
      'whole numbers that no table is asked for',
      written({
        nodes: [node('Unsqueeze', ['t', 'front'], 'y')],
        initializers: [longs('front', [1], 1)],
        inputs: { t: ['N', 8], x: ['N', 8] },
        types: { t: 7 },
        outputs: ['y'],
      }),
      'expected outputs with numbers for each sample, found y (int32 [2, 1, 8]) for 2 samples',
    ],
    [
      'a single number for all samples',
      written({ nodes: [node('Relu', ['x'], 'y')], inputs: { x: [] }, outputs: ['y'] }),
      'expected inputs of numbers, rows, sequences, images or volumes (1 to 5 dimensions), found x []',
    ],
    [
      'volumes one behind the other',
      written({ nodes: [node('Relu', ['x'], 'y')], inputs: { x: ['N', 2, 1, 4, 4, 4] }, outputs: ['y'] }),
      'expected inputs of numbers, rows, sequences, images or volumes (1 to 5 dimensions), found x [N, 2, 1, 4, 4, 4]',
    ],
    [
      'volumes and what the engine has no operator for, by that operator',
      written({
        nodes: [node('Conv', ['x', 'w'], 'y')],
        initializers: [floats('w', 2, 1, 3, 3, 3)],
        inputs: { x: ['N', 1, 4, 4, 4] },
        outputs: ['y'],
      }),
      'a.onnx: node "Conv_y" (Conv): a convolution in 3 dimensions cannot be read here.',
    ],
    [
      'a size that the file leaves open',
      written({ nodes: [node('Relu', ['x'], 'y')], inputs: { x: ['N', 3, 'height', 8] }, outputs: ['y'] }),
      'expected a number for each, found none for height (x[2]). Set them, e.g. --size "height=224"',
    ],
    [
      'an output that is not of each sample',
      written({ nodes: [node('ReduceMean', ['x'], 'y')], inputs: { x: ['N', 8] }, outputs: ['y'] }),
      'expected outputs with numbers for each sample, found y (float32 [1, 1]) for 2 samples',
    ],
    [
      'operators that no layer stands for in that form, by their names in the file',
      sharedOut(),
      'a.onnx cannot be drawn: no layer computes Div (1, first in node "Div_shares") in the form that stands there.',
    ],
  ])('%s is refused in one sentence', (_name, model, expected) => {
    let error: unknown;
    try {
      importModel(model, 'a.onnx', training);
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(NetwrightError);
    const { en, zh } = (error as NetwrightError).text;
    expect(en).toContain(expected);
    expect(zh).toMatch(/\p{Script=Han}/u);
  });
});
