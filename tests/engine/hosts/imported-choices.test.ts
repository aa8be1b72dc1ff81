import { afterAll, describe, expect, it } from 'vitest';
import { importOnnx, remarksOn } from '../../../engine/hosts/imported-model.ts';
import { wholeFile } from '../../../engine/interchange/onnx/external-data.ts';
import { differenceFrom } from '../../../engine/interchange/onnx/import/agreement.ts';
import type { Model, ModelNode } from '../../../engine/interchange/onnx/model.ts';
import { writeModel } from '../../../engine/interchange/onnx/write-model.ts';
import { floats, int, ints, longs, node, written } from '../interchange/written-models.ts';
import { onnxruntime } from '../onnx-runner.ts';
import { imported } from './imported.ts';

afterAll(() => onnxruntime.close());

/** Scores of 4 classes, what else is made of them, and what comes out of it all. */
const classifier = (outputs: readonly string[], ...nodes: readonly ModelNode[]): Model => {
  const model = written({
    nodes: [node('Gemm', ['x', 'w', 'b'], 'scores'), ...nodes],
    initializers: [floats('w', 6, 4), floats('b', 4), longs('three', [1], 3), half],
    inputs: { x: ['N', 6] },
    outputs,
  });
  return { ...model, graph: { ...model.graph, outputs: outputs.map(untyped) } };
};
/** The number that conditions hold others against. */
const half = { ...floats('half'), raw: new Uint8Array(Float32Array.of(0.5).buffer) };
const untyped = (name: string) => ({ name, tensor: undefined });

/** Scores of 4 classes for each pixel. */
const segmentation = (outputs: readonly string[], ...nodes: readonly ModelNode[]): Model => {
  const model = written({
    nodes: [node('Conv', ['x', 'w'], 'scores', ints('pads', 1, 1, 1, 1)), ...nodes],
    initializers: [floats('w', 4, 2, 3, 3)],
    inputs: { x: ['N', 2, 5, 6] },
    outputs,
  });
  return { ...model, graph: { ...model.graph, outputs: outputs.map(untyped) } };
};

const softmax = node('Softmax', ['scores'], 'shares', int('axis', 1));
const largest = (of: string, y: string, ...attributes: readonly ReturnType<typeof int>[]): ModelNode =>
  node('ArgMax', [of], y, int('axis', 1), ...attributes);

/** Types on the canvas of a model that agrees with onnxruntime, and what became of its outputs. */
async function drawn(model: Model) {
  const found = await imported(model);
  const { nodes } = found.document;
  const losses = nodes.filter(({ type }) => ['cross-entropy', 'mse'].includes(type)).map(({ id }) => id);
  return {
    types: nodes.map(({ type }) => type).join(' '),
    outputs: (found.model?.outputs ?? []).map(
      ({ name, node: loss, picked }) => `${name}: ${losses.indexOf(loss)}${picked ? ` ${picked.of}` : ''}`,
    ),
    remarks: remarksOn(found),
  };
}

