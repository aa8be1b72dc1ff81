import { afterAll, describe, expect, it } from 'vitest';
import type { Model, ModelNode } from '../../../engine/interchange/onnx/model.ts';
import { readGraph } from '../../../engine/interchange/onnx/reading/read-graph.ts';
import { GraphMachine } from '../../../engine/interchange/onnx/reading/run-graph.ts';
import { kernelSource } from '../../../engine/runtime/faces.ts';
import { floats, int, longs, node, type Written, written } from '../interchange/written-models.ts';
import { onnxruntime } from '../onnx-runner.ts';
import { imported, layersOf } from './imported.ts';

afterAll(() => onnxruntime.close());

describe('an input of single numbers', () => {
  const both = { inputs: { a: ['N'], b: ['N'] }, outputs: ['y'] } as const;
  const rows = ['a', 'b'].map((name) => node('Unsqueeze', [name, 'last'], `${name}1`));
  const last = longs('last', [1], 1);

  it('that are joined to rows is a row of one', async () => {
    const model = written({
      ...both,
      nodes: [...rows, node('Concat', ['a1', 'b1'], 'row', int('axis', 1)), node('Gemm', ['row', 'w'], 'y')],
      initializers: [last, floats('w', 2, 3)],
    });
    expect(await layersOf(model)).toBe('concat linear');
  });

  it('that are reckoned with as they are is a row of one all the way', async () => {
    const model = written({
      ...both,
      nodes: [node('Sigmoid', ['a'], 's'), node('Mul', ['s', 'b'], 'p'), node('Add', ['p', 'half'], 'y')],
      initializers: [floats('half')],
    });
    expect(await layersOf(model)).toBe('sigmoid multiply shift');
  });

  it('that are tokens are looked up, each for itself', async () => {
    const model = written({
      ...both,
      types: { a: 7, b: 7 },
      nodes: [
        node('Gather', ['table', 'a'], 'found'),
        node('Cast', ['b'], 'number', int('to', 1)),
        node('Unsqueeze', ['number', 'last'], 'b1'),
        node('Concat', ['found', 'b1'], 'row', int('axis', 1)),
        node('Gemm', ['row', 'w'], 'y'),
      ],
      initializers: [last, floats('table', 7, 4), floats('w', 5, 3)],
    });
    expect(await layersOf(model)).toBe('embedding concat linear');
  });
});

