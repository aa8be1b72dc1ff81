import { afterAll, describe, expect, it } from 'vitest';
import { prepareHere } from '../../../engine/hosts/training-thread.ts';
import type { ModelNode } from '../../../engine/interchange/onnx/model.ts';
import { readGraph } from '../../../engine/interchange/onnx/reading/read-graph.ts';
import { GraphMachine } from '../../../engine/interchange/onnx/reading/run-graph.ts';
import { kernelSource } from '../../../engine/runtime/faces.ts';
import { floats, int, longs, node, written } from '../interchange/written-models.ts';
import { onnxruntime } from '../onnx-runner.ts';
import { imported, layersOf } from './imported.ts';

afterAll(() => onnxruntime.close());

/** Of 6 tokens with 4 numbers each, the rows that `nodes` find in `x` by the numbers 0, 1, … of the samples. */
const ofTokens = (...nodes: readonly ModelNode[]) =>
  written({
    inputs: { tokens: ['N', 6] },
    types: { tokens: 7 },
    outputs: ['y'],
    nodes: [
      node('Gather', ['table', 'tokens'], 'x'),
      node('Shape', ['tokens'], 'shape'),
      node('Gather', ['shape', 'zero'], 'n'),
      node('Range', ['zero', 'n', 'one'], 'samples'),
      ...nodes,
    ],
    initializers: [
      floats('table', 9, 4),
      longs('zero', [], 0),
      longs('one', [], 1),
      longs('six', [], 6),
      longs('apart', [3], -1, 6, 4),
      longs('rows', [2], -1, 4),
      longs('last', [1], 1),
      longs('column', [2], -1, 1),
    ],
  });

/** The place of the largest token. */
const largest = node('ArgMax', ['tokens'], 'place', int('axis', 1), int('keepdims', 0));
/** The place before the first token of a kind, which is the last one where that stands first or nowhere. */
const before = [
  node('Equal', ['tokens', 'zero'], 'isZero'),
  node('Cast', ['isZero'], 'mark', int('to', 6)),
  node('ArgMax', ['mark'], 'first', int('axis', 1), int('keepdims', 0)),
  node('Sub', ['first', 'one'], 'place'),
];
const remainder = [...before.slice(0, 3), node('Sub', ['first', 'one'], 'less')];
const flattened = [
  node('Mul', ['samples', 'six'], 'begin'),
  node('Add', ['place', 'begin'], 'at'),
  node('Reshape', ['x', 'rows'], 'flat'),
  node('Gather', ['flat', 'at'], 'y'),
];
const inParts = [
  node('Reshape', ['samples', 'column'], 'sample1'),
  node('Unsqueeze', ['place', 'last'], 'place1'),
  node('Concat', ['sample1', 'place1'], 'at', int('axis', -1)),
  node('GatherND', ['x', 'at'], 'y'),
];

describe('the row that each sample picks at a computed place', () => {
  it.each<[string, ModelNode[]]>([
    ['by a sum with where its rows begin', [largest, ...flattened]],
    ['by a sum with what is left of it', [...remainder, node('Mod', ['less', 'six'], 'place'), ...flattened]],
    ['by its number and the place', [largest, ...inParts]],
    ['by its number and a place that may count from the end', [...before, ...inParts]],
    [
      'by the place alone',
      [
        ...before,
        node('Unsqueeze', ['place', 'last'], 'at'),
        node('GatherND', ['x', 'at'], 'y', int('batch_dims', 1)),
      ],
    ],
  ])('%s is its own, and is trained', async (_name, nodes) => {
    expect(await layersOf(ofTokens(...nodes))).toMatch(/embedding matmul$/);
  });

  it('may be several, each with its own numbers', async () => {
    const model = ofTokens(
      node('Mod', ['tokens', 'six'], 'place'),
      node('Mul', ['samples', 'six'], 'begin'),
      node('Reshape', ['begin', 'column'], 'begins'),
      node('Add', ['begins', 'place'], 'at'),
      node('Reshape', ['x', 'rows'], 'flat'),
      node('Gather', ['flat', 'at'], 'y'),
    );
    expect(await layersOf(model)).toMatch(/embedding matmul$/);
  });

  it('counted from the end is never that of another sample', async () => {
    const read = readGraph(
      ofTokens(...before, ...flattened),
      'a.onnx',
      new Map([['tokens', { shape: [2, 6] }]]),
    );
    const machine = await GraphMachine.build(read, kernelSource({ face: 'reference' }));
    const [found, table] = [
      machine.run(new Map([['tokens', [1, 2, 3, 4, 5, 6, 0, 1, 2, 0, 4, 7]]])),
      [...read.constants].find(([{ name }]) => name === 'table')?.[1] ?? [],
    ];
    machine.close();
    expect([...(found[0]?.values ?? [])]).toEqual([...table.slice(24, 28), ...table.slice(28, 32)]);
  });

  it('moves what it is picked from, and not the table that picks', async () => {
    const { document, weights } = await imported(ofTokens(largest, ...flattened));
    const { trainer, machine } = await prepareHere({ document, options: { threads: 1 }, run: 'test' });
    trainer.takeWeights(weights, 'model.onnx');
    const all = (): Map<string, string> =>
      new Map(trainer.weights().map(({ name, values }) => [name, values.join()]));
    const begun = all();
    for (let step = 0; step < 3; step++) trainer.step();
    const moved = [...all()].filter(([name, values]) => values !== begun.get(name)).map(([name]) => name);
    machine.close();
    const units = Float32Array.from({ length: 36 }, (_, at) => (at % 7 === 0 ? 1 : 0)).join();
    const picks = [...begun].find(([, values]) => values === units)?.[0];
    expect(picks).toBeDefined();
    expect(moved).toHaveLength(1);
    expect(moved).not.toContain(picks);
  });
});