describe('a file that gives out which class is the likeliest', () => {
  it.each([
    ['of scores', [largest('scores', 'y')]],
    ['of scores, without the axis', [largest('scores', 'y', int('keepdims', 0))]],
    ['of what a softmax makes of them', [softmax, largest('shares', 'y')]],
    ['of what a sigmoid makes of them', [node('Sigmoid', ['scores'], 's'), largest('s', 'y')]],
    ['as real numbers', [largest('scores', 'c'), node('Cast', ['c'], 'y', int('to', 1))]],
    ['as numbers of 32 bits', [largest('scores', 'c'), node('Cast', ['c'], 'y', int('to', 6))]],
  ] as [string, ModelNode[]][])('%s is trained on the scores', async (_name, nodes) => {
    const { types, outputs, remarks } = await drawn(classifier(['y'], ...nodes));
    expect(types).toBe('data linear cross-entropy');
    expect(outputs).toEqual(['y: 0 places']);
    const [, choice] = remarks;
    expect(choice?.en).toContain('largest score');
    expect(choice?.zh).toContain('最大分数');
  });

  it('along two axes of the same scores has a loss for each', async () => {
    const outputs = ['rows', 'columns'];
    const model = written({
      nodes: [
        node('MatMul', ['x', 'w'], 'scores'),
        node('ArgMax', ['scores'], 'rows', int('axis', 1)),
        node('ArgMax', ['scores'], 'columns', int('axis', 2)),
      ],
      initializers: [floats('w', 6, 5)],
      inputs: { x: ['N', 4, 6] },
      outputs,
    });
    const both = await drawn({ ...model, graph: { ...model.graph, outputs: outputs.map(untyped) } });
    expect(both.outputs).toEqual(['rows: 0 places', 'columns: 1 places']);
  });

  it('by two bounds of one number has one loss for both', async () => {
    const outputs = ['high', 'low'];
    const model = written({
      nodes: [
        node('MatMul', ['x', 'w'], 'h'),
        node('ReduceMax', ['h'], 'most', ints('axes', 1, 2), int('keepdims', 0)),
        node('Greater', ['most', 'half'], 'high'),
        node('Less', ['most', 'half'], 'low'),
      ],
      initializers: [floats('w', 6, 5), half],
      inputs: { x: ['N', 4, 6] },
      outputs,
    });
    const both = await drawn({ ...model, graph: { ...model.graph, outputs: outputs.map(untyped) } });
    expect(both.outputs).toEqual(['high: 0 condition', 'low: 0 condition']);
  });

  it('beside the scores or their shares has one loss for both', async () => {
    const both = await drawn(classifier(['y', 'scores'], largest('scores', 'y')));
    expect(both).toMatchObject({ types: 'data linear cross-entropy', outputs: ['y: 0 places', 'scores: 0'] });
    const shares = await drawn(classifier(['shares', 'y'], softmax, largest('scores', 'y')));
    expect(shares).toMatchObject({
      types: 'data linear cross-entropy',
      outputs: ['shares: 0', 'y: 0 places'],
    });
    expect(shares.remarks).toHaveLength(3);
  });

  it('with the next ones behind it, and their shares, has one loss for both', async () => {
    const model = classifier(
      ['most', 'which'],
      softmax,
      node('TopK', ['shares', 'three'], ['most', 'which']),
    );
    expect(await drawn(model)).toMatchObject({
      types: 'data linear cross-entropy',
      outputs: ['most: 0 values', 'which: 0 places'],
    });
  });

  it('for each pixel is trained on the scores of all pixels', async () => {
    const model = segmentation(['y'], softmax, largest('shares', 'y', int('keepdims', 0)));
    expect((await drawn(model)).types).toBe('data conv2d permute reshape cross-entropy');
  });

  it('for each pixel beside their scores leaves these as they are', async () => {
    const { types, outputs } = await drawn(segmentation(['scores', 'y'], largest('scores', 'y')));
    expect(types).toBe('data conv2d flatten mse');
    expect(outputs).toEqual(['scores: 0', 'y: 0 places']);
  });

  it('is refused where it says of two conditions whether both hold, with the type of what it gives', async () => {
    const model = classifier(
      ['y'],
      node('Greater', ['scores', 'b'], 'above'),
      node('Less', ['scores', 'half'], 'below'),
      node('And', ['above', 'below'], 'y'),
    );
    await expect(importOnnx(wholeFile(writeModel(model)), 'model.onnx')).rejects.toThrow(
      'expected outputs with numbers for each sample, found y (bool [2, 4]) for 2 samples',
    );
  });
});

describe('a file that gives out where the smallest number stands', () => {
  const smallest = (of: string, ...attributes: readonly ReturnType<typeof int>[]): ModelNode =>
    node('ArgMin', [of], 'y', int('axis', 1), ...attributes);

  it.each([
    ['as it is', [smallest('scores')]],
    ['without the axis', [smallest('scores', int('keepdims', 0))]],
    ['of shares', [softmax, smallest('shares')]],
    [
      'among the smallest ones',
      [node('TopK', ['scores', 'three'], ['least', 'y'], int('axis', 1), int('largest', 0))],
    ],
  ] as [string, ModelNode[]][])('%s is trained on the numbers with the other sign', async (_name, nodes) => {
    const { types, outputs, remarks } = await drawn(classifier(['y'], ...nodes));
    expect(types).toBe('data linear scale cross-entropy');
    expect(outputs).toEqual(['y: 0 places']);
    const [, choice] = remarks;
    expect(choice?.en).toContain(
      'smallest number at its end is left out: the network gives the numbers with',
    );
    expect(choice?.zh).toContain('相反数');
  });

  it('beside the numbers has one loss for both, which takes them as they are', async () => {
    const { types, outputs, remarks } = await drawn(classifier(['y', 'scores'], smallest('scores')));
    expect(types).toBe('data linear mse');
    expect(outputs).toEqual(['y: 0 places', 'scores: 0']);
    expect(remarks[1]?.en).toContain('gives the numbers themselves');
  });

  it('beside where the largest stands has one loss for both', async () => {
    const model = classifier(['z', 'y'], largest('scores', 'z'), smallest('scores'));
    expect(await drawn(model)).toMatchObject({
      types: 'data linear cross-entropy',
      outputs: ['z: 0 places', 'y: 0 places'],
    });
  });

  it('agrees by how far the picked ones lie above the smallest', () => {
    const values = Float32Array.of(1, 5, 2, 7, 7, 3);
    const leastOf = { of: 'places', k: 1, classes: 3, inner: 1, smallest: true } as const;
    const picked = { ...leastOf, isNegated: false };
    expect(differenceFrom({ values, picked }, Int32Array.of(0, 2), 2)).toBe(0);
    expect(differenceFrom({ values, picked }, Int32Array.of(2, 2), 2)).toBeCloseTo(1 / 2);
    const turned = values.map((value) => -value);
    const negated = { ...leastOf, isNegated: true };
    expect(differenceFrom({ values: turned, picked: negated }, Int32Array.of(0, 2), 2)).toBe(0);
    expect(differenceFrom({ values: turned, picked: negated }, Int32Array.of(1, 2), 2)).toBeCloseTo(4 / 5);
  });
});

