import { afterAll, describe, expect, it } from 'vitest';
import { importOnnx } from '../../../engine/hosts/imported-model.ts';
import { prepareHere } from '../../../engine/hosts/training-thread.ts';
import { wholeFile } from '../../../engine/interchange/onnx/external-data.ts';
import { floatTensor, type Model } from '../../../engine/interchange/onnx/model.ts';
import { writeModel } from '../../../engine/interchange/onnx/write-model.ts';
import {
  float,
  floats,
  int,
  ints,
  longs,
  node,
  sharedOut,
  textual,
  written,
} from '../interchange/written-models.ts';
import { onnxruntime } from '../onnx-runner.ts';
import { imported, layersOf, of } from './imported.ts';

afterAll(() => onnxruntime.close());

const programsOf = async (model: Model): Promise<string[]> => {
  const { document } = await imported(model);
  return document.nodes
    .filter(({ type }) => type === 'operations')
    .map(({ params }) => params['program'] as string);
};

const dense = (x: string, w: string, b: string, y: string) => [
  node('MatMul', [x, w], `${y}.product`),
  node('Add', [`${y}.product`, b], y),
];

/** Attention within windows of 2 × 2: for a while there are four times as many samples. */
const windows = (): Model =>
  of(
    [4, 4, 6],
    [
      node('Reshape', ['x', 'cut'], 'cut_'),
      node('Transpose', ['cut_'], 'turned', ints('perm', 0, 1, 3, 2, 4, 5)),
      node('Reshape', ['turned', 'windows'], 'w'),
      ...dense('w', 'wqk', 'bqk', 'q'),
      node('Transpose', ['w'], 'k', ints('perm', 0, 2, 1)),
      node('MatMul', ['q', 'k'], 'scores'),
      node('Add', ['scores', 'bias'], 'moved'),
      node('Softmax', ['moved'], 'shares', int('axis', -1)),
      node('MatMul', ['shares', 'w'], 'mixed'),
      node('Reshape', ['mixed', 'apart'], 'apart_'),
      node('Transpose', ['apart_'], 'back', ints('perm', 0, 1, 3, 2, 4, 5)),
      node('Reshape', ['back', 'whole'], 'joined'),
      node('Add', ['joined', 'x'], 'sum'),
      node('Relu', ['sum'], 'y'),
    ],
    [
      longs('cut', [6], -1, 2, 2, 2, 2, 6),
      longs('windows', [3], -1, 4, 6),
      longs('apart', [6], -1, 2, 2, 2, 2, 6),
      longs('whole', [4], -1, 4, 4, 6),
      floats('wqk', 6, 6),
      floats('bqk', 6),
      floats('bias', 4, 4),
    ],
  );

