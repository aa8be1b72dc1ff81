import { afterAll, describe, expect, it } from 'vitest';
import type { ModelNode } from '../../../engine/interchange/onnx/model.ts';
import {
  float,
  floats,
  graphWithin,
  int,
  ints,
  longs,
  node,
  squeezedByBranch,
} from '../interchange/written-models.ts';
import { onnxruntime } from '../onnx-runner.ts';
import { layersOf, of } from './imported.ts';

afterAll(() => onnxruntime.close());

/** Whether x has 3 numbers in each row, which is known before it is run. */
const asked: readonly ModelNode[] = [
  node('Shape', ['x'], 'shape'),
  node('Gather', ['shape', 'one'], 'size'),
  node('Equal', ['size', 'three'], 'isThree'),
];
const sizes = [longs('one', [], 1), longs('three', [], 3)];

const choice = (thenNode: ModelNode, elseNode: ModelNode, ...outputs: readonly string[]): ModelNode =>
  node(
    'If',
    ['isThree'],
    'y',
    graphWithin('then_branch', { nodes: [thenNode], outputs: [outputs[0] ?? 't'] }),
    graphWithin('else_branch', { nodes: [elseNode], outputs: [outputs[1] ?? 'e'] }),
  );

describe('a branch that is known before the model runs', () => {
  it('leaves one axis out as PyTorch writes it', async () => {
    expect(await layersOf(squeezedByBranch())).toBe('relu linear');
  });

  it.each([
    [3, 'relu'],
    [4, 'tanh'],
  ])('of rows of %i is that one alone', async (size, types) => {
    const model = of([size], [...asked, choice(node('Relu', ['x'], 't'), node('Tanh', ['x'], 'e'))], sizes);
    expect(await layersOf(model)).toBe(types);
  });

  it('takes what it needs from all graphs around it, and has constants of its own', async () => {
    const inner = node(
      'If',
      ['isThree'],
      'inner',
      graphWithin('then_branch', {
        nodes: [node('Gemm', ['r', 'w'], 'g')],
        outputs: ['g'],
        initializers: [floats('w', 3, 2)],
      }),
      graphWithin('else_branch', { nodes: [node('Identity', ['r'], 'same')], outputs: ['same'] }),
    );
    const outer = node(
      'If',
      ['isThree'],
      'y',
      graphWithin('then_branch', {
        nodes: [node('Sigmoid', ['x'], 'r'), inner, node('Add', ['inner', 'half'], 't')],
        outputs: ['t'],
      }),
      graphWithin('else_branch', { nodes: [node('Identity', ['x'], 'e')], outputs: ['e'] }),
    );
    const model = of([3], [...asked, outer], [...sizes, floats('half')]);
    expect(await layersOf(model)).toBe('sigmoid linear shift');
  });
});

describe('a norm over channels that lie beside each other', () => {
  it.each([3, 5])('of %i of them is drawn of a pool', async (size) => {
    const norm = node(
      'LRN',
      ['x'],
      'y',
      int('size', size),
      float('alpha', 0.3),
      float('beta', 0.6),
      float('bias', 1.5),
    );
    const types = await layersOf(of([6, 4, 5], [norm]));
    expect(types).toContain('average-pool');
    expect(types).toMatch(/multiply$/);
  });

  it('as PyTorch writes it, by a pool in three dimensions that moves in one, is a pool of an image', async () => {
    const nodes = [
      node('Mul', ['x', 'x'], 'squares'),
      node('Unsqueeze', ['squares', 'front'], 'volume'),
      node('Pad', ['volume', 'pads'], 'padded'),
      node('AveragePool', ['padded'], 'mean', ints('kernel_shape', 3, 1, 1), ints('strides', 1, 1, 1)),
      node('Squeeze', ['mean', 'front'], 'y'),
    ];
    const constants = [longs('front', [1], 1), longs('pads', [10], 0, 0, 1, 0, 0, 0, 0, 1, 0, 0)];
    expect(await layersOf(of([6, 4, 5], nodes, constants))).toBe(
      'multiply reshape pad-axis reshape average-pool reshape',
    );
  });
});
