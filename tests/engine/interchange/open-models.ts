import { floatTensor, type Model, type ModelNode } from '../../../engine/interchange/onnx/model.ts';
import { floats, int, ints, longs, node, written } from './written-models.ts';

/** Models that leave sizes behind the batch open, with the chains of shapes that PyTorch's exporter writes around them. */

const width = 8;

/** Numbers of a shape, each by itself and as a list of one. */
const sizesOf = (x: string, ...names: readonly string[]): ModelNode[] => [
  node('Shape', [x], `${x}.shape`),
  ...names.flatMap((name, at) => [
    node('Gather', [`${x}.shape`, `number${at}`], name),
    node('Unsqueeze', [name, 'front'], `${name}1`),
  ]),
];

/** Attention as nn.MultiheadAttention writes it: time comes first, and heads and samples are one axis. */
function timeFirstLayer(x: string, at: string, y: string): ModelNode[] {
  const v = (name: string): string => `${at}${name}`;
  return [
    node('LayerNormalization', [x, v('n.gamma'), v('n.beta')], v('n')),
    node('Transpose', [v('n')], v('t'), ints('perm', 1, 0, 2)),
    node('MatMul', [v('t'), v('qkv.w')], v('product')),
    node('Add', [v('qkv.b'), v('product')], v('qkv')),
    node('Split', [v('qkv')], ['q', 'k', 'v'].map(v), int('axis', -1)),
    node('Mul', [v('q'), 'half'], v('scaled')),
    node('Mul', ['B', 'number2'], v('BH')),
    node('Unsqueeze', [v('BH'), 'front'], v('BH1')),
    node('Concat', ['T1', v('BH1'), 'four'], v('cut'), int('axis', 0)),
    ...[
      ['scaled', 'qh', 1, 0, 2] as const,
      ['k', 'kh', 1, 2, 0] as const,
      ['v', 'vh', 1, 0, 2] as const,
    ].flatMap(([from, to, ...perm]) => [
      node('Reshape', [v(from), v('cut')], v(`${to}.cut`)),
      node('Transpose', [v(`${to}.cut`)], v(to), ints('perm', ...perm)),
    ]),
    node('MatMul', [v('qh'), v('kh')], v('scores')),
    node('Softmax', [v('scores')], v('shares'), int('axis', -1)),
    node('MatMul', [v('shares'), v('vh')], v('mixed')),
    node('Transpose', [v('mixed')], v('back'), ints('perm', 1, 0, 2)),
    node('Reshape', [v('back'), 'rows'], v('joined')),
    node('Gemm', [v('joined'), v('proj.w'), v('proj.b')], v('flat'), int('transB', 1)),
    node('Concat', ['T1', 'B1', 'eight'], v('wanted'), int('axis', 0)),
    node('Reshape', [v('flat'), v('wanted')], v('timed')),
    node('Transpose', [v('timed')], v('attended'), ints('perm', 1, 0, 2)),
    node('Add', [x, v('attended')], y),
  ];
}

/** Tokens of any number in each sequence; the numbers of their places are spread to [batch, sequence] before they are looked up. */
export const openEncoder = (): Model =>
  written({
    inputs: { tokens: ['batch', 'sequence'] },
    types: { tokens: 7 },
    outputs: ['logits'],
    nodes: [
      node('Gather', ['table', 'tokens'], 'embedded'),
      ...sizesOf('tokens', 'B', 'T'),
      node('Range', ['number0', 'T', 'number1'], 'range'),
      node('Unsqueeze', ['range', 'front'], 'row'),
      node('Concat', ['B1', 'T1'], 'whole', int('axis', 0)),
      node('Shape', ['whole'], 'rank'),
      node('ConstantOfShape', ['rank'], 'ones', {
        name: 'value',
        kind: 'tensor',
        value: longs('value', [1], 1),
      }),
      node('Mul', ['ones', 'minusOne'], 'kept'),
      node('Equal', ['whole', 'kept'], 'isKept'),
      node('Where', ['isKept', 'ones', 'whole'], 'wide'),
      node('Expand', ['row', 'wide'], 'places'),
      node('Gather', ['positions', 'places'], 'placed'),
      node('Add', ['embedded', 'placed'], 'a0'),
      ...timeFirstLayer('a0', '/layers.0/', 'a1'),
      ...timeFirstLayer('a1', '/layers.1/', 'a2'),
      node('MatMul', ['a2', 'head.w'], 'logits'),
    ],
    initializers: [
      floats('table', 11, width),
      floats('positions', 20, width),
      ...['/layers.0/', '/layers.1/'].flatMap((at) => [
        floats(`${at}n.gamma`, width),
        floats(`${at}n.beta`, width),
        floats(`${at}qkv.w`, width, 3 * width),
        floats(`${at}qkv.b`, 3 * width),
        floats(`${at}proj.w`, width, width),
        floats(`${at}proj.b`, width),
      ]),
      floats('head.w', width, 3),
      floatTensor('half', [], Float32Array.of(0.5)),
      ...[0, 1, 2].map((index) => longs(`number${index}`, [], index)),
      longs('front', [1], 0),
      longs('minusOne', [1], -1),
      longs('four', [1], 4),
      longs('eight', [1], width),
      longs('rows', [2], -1, width),
    ],
  });

