import { afterAll, describe, expect, it } from 'vitest';
import {
  type Attribute,
  floatTensor,
  type ModelNode,
  type TensorData,
} from '../../../engine/interchange/onnx/model.ts';
import {
  floats,
  int,
  ints,
  longs,
  node,
  textual,
  type Written,
  written,
} from '../interchange/written-models.ts';
import { onnxruntime } from '../onnx-runner.ts';
import { imported, layersOf, of } from './imported.ts';

afterAll(() => onnxruntime.close());

const number = (name: string, value: number) => floatTensor(name, [], Float32Array.of(value));

describe('what is cut out of a tensor', () => {
  it.each([
    ['every second column', [0, 100, 3, 2]],
    ['every third column from the last one on', [-1, -100, 3, -3]],
    ['the rows the other way round', [-1, -100, 2, -1]],
  ])('%s is one Slice', async (_name, [start, end, axis, step]) => {
    const bounds = Object.entries({ start, end, axis, step }).map(([name, n]) =>
      longs(name, [1], n as number),
    );
    const cut = node('Slice', ['r', 'start', 'end', 'axis', 'step'], 'y');
    expect(await layersOf(of([2, 5, 7], [node('Relu', ['x'], 'r'), cut], bounds))).toBe('relu slice');
  });

  it('queries, keys and values by Split and Squeeze are cut before their axes are turned', async () => {
    const model = of(
      [4, 6],
      [
        node('MatMul', ['x', 'w'], 'qkv'),
        node('Reshape', ['qkv', 'five'], 'cut'),
        node('Transpose', ['cut'], 'turned', ints('perm', 2, 0, 3, 1, 4)),
        node('Split', ['turned'], ['a', 'b', 'c'], int('axis', 0)),
        ...['a', 'b', 'c'].map((part) => node('Squeeze', [part, 'front'], `${part}4`)),
        node('Transpose', ['b4'], 'k', ints('perm', 0, 1, 3, 2)),
        node('MatMul', ['a4', 'k'], 'scores'),
        node('Softmax', ['scores'], 'shares', int('axis', -1)),
        node('MatMul', ['shares', 'c4'], 'y'),
      ],
      [floats('w', 6, 18), longs('five', [5], 0, 4, 3, 2, 3), longs('front', [1], 0)],
    );
    const types = await layersOf(model);
    expect(types).toContain('matmul softmax matmul');
    expect(types.match(/slice/g)).toHaveLength(3);
  });

  it('a border that is taken away, or put around elsewhere, is Slice and ZeroPad', async () => {
    const nodes = [node('Relu', ['x'], 'r'), node('Pad', ['r', 'pads'], 'y')];
    const pads = longs('pads', [8], 0, 0, -1, 1, 0, 0, 0, -1);
    expect(await layersOf(of([2, 5, 6], nodes, [pads]))).toBe('relu slice slice zero-pad');
  });
});

describe('numbers that are known', () => {
  it('that are multiplied with each other while reading leave a product of their own', async () => {
    const nodes = [node('MatMul', ['u', 'v'], 'w'), node('MatMul', ['x', 'w'], 'y')];
    expect(await layersOf(of([4], nodes, [floats('u', 4, 2), floats('v', 2, 3)]))).toBe('linear');
  });

  it('that a number of each sample is multiplied with are spread over it', async () => {
    const nodes = [node('Mul', ['x', 'frequencies'], 'angles'), node('Sin', ['angles'], 'y')];
    const types = await layersOf(of([1], nodes, [floats('frequencies', 6)]));
    expect(types).toBe('reshape upsample affine elementwise-function');
  });

  it('of the last axes, such as turns by a position, are an Affine of all numbers of a sample', async () => {
    const nodes = [node('Mul', ['x', 'cosines'], 'y')];
    expect(await layersOf(of([3, 4, 6], nodes, [floats('cosines', 1, 1, 4, 6)]))).toBe('affine');
  });

  it('that hide later positions are a causal mask', async () => {
    const later = Float32Array.from({ length: 16 }, (_, at) => (at % 4 > Math.floor(at / 4) ? -Infinity : 0));
    const nodes = [node('Add', ['x', 'later'], 'hidden'), node('Softmax', ['hidden'], 'y', int('axis', -1))];
    expect(await layersOf(of([2, 4, 4], nodes, [floatTensor('later', [4, 4], later)]))).toBe(
      'causal-mask softmax',
    );
  });

  it('that are raised to what comes out are a scale and an exponential', async () => {
    const nodes = [node('Pow', ['two', 'x'], 'y')];
    expect(await layersOf(of([5], nodes, [number('two', 2)]))).toBe('scale elementwise-function');
  });
});

