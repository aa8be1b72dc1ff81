import { describe, expect, it } from 'vitest';
import { differentiate } from '../../../engine/compiler/differentiate.ts';
import { dropout } from '../../../engine/layers/dropout.ts';
import type { Tensor } from '../../../engine/ops/contract.ts';
import { Graph } from '../../../engine/ops/graph.ts';
import { mean } from '../../../engine/ops/mean.ts';
import { GraphRunner } from '../graph-runner.ts';

const count = 4096;
const rate = 0.25;

function passed(mode: 'train' | 'eval', form: string, step = 1) {
  const graph = new Graph(mode, 7, 1);
  const x = graph.tensor({
    name: 'x',
    role: 'input',
    origin: '',
    type: { shape: [1, count], dtype: 'float32' },
  });
  const y = dropout.build(graph.scope('drop', 'drop'), { rate, form }, { x }, {}).y;
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