/** The mean of a sequence, spread over its places again: added to them, and joined to them. */
export const spreadMean = (): Model =>
  written({
    inputs: { x: ['batch', 'length', 4] },
    outputs: ['y'],
    nodes: [
      node('ReduceMean', ['x'], 'mean', ints('axes', 1)),
      node('Shape', ['x'], 'shape'),
      node('Expand', ['mean', 'shape'], 'wide'),
      node('Add', ['x', 'wide'], 'sum'),
      node('Concat', ['sum', 'wide'], 'both', int('axis', 2)),
      node('MatMul', ['both', 'w'], 'y'),
    ],
    initializers: [floats('w', 8, 3)],
  });

const double = (x: string, at: string, y: string): ModelNode[] => [
  node('Conv', [x, `${at}1.w`, `${at}1.b`], `${at}c1`, ints('pads', 1, 1, 1, 1)),
  node('Relu', [`${at}c1`], `${at}r1`),
  node('Conv', [`${at}r1`, `${at}2.w`, `${at}2.b`], `${at}c2`, ints('pads', 1, 1, 1, 1)),
  node('Relu', [`${at}c2`], y),
];

const pooled = (x: string, y: string): ModelNode =>
  node('MaxPool', [x], y, ints('kernel_shape', 2, 2), ints('strides', 2, 2));

/** Convolutions that are the same at three places, with pools between them; height and width have no names. */
export const apart = (): Model =>
  written({
    inputs: { image: ['batch', 3, '', ''] },
    outputs: ['classes'],
    nodes: [
      ...double('image', 'a', 'a'),
      pooled('a', 'half'),
      ...double('half', 'b', 'b'),
      pooled('b', 'quarter'),
      ...double('quarter', 'c', 'c'),
      node('GlobalAveragePool', ['c'], 'mean'),
      node('Flatten', ['mean'], 'row'),
      node('Gemm', ['row', 'w', 'bias'], 'classes'),
    ],
    initializers: [
      ...['a', 'b', 'c'].flatMap((at) => [
        floats(`${at}1.w`, 4, at === 'a' ? 3 : 4, 3, 3),
        floats(`${at}1.b`, 4),
        floats(`${at}2.w`, 4, 4, 3, 3),
        floats(`${at}2.b`, 4),
      ]),
      floats('w', 4, 5),
      floats('bias', 5),
    ],
  });

const dense = (x: string, name: string, y: string): ModelNode =>
  node('Gemm', [x, `${name}.w`, `${name}.b`], y);

/** Three layers of a decoder, each of which also takes what the encoder gave out, after two of the encoder. */
export const encoderAndDecoder = (): Model => {
  const encoder = (x: string, at: string, y: string): ModelNode[] => [
    dense(x, `${at}f`, `${at}h`),
    node('Tanh', [`${at}h`], `${at}t`),
    dense(`${at}t`, `${at}g`, `${at}o`),
    node('Add', [x, `${at}o`], y),
  ];
  const decoder = (x: string, at: string, y: string): ModelNode[] => [
    dense(x, `${at}q`, `${at}p`),
    node('Mul', ['e2', `${at}p`], `${at}m`),
    node('Add', [x, `${at}m`], `${at}r`),
    ...encoder(`${at}r`, at, y),
  ];
  const layers = ['/decoder.0/', '/decoder.1/', '/decoder.2/'];
  return written({
    inputs: { x: ['batch', 4], z: ['batch', 4] },
    outputs: ['y'],
    nodes: [
      ...encoder('x', '/encoder.0/', 'e1'),
      ...encoder('e1', '/encoder.1/', 'e2'),
      ...layers.flatMap((at, round) => decoder(round === 0 ? 'z' : `d${round}`, at, `d${round + 1}`)),
      dense('d3', 'head', 'y'),
    ],
    initializers: [
      ...['/encoder.0/', '/encoder.1/', ...layers].flatMap((at) => [
        floats(`${at}f.w`, 4, 6),
        floats(`${at}f.b`, 6),
        floats(`${at}g.w`, 6, 4),
        floats(`${at}g.b`, 4),
        floats(`${at}q.w`, 4, 4),
        floats(`${at}q.b`, 4),
      ]),
      floats('head.w', 4, 3),
      floats('head.b', 3),
    ],
  });
};
