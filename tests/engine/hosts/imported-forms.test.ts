import { afterAll, describe, expect, it } from 'vitest';
import { certifyModel, exportModel } from '../../../engine/hosts/trained-model.ts';
import { prepareHere } from '../../../engine/hosts/training-thread.ts';
import { wholeFile } from '../../../engine/interchange/onnx/external-data.ts';
import { floatTensor, type Model, type ModelNode } from '../../../engine/interchange/onnx/model.ts';
import { floats, int, ints, longs, node, type Written, written } from '../interchange/written-models.ts';
import { onnxruntime } from '../onnx-runner.ts';
import { imported } from './imported.ts';

afterAll(() => onnxruntime.close());

/** Layers between data and loss, of a project that was compared with its file, trained by a step, exported and certified. */
async function layersOf(model: Model): Promise<string> {
  const { document, weights } = await imported(model);
  const { trainer, machine } = await prepareHere({ document, options: { threads: 1 }, run: 'test' });
  trainer.takeWeights(weights, 'model.onnx');
  trainer.step();
  const trained = { document, weights: trainer.weights(), step: 1, measured: trainer.measure() };
  machine.close();
  expect(trained.measured.train?.loss).toBeLessThan(Infinity);
  const { onnx } = await exportModel(trained);
  const { equal } = await certifyModel(trained, wholeFile(onnx), 'model.onnx', onnxruntime);
  expect(equal).toBe(true);
  return document.nodes
    .filter(({ type }) => !['data', 'flatten', 'mse', 'cross-entropy'].includes(type))
    .map(({ type }) => type.replace(/:.*/, ''))
    .join(' ');
}

/** A model of one input x of this shape behind the samples, and one output y. */
const of = (
  shape: readonly number[],
  nodes: readonly ModelNode[],
  initializers: Written['initializers'] = [],
): Model => written({ nodes, initializers, inputs: { x: ['N', ...shape] }, outputs: ['y'] });

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
