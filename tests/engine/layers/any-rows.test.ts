import { afterAll, describe, expect, it } from 'vitest';
import { defaultParams, type Field, type Params, paramText } from '../../../engine/declaration/fields.ts';
import { elementCount, type TensorType } from '../../../engine/declaration/tensor-type.ts';
import { inferNode } from '../../../engine/document/infer-node.ts';
import type { AnyLayer, InputTypes } from '../../../engine/layers/contract.ts';
import { layers } from '../../../engine/layers/index.ts';
import type { Tensor } from '../../../engine/ops/contract.ts';
import { Graph } from '../../../engine/ops/graph.ts';
import { RandomStream } from '../../../engine/random/stream.ts';
import { GraphRunner } from '../graph-runner.ts';
import { onnxruntime, runNodes } from '../onnx-runner.ts';

afterAll(() => onnxruntime.close());

const float = (...shape: number[]): TensorType => ({ shape, dtype: 'float32' });
const sequence = float(2, 3, 4);
const signal = float(2, 4, 9);
const image = float(2, 4, 7, 9);
const mask: TensorType = { shape: [2, 3], dtype: 'int32', classes: 2 };

/** Ways to use a layer that its example does not show. */
const further: Readonly<Record<string, readonly (readonly [Params, InputTypes])[]>> = {
  linear: [[{ bias: false }, { x: float(2, 3, 2, 4) }]],
  conv1d: [
    [{ connections: 'groups', groups: 2, outChannels: 6, kernelSize: 4, stride: 2 }, { x: signal }],
    [{ connections: 'depthwise', outChannels: 8, dilation: 2 }, { x: signal }],
  ],
  conv2d: [
    [{ connections: 'groups', groups: 2, outChannels: 6, kernelHeight: 2 }, { x: image }],
    [{ connections: 'depthwise', outChannels: 4, rectangular: true, strideWidth: 2 }, { x: image }],
    [{ rectangular: true, dilation: 2, dilationWidth: 3, padding: 'number', pad: 3 }, { x: image }],
  ],
  'conv-transpose2d': [[{ kernelHeight: 3, stride: 3, pad: 1, outputPadding: 2 }, { x: image }]],
  'max-pool': [
    [{ kernelSize: 3, padding: 1, ceil: true }, { x: image }],
    [{ kernelSize: 3, stride: 2 }, { x: signal }],
  ],
  'average-pool': [
    [{ kernelSize: 3, padding: 1, ceil: true, countPadding: false }, { x: image }],
    [{ kernelSize: 3, padding: 1, ceil: true }, { x: image }],
    [{ kernelSize: 4, stride: 3, countPadding: false }, { x: signal }],
  ],
  'global-average-pool': [[{}, { x: signal }]],
  'adaptive-average-pool': [[{ outputSize: 5, outputWidth: 4 }, { x: image }]],
  upsample: [
    [{ mode: 'linear', rectangular: true, scaleWidth: 3 }, { x: image }],
    [{ mode: 'linear', corners: true }, { x: image }],
    [{ mode: 'linear', bySize: true, height: 10, width: 5 }, { x: image }],
    [{ mode: 'linear', bySize: true, corners: true, height: 10, width: 5 }, { x: image }],
    [{ mode: 'linear', scale: 3 }, { x: signal }],
    [{ scale: 2 }, { x: signal }],
  ],
  'zero-pad': [[{ left: 2, right: 0 }, { x: signal }]],
  prelu: [[{ slopes: 'channel' }, { x: image }]],
  softmax: [[{ axis: 1 }, { x: image }]],
  'log-softmax': [[{ axis: 2 }, { x: image }]],
  'batch-norm': [
    [{}, { x: float(2, 5) }],
    [{ affine: false }, { x: signal }],
  ],
  'layer-norm': [[{ over: 'channels' }, { x: image }]],
  'group-norm': [[{ groups: 2 }, { x: signal }]],
  'instance-norm': [[{}, { x: signal }]],
  affine: [[{ over: 'channel' }, { x: image }]],
  embedding: [[{ padding: 2, vocabulary: 9 }, { x: { shape: [2, 3, 2], dtype: 'int32', classes: 9 } }]],
  'multi-head-attention': [
    [{ causal: true }, { x: sequence }],
    [
      { heads: 4, bias: false, dropout: 0.5 },
      { x: sequence, mask },
    ],
    [{ causal: true }, { x: sequence, mask: float(2, 3) }],
    [{ heads: 1 }, { x: sequence, context: float(2, 7, 3) }],
  ],
  'learned-position': [[{ positions: 3 }, { x: sequence }]],
  'causal-mask': [[{}, { x: float(2, 3, 5) }]],
  'padding-mask': [[{}, { x: sequence, mask: float(2, 4) }]],
  flatten: [[{}, { x: float(2, 3, 4, 5) }]],
  reshape: [[{ shape: '2, -1, 3' }, { x: float(2, 12) }]],
  permute: [[{ axes: '3, 1, 2' }, { x: float(2, 3, 4, 5) }]],
  concat: [[{ axis: 2 }, { a: sequence, b: float(2, 3, 1) }]],
  slice: [[{ axis: 2, start: -3, end: -1 }, { x: sequence }]],
  split: [[{ axis: 2, first: 3 }, { x: sequence }]],
  matmul: [
    [
      { transposeB: true, scale: 0.5 },
      { a: float(2, 2, 3, 4), b: float(2, 2, 5, 4) },
    ],
  ],
};