describe('a file that gives out a condition', () => {
  const sigmoid = node('Sigmoid', ['scores'], 's');
  const above = node('Greater', ['s', 'half'], 'y');

  it.each([
    ['above a bound', 'sigmoid', [sigmoid, above]],
    ['not below a bound', 'sigmoid', [sigmoid, node('GreaterOrEqual', ['s', 'half'], 'y')]],
    ['below a bound', 'sigmoid', [sigmoid, node('Less', ['s', 'half'], 'y')]],
    ['not above a bound', 'sigmoid', [sigmoid, node('LessOrEqual', ['s', 'half'], 'y')]],
    [
      'as real numbers',
      '',
      [node('Greater', ['scores', 'half'], 'c'), node('Cast', ['c'], 'y', int('to', 1))],
    ],
    [
      'as numbers of 64 bits',
      '',
      [node('Less', ['scores', 'half'], 'c'), node('Cast', ['c'], 'y', int('to', 7))],
    ],
    ['on how two numbers differ', 'sigmoid subtract', [sigmoid, node('Greater', ['scores', 's'], 'y')]],
  ] as [string, string, ModelNode[]][])(
    '%s is trained on the numbers compared',
    async (_name, types, nodes) => {
      const found = await drawn(classifier(['y'], ...nodes));
      expect(found.types).toBe(['data linear', types, 'mse'].filter(Boolean).join(' '));
      expect(found.outputs).toEqual(['y: 0 condition']);
      expect(found.remarks[1]?.en).toContain('gives the numbers that it compares');
      expect(found.remarks[1]?.zh).toContain('被比较的数值');
    },
  );

  it('beside the numbers has one loss for both', async () => {
    expect(await drawn(classifier(['y', 's'], sigmoid, above))).toMatchObject({
      types: 'data linear sigmoid mse',
      outputs: ['y: 0 condition', 's: 0'],
    });
  });

  it('agrees by how far a number lies on the wrong side of the bound', () => {
    const values = Float32Array.of(0.2, 0.8);
    const picked = { of: 'condition', by: 'Greater', than: 0.5 } as const;
    expect(differenceFrom({ values, picked }, Uint8Array.of(0, 1), 2)).toBe(0);
    expect(differenceFrom({ values, picked }, Uint8Array.of(1, 1), 2)).toBeCloseTo(0.3);
    expect(differenceFrom({ values, picked }, Uint8Array.of(1), 2)).toBe(Number.MAX_VALUE);
  });
});

describe('agreement on the likeliest classes', () => {
  const values = Float32Array.of(1, 5, 2, 7, 7, 3);
  const largestOf = { k: 1, classes: 3, inner: 1, smallest: false, isNegated: false } as const;
  const picked = { of: 'places', ...largestOf } as const;

  it('is told by how far those that the file picks lie below the largest', () => {
    expect(differenceFrom({ values, picked }, BigInt64Array.of(1n, 0n), 2)).toBe(0);
    expect(differenceFrom({ values, picked }, BigInt64Array.of(1n, 1n), 2)).toBe(0);
    expect(differenceFrom({ values, picked }, BigInt64Array.of(2n, 0n), 2)).toBeCloseTo(3 / 2);
    expect(differenceFrom({ values, picked }, Int32Array.of(1, 3), 2)).toBe(Number.MAX_VALUE);
    expect(differenceFrom({ values, picked }, Int32Array.of(1), 2)).toBe(Number.MAX_VALUE);
  });

  it('takes classes that stand apart, and several of them', () => {
    const apart = { ...picked, inner: 2 } as const;
    expect(differenceFrom({ values, picked: apart }, Int32Array.of(2, 3 - 2), 1)).toBe(0);
    const two = { ...largestOf, of: 'values', k: 2 } as const;
    expect(differenceFrom({ values, picked: two }, Float32Array.of(5, 2, 7, 7), 2)).toBe(0);
    expect(differenceFrom({ values, picked: two }, Float32Array.of(5, 2, 7, 6), 2)).toBeCloseTo(1 / 7);
  });
});
