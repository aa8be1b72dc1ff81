import { describe, expect, it } from 'vitest';
import { differentiate } from '../../../engine/compiler/differentiate.ts';
import type { AnyLayer } from '../../../engine/layers/contract.ts';
import { dropout } from '../../../engine/layers/dropout.ts';
import { dropout2d } from '../../../engine/layers/dropout2d.ts';
import type { Tensor } from '../../../engine/ops/contract.ts';
import { Graph } from '../../../engine/ops/graph.ts';
import { mean } from '../../../engine/ops/mean.ts';
import { GraphRunner } from '../graph-runner.ts';

const count = 4096;
const rate = 0.25;

function passed(
  mode: 'train' | 'eval',
  form: string,
  step = 1,
  layer: AnyLayer = dropout,
  shape: readonly number[] = [1, count],
) {
  const graph = new Graph(mode, 7, 1);
  const x = graph.tensor({
    name: 'x',
    role: 'input',
    origin: '',
    type: { shape, dtype: 'float32' },
  });
  const { y } = layer.build(graph.scope('drop', 'drop'), { rate, form }, { x }, {});
  const forward = graph.calls.length;
  const { y: loss } = graph.scope('mean', 'mean').emit(mean, { x: y });
  const dLoss = graph.scalar('d_loss');
  const dx = differentiate(graph, loss, dLoss).get(x) as Tensor;
  const runner = new GraphRunner(graph);
  runner.write(x, new Float64Array(count).fill(1));
  runner.write(dLoss, [count]);
  runner.write(graph.step, [step]);
  runner.run();
  return { y: runner.read(y), dx: runner.read(dx), forward };
}

const share = (values: readonly number[], wanted: number): number =>
  values.filter((value) => Math.abs(value - wanted) < 1e-12).length / values.length;

describe('dropout', () => {
  it('drops the share it was told and scales up the rest, so that the mean stays', () => {
    const { y } = passed('train', 'inverted');
    expect(share(y, 0)).toBeCloseTo(rate, 1);
    expect(share(y, 0) + share(y, 1 / (1 - rate))).toBe(1);
  });

  it('lets the gradient through where it let the value through', () => {
    const { y, dx } = passed('train', 'inverted');
    expect(dx).toEqual(y);
  });

  it('draws a new mask in every step, and the same one again for the same step', () => {
    expect(passed('train', 'inverted', 2).y).not.toEqual(passed('train', 'inverted', 1).y);
    expect(passed('train', 'inverted', 2).y).toEqual(passed('train', 'inverted', 2).y);
  });

  it('takes values of any rank', () => {
    const { y } = passed('train', 'inverted', 1, dropout, [4, 16, 8, 8]);
    expect(y).toEqual(passed('train', 'inverted').y);
  });

  it('does nothing at all when the network is used', () => {
    const { y, forward } = passed('eval', 'inverted');
    expect(forward).toBe(0);
    expect(share(y, 1)).toBe(1);
  });

  it('in the original form leaves values as they are in training and shrinks them afterwards', () => {
    const { y } = passed('train', 'original');
    expect(share(y, 0) + share(y, 1)).toBe(1);
    expect(share(passed('eval', 'original').y, 1 - rate)).toBe(1);
  });
});

describe('dropout of channels', () => {
  const shape = [32, 16, 2, 4];
  const inner = 8;
  const channels = (values: readonly number[]): number[][] =>
    Array.from({ length: values.length / inner }, (_, c) => values.slice(c * inner, (c + 1) * inner));

  it('drops whole channels, the share it was told, and scales up the others', () => {
    const { y, dx } = passed('train', 'inverted', 1, dropout2d, shape);
    for (const channel of channels(y)) expect(new Set(channel).size).toBe(1);
    expect(share(y, 0)).toBeCloseTo(rate, 1);
    expect(share(y, 0) + share(y, 1 / (1 - rate))).toBe(1);
    expect(dx).toEqual(y);
  });

  it('draws for each sample, and anew in every step', () => {
    const { y } = passed('train', 'inverted', 1, dropout2d, shape);
    const samples = Array.from({ length: 32 }, (_, n) => String(y.slice(n * 128, (n + 1) * 128)));
    expect(new Set(samples).size).toBeGreaterThan(16);
    expect(passed('train', 'inverted', 2, dropout2d, shape).y).not.toEqual(y);
  });

  it('is nothing, or the kept share, when the network is used', () => {
    expect(passed('eval', 'inverted', 1, dropout2d, shape).forward).toBe(0);
    expect(share(passed('eval', 'original', 1, dropout2d, shape).y, 1 - rate)).toBe(1);
  });
});
