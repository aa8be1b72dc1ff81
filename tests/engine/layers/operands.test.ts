import { describe, expect, it } from 'vitest';
import { differentiate } from '../../../engine/compiler/differentiate.ts';
import { fuse } from '../../../engine/compiler/fuse.ts';
import { defaultParams, type Params } from '../../../engine/declaration/fields.ts';
import { elementCount, type TensorType } from '../../../engine/declaration/tensor-type.ts';
import { inferNode } from '../../../engine/document/infer-node.ts';
import type { AnyLayer } from '../../../engine/layers/contract.ts';
import { layers } from '../../../engine/layers/index.ts';
import { relu } from '../../../engine/ops/activations.ts';
import { add } from '../../../engine/ops/add.ts';
import type { Tensor } from '../../../engine/ops/contract.ts';
import { Graph } from '../../../engine/ops/graph.ts';
import { mean } from '../../../engine/ops/mean.ts';
import { GraphRunner } from '../graph-runner.ts';

const f = (...shape: number[]): TensorType => ({ shape, dtype: 'float32' });

type Given = Readonly<Record<string, readonly [shape: readonly number[], values: readonly number[]]>>;

/** What a layer makes of its inputs and weights, and ∂(Σ y)/∂ each of them, in float64. */
function computed(type: keyof typeof layers, given: Given, params: Params = {}) {
  const layer: AnyLayer = layers[type];
  const complete = { ...defaultParams(layer.fields), ...params };
  const graph = new Graph('train', 1, 2);
  const tensors = Object.fromEntries(
    Object.entries(given).map(([name, [shape]]) => [
      name,
      graph.tensor({ name, role: 'input', origin: '', type: f(...shape) }),
    ]),
  );
  expect(layer.check(complete, tensors)).toEqual([]);
  const { y } = layer.build(graph.scope('n', 'n'), complete, tensors, tensors) as { y: Tensor };
  const { y: loss } = graph.scope('mean', 'mean').emit(mean, { x: y });
  const dLoss = graph.scalar('d_loss');
  const gradients = differentiate(graph, loss, dLoss);
  const runner = new GraphRunner(graph);
  for (const [name, [, values]] of Object.entries(given)) runner.write(tensors[name] as Tensor, values);
  runner.write(dLoss, [elementCount(y.shape)]);
  runner.run();
  const gradientOf = ([name, tensor]: [string, Tensor]): [string, number[]] => [
    `d${name}`,
    runner.read(gradients.get(tensor) as Tensor),
  ];
  return {
    shape: y.shape,
    y: runner.read(y),
    ...Object.fromEntries(Object.entries(tensors).map(gradientOf)),
  } as { shape: readonly number[]; y: number[] } & Readonly<Record<string, number[]>>;
}

describe('operands by hand', () => {
  it('Add sums two to four, and passes the gradient to each', () => {
    const one = (value: number) => [[2, 2], new Array<number>(4).fill(value)] as const;
    const { y, da, dd } = computed('add', { a: one(1), b: one(10), c: one(100), d: one(1000) });
    expect(y).toEqual([1111, 1111, 1111, 1111]);
    expect([da, dd]).toEqual([
      [1, 1, 1, 1],
      [1, 1, 1, 1],
    ]);
  });

  it('Multiply scales each channel of each image by its own weight', () => {
    const { shape, y, da, db } = computed('multiply', {
      a: [
        [2, 2, 1, 2],
        [1, 2, 3, 4, 5, 6, 7, 8],
      ],
      b: [
        [2, 2, 1, 1],
        [1, 10, -1, 0],
      ],
    });
    expect(shape).toEqual([2, 2, 1, 2]);
    expect(y).toEqual([1, 2, 30, 40, -5, -6, 0, 0]);
    expect(da).toEqual([1, 1, 10, 10, -1, -1, 0, 0]);
    expect(db).toEqual([3, 7, 11, 15]);
  });

  it('a sample with fewer dimensions is repeated behind the batch, never along it', () => {
    const { shape, y, da, db } = computed('subtract', {
      a: [
        [2, 2],
        [1, 2, 3, 4],
      ],
      b: [
        [2, 2, 2],
        [10, 20, 30, 40, 50, 60, 70, 80],
      ],
    });
    expect(shape).toEqual([2, 2, 2]);
    expect(y).toEqual([-9, -18, -29, -38, -47, -56, -67, -76]);
    expect(da).toEqual([2, 2, 2, 2]);
    expect(db).toEqual(new Array(8).fill(-1));
  });

  it('PReLU learns one slope of all, or one for each channel', () => {
    const x = [
      [2, 2, 2],
      [1, -2, 3, -4, -5, 6, -7, -8],
    ] as const;
    const one = computed('prelu', { x, slope: [[1], [0.5]] });
    expect(one.y).toEqual([1, -1, 3, -2, -2.5, 6, -3.5, -4]);
    expect(one.dx).toEqual([1, 0.5, 1, 0.5, 0.5, 1, 0.5, 0.5]);
    expect(one.dslope).toEqual([-26]);
    const each = computed('prelu', { x, slope: [[2], [0.5, 2]] }, { slopes: 'channel' });
    expect(each.y).toEqual([1, -1, 3, -8, -2.5, 6, -14, -16]);
    expect(each.dslope).toEqual([-7, -19]);
  });

  it('Softmax shares the whole along the axis it is told', () => {
    const x = [
      [1, 2, 2],
      [0, Math.log(3), 0, 0],
    ] as const;
    expect(computed('softmax', { x }).y.map((v) => Math.round(v * 1e9) / 1e9)).toEqual([
      0.25, 0.75, 0.5, 0.5,
    ]);
    const columns = computed('softmax', { x }, { axis: 1 }).y;
    expect(columns.map((v) => Math.round(v * 1e9) / 1e9)).toEqual([0.5, 0.75, 0.5, 0.25]);
    const logs = computed('log-softmax', { x }, { axis: 1 }).y;
    for (const [i, y] of columns.entries()) expect(logs[i]).toBeCloseTo(Math.log(y), 12);
  });
});

