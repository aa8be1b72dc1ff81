import { outsideWeights } from '../../../engine/interchange/onnx/external-data.ts';
import {
  float32Type,
  floatTensor,
  floatValues,
  type Model,
  type ModelNode,
} from '../../../engine/interchange/onnx/model.ts';
import { writeModel } from '../../../engine/interchange/onnx/write-model.ts';
import { float, floats, int, ints, longs, node, written } from './written-models.ts';

/** Models as PyTorch's exporter writes them, put together by hand. */

const dense = (x: string, name: string, y: string): ModelNode[] => [
  node('MatMul', [x, `${name}.w`], `${y}.product`),
  node('Add', [`${name}.b`, `${y}.product`], y),
];

const width = 8;
const tokens = 5;

/** Queries, keys and values by one product, which is cut after it was turned; norms and GELU as operators of their own. */
function encoderLayer(x: string, at: string, y: string): ModelNode[] {
  const v = (name: string): string => `${at}${name}`;
  return [
    node('LayerNormalization', [x, v('n1.gamma'), v('n1.beta')], v('n1')),
    ...dense(v('n1'), v('qkv'), v('qkv')),
    node('Reshape', [v('qkv'), 'cut'], v('five')),
    node('Transpose', [v('five')], v('turned'), ints('perm', 2, 0, 3, 1, 4)),
    ...['q', 'k', 'v'].map((part, index) =>
      node('Gather', [v('turned'), `number${index}`], v(part), int('axis', 0)),
    ),
    node('Transpose', [v('k')], v('kt'), ints('perm', 0, 1, 3, 2)),
    node('MatMul', [v('q'), v('kt')], v('products')),
    node('Mul', [v('products'), 'rootOfHalf'], v('scores')),
    node('Softmax', [v('scores')], v('shares'), int('axis', -1)),
    node('MatMul', [v('shares'), v('v')], v('mixed')),
    node('Transpose', [v('mixed')], v('back'), ints('perm', 0, 2, 1, 3)),
    node('Reshape', [v('back'), 'joined'], v('joined')),
    ...dense(v('joined'), v('proj'), v('attended')),
    node('Add', [x, v('attended')], v('r')),
    node('LayerNormalization', [v('r'), v('n2.gamma'), v('n2.beta')], v('n2')),
    ...dense(v('n2'), v('f1'), v('wide')),
    node('Gelu', [v('wide')], v('bent')),
    ...dense(v('bent'), v('f2'), v('narrow')),
    node('Add', [v('r'), v('narrow')], y),
  ];
}

const encoderWeights = (at: string) => [
  ...['n1', 'n2'].flatMap((name) => [
    floats(`${at}${name}.gamma`, width),
    floats(`${at}${name}.beta`, width),
  ]),
  floats(`${at}qkv.w`, width, 3 * width),
  floats(`${at}qkv.b`, 3 * width),
  floats(`${at}proj.w`, width, width),
  floats(`${at}proj.b`, width),
  floats(`${at}f1.w`, width, 16),
  floats(`${at}f1.b`, 16),
  floats(`${at}f2.w`, 16, width),
  floats(`${at}f2.b`, width),
];

/** A classifier of tokens: a table, places, three layers of an encoder, their mean, and a product. */
export const tokenClassifier = (): Model =>
  written({
    inputs: { tokens: ['batch', tokens] },
    types: { tokens: 7 },
    outputs: ['logits'],
    opset: 20,
    nodes: [
      node('Gather', ['table', 'tokens'], 'embedded'),
      node('Add', ['embedded', 'places'], 'a0'),
      ...encoderLayer('a0', '/layers.0/', 'a1'),
      ...encoderLayer('a1', '/layers.1/', 'a2'),
      ...encoderLayer('a2', '/layers.2/', 'a3'),
      node('ReduceMean', ['a3', 'axisOne'], 'mean', int('keepdims', 0)),
      node('Gemm', ['mean', 'head.w', 'head.b'], 'logits', int('transB', 1)),
    ],
    initializers: [
      floats('table', 11, width),
      floats('places', 1, tokens, width),
      ...['/layers.0/', '/layers.1/', '/layers.2/'].flatMap(encoderWeights),
      floats('head.w', 3, width),
      floats('head.b', 3),
      floatTensor('rootOfHalf', [], Float32Array.of(0.5)),
      longs('cut', [5], 0, tokens, 3, 2, 4),
      longs('joined', [3], 0, tokens, width),
      longs('axisOne', [1], 1),
      ...[0, 1, 2].map((index) => longs(`number${index}`, [], index)),
    ],
  });

