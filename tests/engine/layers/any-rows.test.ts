import { afterAll, describe, expect, it } from 'vitest';
import { defaultParams, type Params } from '../../../engine/declaration/fields.ts';
import { elementCount, type TensorType } from '../../../engine/declaration/tensor-type.ts';
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
const mask: TensorType = { shape: [2, 3], dtype: 'int32', classes: 2 };

/** Ways to use a layer that its example does not show. */
const further: Readonly<Record<string, readonly (readonly [Params, InputTypes])[]>> = {
  linear: [[{ bias: false }, { x: float(2, 3, 2, 4) }]],
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

const ways = Object.entries<AnyLayer>(layers)
  .filter(([, { category }]) => category !== 'data')
  .flatMap(([type, layer]) => {
    const typical =
      layer.example ?? Object.fromEntries(layer.ports.inputs.map(({ name }) => [name, float(2, 3)]));
    return [[{}, typical] as const, ...(further[type] ?? [])].map(
      ([params, inputs]) =>
        [
          `${type} ${JSON.stringify(params)} ${JSON.stringify(Object.values(inputs).map((input) => input?.shape))}`,
          layer,
          { ...defaultParams(layer.fields), ...params },
          inputs,
        ] as const,
    );
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
  return { graph, given: [...inputs, ...weights].map(([, one]) => one), outputs: Object.values(outputs) };
}

describe.each(ways)('%s', (_name, layer, params, types) => {
  it('is the same in onnxruntime for one row and for many, as it was exported for two', async () => {
    const exported = build(layer, params, types, 2);
    const nodes = exported.graph.calls.flatMap((call) => call.op.toOnnx?.(call) ?? []);
    for (const rows of [1, 5]) {
      const { graph, given, outputs } = build(layer, params, types, rows);
      const random = new RandomStream(rows, 99);
      const runner = new GraphRunner(graph, 'float32');
      for (const tensor of given) {
        const count = elementCount(tensor.shape);
        // Above 0, because a weight may be a variance.
        const draw = (): number =>
          tensor.dtype === 'int32' ? random.below(tensor.classes ?? 5) : 0.1 + random.uniform();
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
        for (const [i, value] of values.entries()) {
          expect(Math.abs(answers[tensor.name].data[i] - value)).toBeLessThanOrEqual(1e-5 * size);
        }
      }
    }
  });
});
