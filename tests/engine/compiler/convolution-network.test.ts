import { describe, expect, it } from 'vitest';
import { differentiate } from '../../../engine/compiler/differentiate.ts';
import { fuse } from '../../../engine/compiler/fuse.ts';
import { defaultParams, type Params } from '../../../engine/declaration/fields.ts';
import { elementCount } from '../../../engine/declaration/tensor-type.ts';
import type { AnyLayer } from '../../../engine/layers/contract.ts';
import { convTranspose2d } from '../../../engine/layers/conv-transpose2d.ts';
import { conv2d } from '../../../engine/layers/conv2d.ts';
import { linear } from '../../../engine/layers/linear.ts';
import { relu } from '../../../engine/layers/relu.ts';
import type { Tensor } from '../../../engine/ops/contract.ts';
import { Graph } from '../../../engine/ops/graph.ts';
import { mean } from '../../../engine/ops/mean.ts';
import { reshape } from '../../../engine/ops/reshape.ts';
import { softmaxCrossEntropy } from '../../../engine/ops/softmax-cross-entropy.ts';
import { RandomStream } from '../../../engine/random/stream.ts';
import { GraphRunner, type Precision } from '../graph-runner.ts';

const batch = 12;
const size = 6;

/**
 * A small network of convolutions that tells horizontal from vertical bars:
 * [12, 1, 6, 6] → 4 channels, grouped, depthwise with stride, transposed → 2 classes.
 */
function network(precision: Precision) {
  const graph = new Graph('train', 1, batch);
  const weights: Tensor[] = [];
  const x = graph.tensor({
    name: 'x',
    role: 'input',
    origin: '',
    type: { shape: [batch, 1, size, size], dtype: 'float32' },
  });
  const target = graph.tensor({
    name: 'y',
    role: 'input',
    origin: '',
    type: { shape: [batch], dtype: 'int32', classes: 2 },
  });
  const layer = (name: string, definition: AnyLayer, from: Tensor, set: Params = {}): Tensor => {
    const params = { ...defaultParams(definition.fields), ...set };
    expect(definition.check(params, { x: from })).toEqual([]);
    const own = definition.weights(params, { x: from }).map((declared): [string, Tensor] => {
      const type = { shape: declared.shape, dtype: 'float32' } as const;
      return [
        declared.name,
        graph.tensor({ name: `${name}.${declared.name}`, role: 'weight', origin: name, type }),
      ];
    });
    weights.push(...own.map(([, tensor]) => tensor));
    return definition.build(graph.scope(name, name), params, { x: from }, Object.fromEntries(own))
      .y as Tensor;
  };
  const first = layer('r1', relu, layer('c1', conv2d, x, { outChannels: 4 }));
  const grouped = layer(
    'r2',
    relu,
    layer('c2', conv2d, first, { outChannels: 4, connections: 'groups', kernelHeight: 2 }),
  );
  const depthwise = layer('c3', conv2d, grouped, { outChannels: 8, connections: 'depthwise', stride: 2 });
  const enlarged = layer(
    'r4',
    relu,
    layer('c4', convTranspose2d, layer('r3', relu, depthwise), { outChannels: 2 }),
  );
  const flat = graph.scope('flat', 'flat').emit(reshape, { x: enlarged }, { shape: [0, -1] }).y;
  const logits = layer('fc', linear, flat, { outFeatures: 2 });
  const { losses, p } = graph
    .scope('loss', 'loss')
    .emit(softmaxCrossEntropy, { logits, target }, { ignored: -1, smoothing: 0 });
  const loss = graph.scope('mean', 'mean').emit(mean, { x: losses }).y;
  const forward = graph.calls.length;
  const dLoss = graph.scalar('d_loss');
  const gradients = differentiate(graph, loss, dLoss);

  const runner = new GraphRunner(graph, precision);
  const random = new RandomStream(3, 99);
  for (const weight of weights) {
    const isBias = weight.shape.length === 1;
    runner.write(
      weight,
      Array.from({ length: elementCount(weight.shape) }, () => (isBias ? 0.05 : 0.5 * random.normal())),
    );
  }
  const classes = Array.from({ length: batch }, (_, n) => n % 2);
  const bars = classes.flatMap((label, n) =>
    Array.from({ length: size * size }, (_, i) => {
      const line = label === 0 ? Math.floor(i / size) : i % size;
      return (line === (n >> 1) % size ? 1 : 0) + 0.1 * random.normal();
    }),
  );
  runner.write(x, bars);
  runner.write(target, classes);
  runner.write(dLoss, [1]);
  return { graph, runner, weights, gradients, loss, p, classes, forward };
}

describe('a network of convolutions', () => {
  it('has the gradient that central differences find, for every weight of every layer', () => {
    const { graph, runner, weights, gradients, loss, forward } = network('float64');
    runner.run();
    const calls = graph.calls.slice(0, forward);
    for (const weight of weights) {
      const analytic = runner.read(gradients.get(weight) as Tensor);
      expect(gradients.get(weight)?.shape).toEqual(weight.shape);
      const values = runner.view(weight);
      for (const [at, value] of runner.read(weight).entries()) {
        const [above, below] = [1e-5, -1e-5].map((h) => {
          values[at] = value + h;
          runner.run(calls);
          return runner.read(loss)[0] as number;
        });
        values[at] = value;
        const numeric = ((above as number) - (below as number)) / 2e-5;
        expect(Math.abs((analytic[at] as number) - numeric), `${weight.name}[${at}]`).toBeLessThanOrEqual(
          1e-6 + 1e-4 * Math.abs(numeric),
        );
      }
    }
  });

  it('gives the same bits when convolutions take the ReLU behind them along', () => {
    const { graph, runner, weights, gradients, loss } = network('float32');
    const wanted = [loss, ...weights.map((weight) => gradients.get(weight) as Tensor)];
    const bits = () => wanted.map((tensor) => runner.read(tensor));
    runner.run();
    const separate = bits();
    const fused = fuse(graph.calls, new Set(wanted));
    expect(fused.filter(({ op }) => op.name === 'relu').map(({ origin }) => origin)).toEqual(['r4']);
    for (const tensor of wanted) runner.write(tensor, runner.read(tensor).fill(NaN));
    runner.run(fused);
    expect(bits()).toEqual(separate);
  });

  it('learns to tell horizontal from vertical bars', () => {
    const { runner, weights, gradients, loss, p, classes } = network('float32');
    runner.run();
    const before = runner.read(loss)[0] as number;
    for (let step = 0; step < 60; step++) {
      for (const weight of weights) {
        const gradient = runner.read(gradients.get(weight) as Tensor);
        runner.write(
          weight,
          runner.read(weight).map((value, i) => value - 0.1 * (gradient[i] as number)),
        );
      }
      runner.run();
    }
    const probabilities = runner.read(p);
    const right = classes.filter((label, n) => (probabilities[2 * n + label] as number) > 0.5);
    expect(right).toHaveLength(batch);
    expect(runner.read(loss)[0]).toBeLessThan(before / 10);
  });
});