it('a row brought to length by one divided by a root is RMSNorm', async () => {
  const nodes = [
    node('Pow', ['x', 'two'], 'squares'),
    node('ReduceMean', ['squares'], 'mean', ints('axes', -1)),
    node('Add', ['mean', 'epsilon'], 'under'),
    node('Sqrt', ['under'], 'root'),
    node('Div', ['one', 'root'], 'factor'),
    node('Mul', ['x', 'factor'], 'normal'),
    node('Mul', ['gamma', 'normal'], 'y'),
  ];
  const weights = [number('two', 2), number('one', 1), number('epsilon', 1e-5), floats('gamma', 6)];
  expect(await layersOf(of([4, 6], nodes, weights))).toBe('rms-norm');
});

it('a tensor that stands there several times is joined to itself', async () => {
  const nodes = [node('Relu', ['x'], 'r'), node('Tile', ['r', 'times'], 'y')];
  expect(await layersOf(of([3, 4], nodes, [longs('times', [3], 1, 2, 3)]))).toBe('relu concat concat');
});

describe('numbers that are kept within bounds', () => {
  it.each([
    ['Max with a number', [node('Max', ['x', 'half'], 'y')], 'clip'],
    ['Min with a number', [node('Min', ['half', 'x'], 'y')], 'clip'],
    ['Clip between bounds far from 0', [node('Clip', ['x', 'far', 'farther'], 'y')], 'clip'],
    ['Min behind Max', [node('Max', ['x', 'half'], 'a'), node('Min', ['a', 'farther'], 'y')], 'clip'],
    ['Max behind Min', [node('Min', ['x', 'half'], 'a'), node('Max', ['a', 'far'], 'y')], 'clip'],
    ['Min below Max', [node('Max', ['x', 'half'], 'a'), node('Min', ['a', 'far'], 'y')], 'clip clip'],
  ])('by %s are a Clip', async (_name, nodes, types) => {
    const bounds = [number('half', 0.5), number('far', -300), number('farther', 200)];
    expect(await layersOf(of([5, 4], nodes, bounds))).toBe(types);
  });
});

describe('a condition that is computed', () => {
  const sign = (name: string): ModelNode => node('Greater', ['x', 'half'], name);
  it.each([
    ['of two computed tensors', [sign('c'), node('Exp', ['x'], 'e'), node('Where', ['c', 'x', 'e'], 'y')]],
    ['of a tensor and a number', [sign('c'), node('Where', ['c', 'x', 'half'], 'y')]],
    ['of a number and a tensor', [sign('c'), node('Where', ['c', 'half', 'x'], 'y')]],
  ])('chooses %s by one layer', async (_name, nodes) => {
    const types = await layersOf(of([3, 4], nodes, [number('half', 0.5)]));
    expect(types.match(/choose/g)).toHaveLength(1);
  });

  it('chooses one of two numbers by reckoning', async () => {
    const nodes = [sign('c'), node('Where', ['c', 'half', 'two'], 'y')];
    const types = await layersOf(of([3], nodes, [number('half', 0.5), number('two', 2)]));
    expect(types).toBe('shift elementwise-function relu scale shift');
  });
});

describe('a border', () => {
  const bordered = (shape: readonly number[], pads: readonly number[], value: number) =>
    of(
      shape,
      [node('Relu', ['x'], 'r'), node('Pad', ['r', 'pads', 'value'], 'y')],
      [longs('pads', [pads.length], ...pads), number('value', value)],
    );

  it('of another number than 0 is a ZeroPad with that number', async () => {
    expect(await layersOf(bordered([2, 4, 5], [0, 0, 1, 0, 0, 0, 2, 1], 0.5))).toBe('relu zero-pad');
  });

  it('of numbers without end before a pool is never the largest', async () => {
    const model = of(
      [2, 5, 5],
      [
        node('Relu', ['x'], 'r'),
        node('Pad', ['r', 'pads', 'value'], 'p'),
        node('MaxPool', ['p'], 'y', ints('kernel_shape', 2, 2), ints('strides', 2, 2)),
      ],
      [longs('pads', [8], 0, 0, 0, 0, 0, 0, 1, 1), number('value', -Infinity)],
    );
    expect(await layersOf(model)).toBe('relu zero-pad max-pool');
  });

  it.each([
    ['channels', [3, 4, 4], [0, 2, 0, 0, 0, 1, 0, 0]],
    ['a row', [6], [0, 1, 0, 2]],
  ])('around %s is Pad an axis', async (_name, shape, pads) => {
    expect(await layersOf(bordered(shape, pads, 0))).toBe('relu pad-axis');
  });
});