/** A class token before the patches of an image, and the first position at the end; made for images of 8 × 8. */
export const patchClassifier = (...[height, width]: readonly (number | string)[]): Model =>
  written({
    inputs: { image: ['batch', 1, height ?? 8, width ?? 8] },
    outputs: ['probabilities'],
    opset: 17,
    nodes: [
      node('Conv', ['image', 'patch.w', 'patch.b'], 'patches', ints('strides', 4, 4)),
      node('Reshape', ['patches', 'rows'], 'flat'),
      node('Transpose', ['flat'], 'sequence', ints('perm', 0, 2, 1)),
      node('Shape', ['sequence'], 'shape'),
      node('Gather', ['shape', 'zero'], 'count'),
      node('Unsqueeze', ['count', 'front'], 'count1'),
      node('Concat', ['count1', 'tail'], 'wanted', int('axis', 0)),
      node('Expand', ['token', 'wanted'], 'tokens'),
      node('Concat', ['tokens', 'sequence'], 'whole', int('axis', 1)),
      node('Add', ['whole', 'places'], 'placed'),
      node('Gather', ['placed', 'zero'], 'first', int('axis', 1)),
      node('Gemm', ['first', 'head.w', 'head.b'], 'logits', int('transB', 1)),
      node('Softmax', ['logits'], 'probabilities', int('axis', 1)),
    ],
    initializers: [
      floats('patch.w', 6, 1, 4, 4),
      floats('patch.b', 6),
      floats('token', 1, 1, 6),
      floats('places', 1, 5, 6),
      floats('head.w', 4, 6),
      floats('head.b', 4),
      longs('rows', [3], 0, 6, 4),
      longs('zero', [], 0),
      longs('front', [1], 0),
      longs('tail', [2], 1, 6),
    ],
  });

/** A row and an image in, classes and a number out; bounds as Clip writes them. */
export const twoByTwo = (): Model =>
  written({
    inputs: { row: ['batch', 6], image: ['batch', 1, 4, 4] },
    outputs: ['classes', 'score'],
    opset: 13,
    nodes: [
      node('Gemm', ['row', 'a.w', 'a.b'], 'a', int('transB', 1)),
      node('Clip', ['a', 'zero', 'six'], 'h'),
      node('Conv', ['image', 'b.w', 'b.b'], 'b', ints('pads', 1, 1, 1, 1)),
      node('Clip', ['b', 'minusOne', 'one'], 'g'),
      node('Flatten', ['g'], 'flat'),
      node('Concat', ['h', 'flat'], 'both', int('axis', 1)),
      node('Gemm', ['both', 'c.w', 'c.b'], 'classes', int('transB', 1)),
      node('Gemm', ['h', 'd.w', 'd.b'], 'raw', int('transB', 1)),
      node('Abs', ['raw'], 'size'),
      node('Exp', ['size'], 'score'),
    ],
    initializers: [
      floats('a.w', 8, 6),
      floats('a.b', 8),
      floats('b.w', 2, 1, 3, 3),
      floats('b.b', 2),
      floats('c.w', 3, 40),
      floats('c.b', 3),
      floats('d.w', 1, 8),
      floats('d.b', 1),
      ...Object.entries({ zero: 0, six: 6, minusOne: -1, one: 1 }).map(([name, value]) =>
        floatTensor(name, [], Float32Array.of(value)),
      ),
    ],
  });

/** A file for one row alone, whose shapes say so. */
export const fixedBatch = (): Model =>
  written({
    inputs: { x: [1, 12] },
    outputs: ['y'],
    opset: 13,
    nodes: [
      node('Reshape', ['x', 'image'], 'seen'),
      node('Conv', ['seen', 'w'], 'c'),
      node('LeakyRelu', ['c'], 'r', float('alpha', 0.1)),
      node('Reshape', ['r', 'row'], 'y'),
    ],
    initializers: [floats('w', 2, 3, 2, 2), longs('image', [4], 1, 3, 2, 2), longs('row', [2], 1, 2)],
  });

/** The same model with its float32 weights in another file. */
export function withWeightsBeside(model: Model, name: string): { onnx: Uint8Array; data: Uint8Array } {
  const { initializers } = model.graph;
  const weights = initializers.flatMap((tensor) => {
    const values = tensor.elementType === float32Type ? floatValues(tensor) : undefined;
    return values ? [{ tensor: { ...tensor, floats: new Float32Array(), raw: undefined }, values }] : [];
  });
  const outside = outsideWeights(weights, name);
  const moved = new Map(outside.initializers.map((tensor) => [tensor.name, tensor]));
  const graph = {
    ...model.graph,
    initializers: initializers.map((tensor) => moved.get(tensor.name) ?? tensor),
  };
  return { onnx: writeModel({ ...model, graph }), data: outside.data };
}
