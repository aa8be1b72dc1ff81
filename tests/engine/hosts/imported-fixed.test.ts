import { afterAll, describe, expect, it } from 'vitest';
import { analyseDocument } from '../../../engine/document/analyse.ts';
import { prepareHere } from '../../../engine/hosts/training-thread.ts';
import type { Attribute, ModelNode, TensorData } from '../../../engine/interchange/onnx/model.ts';
import { floats, int, ints, longs, node, written } from '../interchange/written-models.ts';
import { onnxruntime } from '../onnx-runner.ts';
import { imported } from './imported.ts';

afterAll(() => onnxruntime.close());

const constant = (name: string, value: TensorData): ModelNode => {
  const attribute: Attribute = { name: 'value', kind: 'tensor', value };
  return node('Constant', [], name, attribute);
};

const model = (nodes: readonly ModelNode[], initializers: readonly TensorData[]) =>
  written({ nodes, initializers, inputs: { x: ['N', 5, 6] }, outputs: ['y'] });

/** x · W, then a table of waves that the graph works out from positions, as rotary positions are. */
const withTable = () =>
  model(
    [
      node('MatMul', ['x', 'w'], 'h'),
      constant('angles', floats('angles', 5, 6)),
      node('Cos', ['angles'], 'waves'),
      node('Mul', ['h', 'waves'], 'turned'),
      node('Mul', ['turned', 'scale'], 'scaled'),
      node('ReduceMean', ['scaled'], 'y', ints('axes', 1), int('keepdims', 0)),
    ],
    [floats('w', 6, 6), floats('scale', 6)],
  );

describe('numbers that a graph holds as constants', () => {
  it('are frozen where they are all that a layer has; initializers of the file are trained', async () => {
    const { document, weights } = await imported(withTable());
    const frozen = document.nodes.filter((each) => each.frozen);
    expect(frozen.map(({ type }) => type)).toEqual(['affine']);
    const { nodes, frozenCount, problems } = analyseDocument(document);
    expect(problems).toEqual([]);
    expect(frozenCount).toBe(5 * 6);
    const trained = document.nodes.filter(({ id }) => {
      const { parameterCount = 0, frozenCount: left = 0 } = nodes.get(id) ?? {};
      return parameterCount > left;
    });
    expect(trained.map(({ type }) => type)).toEqual(['linear', 'affine']);

    const { trainer, machine } = await prepareHere({ document, options: { threads: 1 }, run: 'test' });
    trainer.takeWeights(weights, 'model.onnx');
    const before = trainer.weights();
    trainer.step();
    machine.close();
    for (const [at, { name, values }] of trainer.weights().entries()) {
      const isFrozen = frozen.some((each) => name.startsWith(`${each.name.replaceAll('/', '_')}.`));
      if (isFrozen) expect(values).toEqual(before[at].values);
      else expect(values, name).not.toEqual(before[at].values);
    }
  });

  it('are trained where the file has no other numbers: there they are its weights', async () => {
    const { document } = await imported(
      model(
        [
          constant('w', floats('w', 6, 6)),
          node('MatMul', ['x', 'w'], 'h'),
          node('Relu', ['h'], 'r'),
          constant('v', floats('v', 6, 3)),
          node('MatMul', ['r', 'v'], 'm'),
          node('ReduceMean', ['m'], 'y', ints('axes', 1), int('keepdims', 0)),
        ],
        [longs('unused', [1], 1)],
      ),
    );
    expect(document.nodes.filter((each) => each.frozen)).toEqual([]);
    expect(analyseDocument(document).parameterCount).toBeGreaterThan(0);
  });

  it('keep apart what would otherwise be drawn as one block', async () => {
    const part = (x: string, name: string): ModelNode[] => [
      node('MatMul', [x, `${name}.w`], `${name}.h`),
      node('Mul', [`${name}.h`, `${name}.scale`], `${name}.s`),
      node('Tanh', [`${name}.s`], `${name}.y`),
    ];
    const names = ['a', 'b', 'c', 'd'];
    const parts = names.flatMap((name, at) => part(at === 0 ? 'x' : `${names[at - 1]}.y`, name));
    const mean = node(
      'ReduceMean',
      ['d.y'],
      'y',
      { name: 'axes', kind: 'ints', value: [1n] },
      { name: 'keepdims', kind: 'int', value: 0n },
    );
    const fixed = [constant('b.scale', floats('b.scale', 6)), constant('d.scale', floats('d.scale', 6))];
    const { document } = await imported(
      model(
        [...fixed, ...parts, mean],
        [...names.map((name) => floats(`${name}.w`, 6, 6)), floats('a.scale', 6), floats('c.scale', 6)],
      ),
    );
    const { flat, frozenCount } = analyseDocument(document);
    expect(flat.nodes.filter((each) => each.frozen)).toHaveLength(2);
    expect(frozenCount).toBe(12);
  });
});