describe('whole numbers that are computed', () => {
  /** Tokens, what is reckoned with them, and what is looked up by it. */
  const ofTokens = (nodes: readonly ModelNode[], initializers: Written['initializers'] = []): Model =>
    written({
      inputs: { tokens: ['N', 6] },
      types: { tokens: 7 },
      outputs: ['y'],
      nodes,
      initializers: [floats('table', 9, 4), longs('zero', [], 0), longs('one', [], 1), ...initializers],
    });
  const lookedUp = (places: string): ModelNode => node('Gather', ['table', places], 'y');
  const tokens = node('Gather', ['table', 'tokens'], 'embedded');

  it('are counted, held to bounds and divided by', async () => {
    const types = await layersOf(
      ofTokens(
        [
          tokens,
          node('Equal', ['tokens', 'zero'], 'isPadding'),
          node('Not', ['isPadding'], 'isToken'),
          node('Cast', ['isToken'], 'marks', int('to', 7)),
          node('ReduceSum', ['marks', 'last'], 'count'),
          node('Clip', ['count', 'one'], 'least'),
          node('Cast', ['least'], 'number', int('to', 1)),
          node('ReduceSum', ['embedded', 'last'], 'sum', int('keepdims', 0)),
          node('Div', ['sum', 'number'], 'y'),
        ],
        [longs('last', [1], 1)],
      ),
    );
    expect(types).toMatch(/^embedding numbers-of-tokens .* clip mean scale elementwise-function multiply$/);
  });

  it.each([
    ['Div', 4],
    ['Div', -3],
    ['Mod', 4],
    ['Mod', -3],
    ['Max', 3],
    ['Min', 5],
  ])('by %s with %i are what onnxruntime makes of them, below 0 too', async (opType, n) => {
    const shifted = node('Sub', ['tokens', 'five'], 'shifted');
    const cast = node('Cast', ['result'], 'y', int('to', 1));
    const nodes = [shifted, node(opType, ['shifted', 'n'], 'result'), cast];
    await layersOf(ofTokens([tokens, ...nodes], [longs('five', [], 5), longs('n', [], n)]));
  });

  it('of large sizes are divided exactly', async () => {
    const model = written({
      inputs: { x: ['N', 6] },
      types: { x: 7 },
      outputs: ['y', 'z'],
      nodes: [
        node('Div', ['x', 'seven'], 'whole'),
        node('Mod', ['x', 'seven'], 'left'),
        node('Cast', ['whole'], 'y', int('to', 1)),
        node('Cast', ['left'], 'z', int('to', 1)),
      ],
      initializers: [longs('seven', [], 7)],
    });
    const given = [16_777_215, -16_777_215, 16_777_213, 13, 4_194_309, -4_194_309];
    const read = readGraph(model, 'a.onnx', new Map([['x', { shape: [1, 6] }]]));
    const machine = await GraphMachine.build(read, kernelSource({ face: 'reference' }));
    const [quotients, remainders] = machine.run(new Map([['x', given]]));
    machine.close();
    expect([...(quotients?.values ?? [])]).toEqual(given.map((x) => Math.trunc(x / 7)));
    expect([...(remainders?.values ?? [])]).toEqual(given.map((x) => ((x % 7) + 7) % 7));
  });

  it.each([
    ['last', -1, 'embedding linear'],
    ['behind the samples', 1, 'embedding permute linear'],
  ])('are each a row of one 1 and zeros, the classes %s', async (_name, axis, types) => {
    const nodes = [
      node('OneHot', ['tokens', 'nine', 'shares'], 'rows', int('axis', axis)),
      node('Cast', ['rows'], 'numbers', int('to', 1)),
      node('MatMul', ['numbers', axis === 1 ? 'places' : 'classes'], 'y'),
    ];
    const constants = [
      longs('nine', [], 9),
      longs('shares', [2], 0, 1),
      floats('places', 6, 4),
      floats('classes', 9, 4),
    ];
    expect(await layersOf(ofTokens(nodes, constants))).toBe(types);
  });

  it('that are spread, turned round or chosen between are looked up', async () => {
    const wide = [
      node('Unsqueeze', ['tokens', 'front'], 'wide'),
      node('Expand', ['wide', 'twice'], 'both'),
      lookedUp('both'),
    ];
    const constants = [longs('front', [1], 1), longs('twice', [3], 1, 2, 6)];
    expect(await layersOf(ofTokens(wide, constants))).toMatch(/tokens-of-numbers embedding$/);
    const bounds = ['last', 'before', 'places', 'back'].map((name, at) =>
      longs(name, [1], [-1, -99, 1, -1][at] as number),
    );
    const turned = [
      node('Slice', ['tokens', 'last', 'before', 'places', 'back'], 'turned'),
      lookedUp('turned'),
    ];
    expect(await layersOf(ofTokens(turned, bounds))).toBe('slice embedding');
    const chosen = [
      node('Equal', ['tokens', 'one'], 'isOne'),
      node('Where', ['isOne', 'zero', 'tokens'], 'chosen'),
      lookedUp('chosen'),
    ];
    expect(await layersOf(ofTokens(chosen))).toMatch(/choose tokens-of-numbers embedding$/);
  });
});

describe('elements at places that are computed', () => {
  const gathering = (
    x: readonly number[],
    places: readonly number[],
    ...nodes: readonly ModelNode[]
  ): Model =>
    written({
      inputs: { x: ['N', ...x], places: ['N', ...places] },
      types: { places: 7 },
      outputs: ['y'],
      nodes,
      initializers: [longs('rows', [3], 1, 1, 4), floats('w', 4, 2)],
    });
  const along = (axis: number, places: string): ModelNode =>
    node('GatherElements', ['x', places], 'y', int('axis', axis));

  it('along the last axis are a product with rows of one 1', async () => {
    const types = await layersOf(gathering([5], [2], along(1, 'places')));
    // Places below 0 count from the end.
    expect(types).toBe('shift tokens-of-numbers embedding reshape matmul');
  });

  it('below 0 count from the end', async () => {
    const model = written({
      inputs: { x: ['N', 4] },
      outputs: ['y'],
      nodes: [
        node('ArgMax', ['x'], 'most', int('axis', 1)),
        node('Sub', ['most', 'three'], 'back'),
        node('GatherElements', ['x', 'back'], 'g', int('axis', 1)),
        node('Relu', ['g'], 'y'),
      ],
      initializers: [longs('three', [1], 3)],
    });
    expect(await layersOf(model)).toContain('embedding');
  });

  it('that are whole rows are a product too', async () => {
    const wide = node('Expand', ['places', 'rows'], 'wide');
    const types = await layersOf(gathering([5, 4], [3, 1], wide, along(1, 'wide')));
    expect(types).toMatch(/tokens-of-numbers embedding matmul$/);
  });

  it('along another axis are refused by what they are', async () => {
    const model = gathering([5, 4], [3, 4], along(1, 'places'));
    await expect(imported(model)).rejects.toThrow('along another axis than the last, cannot be read here');
  });
});