describe('what no layer computes', () => {
  it('is a piece of the graph as it is, from where samples are taken apart to where they are whole again', async () => {
    expect(await layersOf(windows())).toBe('reshape permute operations permute reshape add relu');
    const [program] = await programsOf(windows());
    expect(program?.split('\n')).toEqual([
      'w = weight [6, 6]',
      'b = weight [6]',
      'w2 = weight [4, 4]',
      'h = reshape(x, shape=[-1, 4, 6])',
      'h2 = linear(h, w, b)',
      'h3 = permute(h, axes=[0, 2, 1])',
      'h4 = batchedMatmul(h2, h3, alpha=1)',
      'h5 = add(h4, w2)',
      'h6 = softmax(h5, axis=2)',
      'h7 = batchedMatmul(h6, h, alpha=1)',
      'h8 = reshape(h7, shape=[-1, 2, 2, 2, 2, 6])',
      'return h8',
    ]);
  });

  it('trains the weights in it, and keeps the numbers that are none', async () => {
    const { document, weights } = await imported(
      of(
        [3, 4],
        [node('Gather', ['x', 'rows'], 'picked', int('axis', 1)), node('Mul', ['picked', 'w'], 'y')],
        [longs('rows', [3], 2, 0, 0), floats('w', 3, 4)],
      ),
    );
    const { trainer, machine } = await prepareHere({ document, options: { threads: 1 }, run: 'test' });
    const begun = new Map(trainer.weights().map(({ name, values }) => [name, [...values]]));
    // What does not change is there before weights are taken in.
    const rows = [...begun].find(([, values]) => values.join() === '2,0,0');
    expect(rows).toBeDefined();
    trainer.takeWeights(weights, 'model.onnx');
    for (let step = 0; step < 3; step++) trainer.step();
    const after = new Map(trainer.weights().map(({ name, values }) => [name, [...values]]));
    machine.close();
    expect(after.get(rows?.[0] ?? '')).toEqual([2, 0, 0]);
    const moved = [...after].filter(([name, values]) => values.join() !== begun.get(name)?.join());
    expect(moved.map(([name]) => name)).not.toEqual([]);
  });

  it.each<[string, Model]>([
    [
      'positions picked by a list',
      of([5, 3], [node('Gather', ['x', 'i'], 'y', int('axis', 1))], [longs('i', [4], 4, 0, 2, 2)]),
    ],
    [
      'elements picked by a list',
      of(
        [2, 3],
        [
          node('Shape', ['x'], 'shape'),
          node('Slice', ['shape', 'zero', 'one'], 'n'),
          node('Concat', ['n', 'rest'], 'size', int('axis', 0)),
          node('Expand', ['i', 'size'], 'wide'),
          node('GatherElements', ['x', 'wide'], 'y', int('axis', 2)),
        ],
        [
          longs('i', [1, 2, 2], 0, 2, 1, 1),
          longs('rest', [2], 2, 2),
          longs('zero', [1], 0),
          longs('one', [1], 1),
        ],
      ),
    ],
    ['the part above a diagonal', of([4, 4], [node('Relu', ['x'], 'r'), node('Trilu', ['r'], 'y')])],
    [
      'one of two tensors by a mask that is known',
      of(
        [3],
        [node('Relu', ['x'], 'r'), node('Where', ['c', 'r', 'x'], 'y')],
        [{ ...longs('c', [1, 3]), elementType: 9, int64s: new BigInt64Array(), raw: Uint8Array.of(1, 0, 1) }],
      ),
    ],
    [
      'a picture made larger by cubic curves',
      of(
        [2, 4, 4],
        [
          node('Relu', ['x'], 'r'),
          node('Resize', ['r', '', 'scales'], 'y', textual('mode', 'cubic'), float('cubic_coeff_a', -0.75)),
        ],
        [{ ...floats('scales', 4), raw: new Uint8Array(Float32Array.of(1, 1, 2, 1.5).buffer) }],
      ),
    ],
    [
      'the largest numbers, reckoned with',
      of(
        [6],
        [
          node('TopK', ['x', 'k'], ['most', 'places'], int('axis', 1)),
          node('Mul', ['most', 'most'], 'square'),
          node('Add', ['square', 'most'], 'y'),
        ],
        [longs('k', [1], 3)],
      ),
    ],
    [
      'known channels beside those of a picture',
      of(
        [2, 3, 3],
        [
          node('Shape', ['x'], 'shape'),
          node('Gather', ['shape', 'zero'], 'n'),
          node('Concat', ['n', 'rest'], 'size', int('axis', 0)),
          node('Expand', ['grid', 'size'], 'wide'),
          node('Concat', ['x', 'wide'], 'y', int('axis', 1)),
        ],
        [longs('zero', [1], 0), longs('rest', [3], 1, 3, 3), floats('grid', 1, 1, 3, 3)],
      ),
    ],
    [
      'a norm of whole planes with a number for each place',
      of(
        [2, 3, 4],
        [node('LayerNormalization', ['x', 'g', 'b'], 'y', int('axis', 2))],
        [floats('g', 3, 4), floats('b', 3, 4)],
      ),
    ],
  ])('%s', async (_name, model) => {
    expect(await layersOf(model)).toContain('operations');
  });

  it.each([
    ['kept between two bounds', [node('Clip', ['w', 'low', 'high'], 'h')]],
    [
      'normalised without weights',
      [
        node('ReduceMean', ['w'], 'mean', ints('axes', -1)),
        node('Sub', ['w', 'mean'], 'centred'),
        node('Mul', ['centred', 'centred'], 'squares'),
        node('ReduceMean', ['squares'], 'variance', ints('axes', -1)),
        node('Add', ['variance', 'low'], 'shifted'),
        node('Sqrt', ['shifted'], 'root'),
        node('Div', ['centred', 'root'], 'h'),
      ],
    ],
    ['multiplied by weights of any size', [node('Mul', ['w', 'large'], 'h')]],
  ])('takes in windows that are %s', async (_name, nodes) => {
    const model = of(
      [4, 6],
      [
        node('Reshape', ['x', 'apart'], 'w'),
        ...nodes,
        node('Softmax', ['h'], 's', int('axis', 1)),
        node('Reshape', ['s', 'whole'], 'y'),
      ],
      [
        longs('apart', [3], -1, 2, 6),
        longs('whole', [3], -1, 4, 6),
        floatTensor('low', [], Float32Array.of(0.1)),
        floatTensor('high', [], Float32Array.of(0.9)),
        floatTensor('large', [6], Float32Array.of(60, 1, 2, 3, 4, 5)),
      ],
    );
    expect(await layersOf(model)).toBe('operations');
    const [program] = await programsOf(model);
    if (nodes.length === 1 && nodes[0]?.inputs.includes('large')) expect(program).toContain('w = weight [6]');
  });

  it('of equal numbers gives the last, where the file asks for it', async () => {
    const model = of(
      [3, 6],
      [
        node('Relu', ['x'], 'r'),
        node('ArgMax', ['r'], 'place', int('axis', 2), int('select_last_index', 1), int('keepdims', 1)),
        node('Cast', ['place'], 'at', int('to', 1)),
        node('Mul', ['r', 'at'], 'y'),
      ],
    );
    expect(await layersOf(model)).toContain('operations');
    const { document } = await imported(model);
    const [piece] = document.nodes.filter(({ type }) => type === 'operations');
    expect(piece?.params['program']).toContain('last=1');
  });

  it('is refused by name where it takes more whole numbers than a program can tell', async () => {
    const count = 90_000;
    const places = longs('i', [count], ...Array.from({ length: count }, (_, at) => (at * 7919) % 100_000));
    const model = of([100_000], [node('Gather', ['x', 'i'], 'y', int('axis', 1))], [places]);
    await expect(importOnnx(wholeFile(writeModel(model)), 'model.onnx', {})).rejects.toThrow(
      'no layer computes Gather (1, first in node "Gather_y")',
    );
  });

  it('gives out several tensors where several are read', async () => {
    const model = of(
      [4, 6],
      [
        // The halves of a row of windows, in which there are twice as many samples.
        node('Reshape', ['x', 'apart'], 'w'),
        ...dense('w', 'a', 'b', 'h'),
        node('Reshape', ['h', 'whole'], 'left'),
        node('Softmax', ['h'], 'shares', int('axis', -1)),
        node('Reshape', ['shares', 'whole'], 'right'),
        node('Relu', ['left'], 'l'),
        node('Sigmoid', ['right'], 'r'),
        node('Concat', ['l', 'r', 'left'], 'y', int('axis', 2)),
      ],
      [longs('apart', [3], -1, 2, 6), longs('whole', [3], -1, 4, 6), floats('a', 6, 6), floats('b', 6)],
    );
    expect(await layersOf(model)).toBe('operations relu sigmoid concat');
    const [program] = await programsOf(model);
    expect(program).toMatch(/\nreturn h\d*, h\d*$/);
  });

  it('takes in the layers between its parts, where it would read its own results through them', async () => {
    const model = of(
      [4, 6],
      [
        node('Reshape', ['x', 'apart'], 'w'),
        ...dense('w', 'a', 'b', 'h'),
        node('Reshape', ['h', 'whole'], 'left'),
        node('Relu', ['left'], 'l'),
        node('Reshape', ['l', 'apart'], 'again'),
        node('Mul', ['again', 'h'], 'gated'),
        node('Reshape', ['gated', 'whole'], 'y'),
      ],
      [longs('apart', [3], -1, 2, 6), longs('whole', [3], -1, 4, 6), floats('a', 6, 6), floats('b', 6)],
    );
    expect(await layersOf(model)).toBe('operations');
  });

  it('is refused by name where it hangs on how many samples there are', async () => {
    const model = written({
      nodes: [
        node('Transpose', ['x'], 't', ints('perm', 1, 0)),
        node('MatMul', ['x', 't'], 'like'),
        node('Softmax', ['like'], 'shares', int('axis', -1)),
        node('CumSum', ['shares', 'one'], 'sums'),
        node('MatMul', ['sums', 'x'], 'y'),
      ],
      initializers: [longs('one', [1], 1)],
      inputs: { x: ['N', 3] },
      outputs: ['y'],
    });
    expect(await layersOf(model)).toBe('operations');
    await expect(importOnnx(wholeFile(writeModel(sharedOut())), 'model.onnx', {})).rejects.toThrow(
      'no layer computes Div (1, first in node "Div_shares")',
    );
  });
});