describe('positions that are counted', () => {
  it('are a cumulative sum', async () => {
    const nodes = [node('CumSum', ['x', 'one'], 'y', int('exclusive', 1), int('reverse', 1))];
    expect(await layersOf(of([5, 3], nodes, [longs('one', [], 1)]))).toBe('cumulative-sum');
  });

  it('without padding, as RoBERTa counts them, are looked up in a table of their own', async () => {
    const model = written({
      inputs: { tokens: ['N', 6] },
      types: { tokens: 7 },
      outputs: ['y'],
      nodes: [
        node('Gather', ['words', 'tokens'], 'embedded'),
        node('Equal', ['tokens', 'padding'], 'isPadding'),
        node('Not', ['isPadding'], 'isToken'),
        node('Cast', ['isToken'], 'marks', int('to', 6)),
        node('CumSum', ['marks', 'padding'], 'counted'),
        node('Mul', ['counted', 'marks'], 'kept'),
        node('Cast', ['kept'], 'wide', int('to', 7)),
        node('Add', ['wide', 'padding'], 'places'),
        node('Gather', ['positions', 'places'], 'placed'),
        node('Add', ['embedded', 'placed'], 'y'),
      ],
      initializers: [floats('words', 5, 4), floats('positions', 8, 4), longs('padding', [], 1)],
    });
    const types = await layersOf(model);
    expect(types).toMatch(
      /^embedding numbers-of-tokens shift .*cumulative-sum .*tokens-of-numbers embedding add$/,
    );
  });
});

describe('products by an equation', () => {
  it.each([
    ['of a table', 'bti,io->bto', [4, 6], [floats('w', 6, 5)], ['x', 'w'], 'linear'],
    ['of scores', 'bhid,bhjd->bhij', [2, 3, 4], [], ['x', 'x'], 'permute matmul'],
    ['of unnamed axes', '...ij,...jk', [2, 3, 3], [], ['x', 'x'], 'matmul'],
    ['that sum over an axis of one alone', 'bij,bk->bk', [2, 3], [], ['x', 'r'], undefined],
    ['without a sum', 'bi,bj->bij', [3], [], ['x', 'x'], 'reshape reshape multiply'],
  ])('%s', async (_name, equation, shape, initializers, inputs, types) => {
    const nodes = [
      node('ReduceMean', ['x'], 'r', ints('axes', -1), int('keepdims', 0)),
      node('Einsum', inputs as string[], 'y', textual('equation', equation as string)),
    ];
    const found = await layersOf(of(shape as number[], nodes, initializers as Written['initializers']));
    if (types === undefined) expect(found).toContain('multiply');
    else expect(found).toBe(types);
  });
});

describe('the nearest elements', () => {
  it.each([
    ['round_prefer_floor', 'half_pixel', [7, 12]],
    ['round_prefer_ceil', 'half_pixel', [5, 9]],
    ['floor', 'asymmetric', [12, 10]],
    ['ceil', 'asymmetric', [4, 4]],
  ])('by %s and %s coordinates are repeated and cut', async (nearest, coordinates, sizes) => {
    const resize = node(
      'Resize',
      ['r', '', '', 'sizes'],
      'y',
      textual('mode', 'nearest'),
      textual('nearest_mode', nearest),
      textual('coordinate_transformation_mode', coordinates),
      ints('axes', 2, 3),
    );
    const nodes = [node('Relu', ['x'], 'r'), resize];
    const model = of([2, 8, 8], nodes, [longs('sizes', [2], ...sizes)]);
    const types = await layersOf({ ...model, opsets: [{ domain: '', version: 18 }] });
    expect(types).toMatch(/^relu( upsample)?( slice)( upsample)?( slice)?$/);
  });
});

it('the largest of a window with gaps is that of its cuts', async () => {
  const pool = node(
    'MaxPool',
    ['x'],
    'y',
    ints('kernel_shape', 3, 2),
    ints('strides', 2, 1),
    ints('dilations', 2, 3),
    ints('pads', 1, 0, 1, 0),
  );
  const types = await layersOf(of([2, 9, 8], [pool]));
  expect(types).toContain('zero-pad slice');
  expect(types).toContain('max-pool');
});

describe('one number for each sample', () => {
  it.each([
    [
      'that lost its axis',
      [node('MatMul', ['x', 'w'], 'row'), node('Squeeze', ['row', 'last'], 'y')],
      'linear',
    ],
    ['that is a mean', [node('ReduceMean', ['x'], 'y', ints('axes', 1), int('keepdims', 0))], 'mean'],
  ])('%s is a row of one', async (_name, nodes, types) => {
    const model = of([4], nodes, [floats('w', 4, 1), longs('last', [1], 1)]);
    expect(await layersOf(model)).toBe(types);
  });
});