/** Other values of a field: every option that has a name, and a number that is not the default. */
function othersOf(field: Field): readonly Params[string][] {
  switch (field.kind) {
    case 'choice':
      return field.options.map(({ value }) => value).filter((value) => value !== field.default);
    case 'boolean':
      return [!field.default];
    case 'integer':
      return [1, 2, 3].filter((n) => n !== field.default && n >= field.min && n <= field.max);
    case 'number':
      return [field.max > 1 ? field.min / 2 + Math.min(field.max, 2) / 2 : (field.min + field.max) / 2];
    case 'text':
    case 'files':
      return [];
  }
}

/** The layer as it comes, with each of its fields changed alone where that can be, and as `further` says. */
function waysOf(type: string, layer: AnyLayer): readonly (readonly [Params, InputTypes])[] {
  const typical =
    layer.example ?? Object.fromEntries(layer.ports.inputs.map(({ name }) => [name, float(2, 3)]));
  const changed = Object.entries(layer.fields).flatMap(([name, field]) =>
    othersOf(field).map((value): Params => ({ [name]: value })),
  );
  const standing = changed.filter(
    (params) =>
      inferNode(layer, { ...defaultParams(layer.fields), ...params }, typical).problems.length === 0,
  );
  return [...[{}, ...standing].map((params) => [params, typical] as const), ...(further[type] ?? [])];
}

const used = Object.entries<AnyLayer>(layers).filter(([, { category }]) => category !== 'data');
const ways = used.flatMap(([type, layer]) =>
  waysOf(type, layer).map(
    ([params, inputs]) =>
      [
        `${type} ${JSON.stringify(params)} ${JSON.stringify(Object.values(inputs).map((input) => input?.shape))}`,
        layer,
        { ...defaultParams(layer.fields), ...params },
        inputs,
      ] as const,
  ),
);

it('every option of every layer that has a name is tried', () => {
  const options = (of: (field: Field) => readonly Params[string][]): string[] =>
    used.flatMap(([type, { fields }]) =>
      Object.entries(fields).flatMap(([name, field]) =>
        of(field).map((value) => `${type}.${name} = ${paramText(value)}`),
      ),
    );
  const named = options((field) => (['choice', 'boolean'].includes(field.kind) ? othersOf(field) : []));
  const tried = new Set(
    ways.flatMap(([, { type }, params]) =>
      Object.entries(params).map(([name, value]) => `${type}.${name} = ${paramText(value)}`),
    ),
  );
  expect(named.length).toBeGreaterThan(50);
  expect(named.filter((option) => !tried.has(option))).toEqual([]);
});

/** The layer in use, built for a number of rows. */
function build(layer: AnyLayer, params: Params, types: InputTypes, rows: number) {
  const graph = new Graph('eval', 1, rows);
  const tensor = (name: string, type: TensorType, role: 'input' | 'weight'): [string, Tensor] => [
    name,
    graph.tensor({ name, role, origin: '', type }),
  ];
  const ofRows = Object.entries(types).flatMap(([name, type]): [string, TensorType][] =>
    type === undefined ? [] : [[name, { ...type, shape: type.shape.with(0, rows) }]],
  );
  expect(layer.check(params, Object.fromEntries(ofRows))).toEqual([]);
  const weights = layer
    .weights(params, types)
    .map(({ name, shape }) => tensor(name, { shape, dtype: 'float32' }, 'weight'));
  const inputs = ofRows.map(([name, type]) => tensor(name, type, 'input'));
  const outputs = layer.build(
    graph.scope('n', 'n'),
    params,
    Object.fromEntries(inputs),
    Object.fromEntries(weights),
  );
  return {
    graph,
    inputs: inputs.map(([, one]) => one),
    weights: weights.map(([, one]) => one),
    outputs: Object.values(outputs),
  };
}

describe.each(ways)('%s', (_name, layer, params, types) => {
  it('is the same in onnxruntime for one row and for many, as it was exported for two', async () => {
    const exported = build(layer, params, types, 2);
    const nodes = exported.graph.calls.flatMap((call) => call.op.toOnnx?.(call) ?? []);
    for (const rows of [1, 5]) {
      const { graph, inputs, weights, outputs } = build(layer, params, types, rows);
      const given = [...inputs, ...weights];
      const random = new RandomStream(rows, 99);
      const runner = new GraphRunner(graph, 'float32');
      for (const tensor of given) {
        const count = elementCount(tensor.shape);
        // A weight may be a variance, and logarithms and roots have no value below 0.
        const isPositive = !inputs.includes(tensor) || layer.type === 'elementwise-function';
        const draw = (): number => {
          if (tensor.dtype === 'int32') return random.below(tensor.classes ?? 5);
          return isPositive ? 0.1 + random.uniform() : 4 * random.uniform() - 2;
        };
        runner.write(tensor, Array.from({ length: count }, draw));
      }
      runner.run();
      const feed = given.map(({ name, shape, dtype }, i) => [
        name,
        { shape, data: (dtype === 'int32' ? Int32Array : Float32Array).from(runner.read(given[i])) },
      ]);
      // What a layer hands on as it came needs no node.
      const made = outputs.filter((tensor) => !given.includes(tensor));
      if (made.length === 0) continue;
      const answers = await runNodes(
        nodes,
        Object.fromEntries(feed),
        made.map(({ name }) => name),
      );
      for (const tensor of made) {
        expect(answers[tensor.name].shape).toEqual(tensor.shape);
        const values = runner.read(tensor);
        const size = Math.max(1, ...values.map(Math.abs));
        const { data } = answers[tensor.name];
        const apart = values.flatMap((value, i) =>
          Math.abs(data[i] - value) <= 1e-5 * size ? [] : [`[${i}]: ${value} became ${data[i]}`],
        );
        expect(apart, tensor.name).toEqual([]);
      }
    }
  });
});