describe('operands that do not go together', () => {
  const sentence = (
    type: keyof typeof layers,
    inputs: Readonly<Record<string, TensorType>>,
    params: Params = {},
  ) =>
    inferNode(layers[type], params, inputs).problems.map(({ port, field, message }) => ({
      at: port ?? field,
      en: message.en,
      zh: message.zh,
    }));

  it('are told with both shapes, at the port', () => {
    expect(sentence('multiply', { a: f(2, 8, 4, 4), b: f(2, 3, 1, 1) })).toEqual([
      {
        at: 'b',
        en: expect.stringContaining('"a" is N×8×4×4, found N×3×1×1 at "b"'),
        zh: expect.stringContaining('“a”为 N×8×4×4，“b”实际为 N×3×1×1'),
      },
    ]);
    const [problem, ...others] = sentence('add', { a: f(2, 5, 3), b: f(2, 3), c: f(2, 4), d: f(2, 1) });
    expect(problem?.at).toBe('c');
    expect(problem?.en).toContain('"a + b" is N×5×3, found N×4 at "c"');
    expect(others).toEqual([]);
  });

  it('are labels where numbers are wanted', () => {
    const labels: TensorType = { shape: [2], dtype: 'int32', classes: 3 };
    expect(sentence('add', { a: f(2, 3), b: labels }).map(({ at }) => at)).toEqual(['b']);
  });

  it('are axes that are not there, and the batch', () => {
    expect(sentence('softmax', { x: f(2, 3) }, { axis: 2 })[0]?.en).toContain('Axis 2 was chosen');
    expect(sentence('log-softmax', { x: f(2, 3) }, { axis: 0 })[0]?.en).toContain('Axis 0 is the batch');
    expect(sentence('softmax', { x: f(2) })[0]?.en).toContain('found N');
  });
});

describe('an addition and the ReLU behind it', () => {
  it('are one call with the same bits', () => {
    const graph = new Graph('eval', 1, 2);
    const [a, b] = ['a', 'b'].map((name) =>
      graph.tensor({ name, role: 'input', origin: '', type: f(2, 19) }),
    ) as [Tensor, Tensor];
    const scope = graph.scope('n', 'n');
    const { y: sum } = scope.emit(add, { a, b });
    const { y } = scope.emit(relu, { x: sum });
    const runner = new GraphRunner(graph, 'float32');
    runner.write(
      a,
      Array.from({ length: 38 }, (_, i) => Math.sin(i)),
    );
    runner.write(
      b,
      Array.from({ length: 38 }, (_, i) => Math.cos(3 * i)),
    );
    runner.run();
    const separate = runner.read(y);
    const fused = fuse(graph.calls, new Set([y]));
    expect(fused.map(({ op }) => op.name)).toEqual(['add']);
    runner.write(y, new Float32Array(38).fill(NaN));
    runner.run(fused);
    expect(runner.read(y)).toEqual(separate);
    expect(separate.filter((value) => value === 0).length).toBeGreaterThan(5);
  });
});