it('places that are known before a sequence are a Class token each', async () => {
  const nodes = [
    node('Expand', ['token', 'all'], 'wide'),
    node('Concat', ['wide', 'other', 'x'], 'y', int('axis', 1)),
  ];
  const model = written({
    nodes,
    initializers: [floats('token', 1, 1, 3), longs('all', [3], 1, 2, 3), floats('other', 1, 1, 3)],
    inputs: { x: [1, 4, 3] },
    outputs: ['y'],
  });
  expect(await layersOf(model)).toBe('class-token class-token class-token');
});

it('a table in which one token stands for nothing is an Embedding with that padding', async () => {
  const model = written({
    inputs: { tokens: ['N', 6] },
    types: { tokens: 7 },
    outputs: ['y'],
    nodes: [
      node('Gather', ['table', 'tokens'], 'found'),
      node('Equal', ['tokens', 'padding'], 'isPadding'),
      node('Not', ['isPadding'], 'isToken'),
      node('Cast', ['isToken'], 'marks', int('to', 1)),
      node('Unsqueeze', ['marks', 'last'], 'keep'),
      node('Mul', ['found', 'keep'], 'y'),
    ],
    initializers: [floats('table', 5, 4), longs('padding', [], 3), longs('last', [1], -1)],
  });
  expect(await layersOf(model)).toBe('embedding');
  const { document } = await imported(model);
  expect(document.nodes.find(({ type }) => type === 'embedding')?.params).toMatchObject({ padding: 3 });
});

describe('a transposed convolution', () => {
  it.each<[string, TensorData, object, Attribute[]]>([
    [
      'in groups',
      floats('w', 4, 3, 2, 2),
      { groups: 2, outChannels: 6 },
      [ints('strides', 2, 2), int('group', 2)],
    ],
    [
      'of each channel by itself',
      floats('w', 4, 1, 4, 4),
      { groups: 4 },
      [ints('strides', 2, 2), int('group', 4)],
    ],
    ['with gaps', floats('w', 4, 2, 3, 3), { dilation: 2 }, [ints('dilations', 2, 2)]],
  ])('%s has fields for that', async (_name, weight, params, attributes) => {
    const model = of([4, 5, 6], [node('ConvTranspose', ['x', 'w'], 'y', ...attributes)], [weight]);
    expect(await layersOf(model)).toBe('conv-transpose2d');
    const { document } = await imported(model);
    expect(document.nodes[1]?.params).toMatchObject(params);
  });
});

it('rows of all samples in one matrix, as GPT-2 multiplies them, stay with their samples', async () => {
  const nodes = [
    node('Reshape', ['x', 'matrix'], 'rows'),
    node('Gemm', ['rows', 'w', 'b'], 'product'),
    node('Relu', ['product'], 'r'),
    node('Reshape', ['r', 'apart'], 'y'),
  ];
  const constants = [
    floats('w', 4, 5),
    floats('b', 5),
    longs('matrix', [2], -1, 4),
    longs('apart', [3], -1, 3, 5),
  ];
  expect(await layersOf(of([3, 4], nodes, constants))).toBe('linear relu');
});

it('a number that hides scores as older models do is a Scale', async () => {
  const nodes = [
    node('Sub', ['unit', 'x'], 'hidden'),
    node('Mul', ['hidden', 'low'], 'bias'),
    node('Softmax', ['bias'], 'y', int('axis', -1)),
  ];
  expect(await layersOf(of([3, 4], nodes, [number('unit', 1), number('low', -1e9)]))).toBe(
    'scale shift scale softmax',
  );
});

describe('volumes', () => {
  it.each([
    ['taken as they are', [node('Sigmoid', ['x'], 'y')], 'sigmoid'],
    [
      'whose largest numbers in cubes are taken',
      [node('MaxPool', ['x'], 'y', ints('kernel_shape', 2, 2, 2), ints('strides', 2, 2, 2))],
      'max-pool',
    ],
  ] as [string, ModelNode[], string][])(
    '%s have random samples of four sizes',
    async (_name, nodes, type) => {
      const model = of([2, 4, 6, 2], nodes);
      const { document } = await imported(model);
      const [data] = document.nodes;
      expect(data?.params).toMatchObject({ inputSize1: 2, inputSize2: 4, inputSize3: 6, inputSize4: 2 });
      const types = [...document.nodes, ...document.blocks.flatMap(({ nodes: inner }) => inner)].map(
        (one) => one.type,
      );
      expect(types).toContain(type);
      await layersOf(model);
    },
  );
});
