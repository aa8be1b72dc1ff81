import { describe, expect, it } from 'vitest';
import { differentiate } from '../../../engine/compiler/differentiate.ts';
import { defaultParams } from '../../../engine/declaration/fields.ts';
import type { TensorType } from '../../../engine/declaration/tensor-type.ts';
import { linear } from '../../../engine/layers/linear.ts';
import { bceWithLogits } from '../../../engine/losses/bce-with-logits.ts';
import type { LossDefinition } from '../../../engine/losses/contract.ts';
import { crossEntropy } from '../../../engine/losses/cross-entropy.ts';
import { mse } from '../../../engine/losses/mse.ts';
import { sigmoid } from '../../../engine/ops/activations.ts';
import type { Tensor } from '../../../engine/ops/contract.ts';
import { Graph } from '../../../engine/ops/graph.ts';
import { softmax } from '../../../engine/ops/softmax.ts';
import { GraphRunner } from '../graph-runner.ts';

const numbers = (...shape: number[]): TensorType => ({ shape, dtype: 'float32' });
const classes = (count: number, of: number): TensorType => ({ shape: [count], dtype: 'int32', classes: of });

const tensorOf = (graph: Graph, name: string, type: TensorType): Tensor =>
  graph.tensor({ name, role: 'input', origin: '', type });

/** Loss, gradient of the prediction, and hits, in float64. */
function evaluated(
  loss: LossDefinition,
  prediction: readonly number[],
  type: TensorType,
  target: readonly number[],
  targetType: TensorType,
) {
  const graph = new Graph('train', 1, target.length);
  const inputs = {
    prediction: tensorOf(graph, 'prediction', type),
    target: tensorOf(graph, 'target', targetType),
  };
  const scope = graph.scope('loss', 'loss');
  const value = loss.build(scope, {}, inputs, {}).loss;
  const hits = loss.hits?.(scope, {}, inputs);
  const dLoss = graph.scalar('d_loss');
  const dPrediction = differentiate(graph, value, dLoss).get(inputs.prediction) as Tensor;
  const runner = new GraphRunner(graph);
  runner.write(inputs.prediction, prediction);
  runner.write(inputs.target, target);
  runner.write(dLoss, [1]);
  runner.run();
  return {
    loss: runner.read(value)[0],
    dPrediction: runner.read(dPrediction),
    hits: hits && runner.read(hits)[0],
  };
}

const logitOf = (p: number): number => Math.log(p / (1 - p));

/** One logit and a label, through BCE. */
const bceOf = (label: number, logit: number): number =>
  evaluated(bceWithLogits, [logit], numbers(1, 1), [label], classes(1, 2)).loss;

describe('the numbers a person works out by hand', () => {
  it.each([
    [1, 0.9, 0.1054],
    [1, 0.6, 0.5108],
    [0, 0.4, 0.5108],
    [0, 0.1, 0.1054],
  ])('binary cross-entropy of label %d and probability %d is %d', (label, p, expected) => {
    expect(bceOf(label, logitOf(p))).toBeCloseTo(expected, 4);
  });

  it('the sigmoid of 2 is .8808, and its BCE with label 1 is .1269', () => {
    const graph = new Graph('eval', 1, 1);
    const x = tensorOf(graph, 'x', numbers(1, 1));
    const { y } = graph.scope('s', 's').emit(sigmoid, { x });
    const runner = new GraphRunner(graph);
    runner.write(x, [2]);
    runner.run();
    expect(runner.read(y)[0]).toBeCloseTo(0.8808, 4);
    expect(bceOf(1, 2)).toBeCloseTo(0.1269, 4);
  });

  it('the softmax of 2, 1, .1 is .6590, .2424, .0986', () => {
    const graph = new Graph('eval', 1, 1);
    const x = tensorOf(graph, 'x', numbers(1, 3));
    const { y } = graph.scope('s', 's').emit(softmax, { x });
    const runner = new GraphRunner(graph);
    runner.write(x, [2, 1, 0.1]);
    runner.run();
    for (const [i, expected] of [0.659, 0.2424, 0.0986].entries())
      expect(runner.read(y)[i]).toBeCloseTo(expected, 4);
  });

  it('the cross-entropy of logits 2, 1, .1 with class 1 is 1.4170', () => {
    const { loss } = evaluated(crossEntropy, [2, 1, 0.1], numbers(1, 3), [1], classes(1, 3));
    expect(loss).toBeCloseTo(1.417, 4);
  });

  it('the gradient of softmax and cross-entropy together is (p − onehot) / m', () => {
    const p = [0.659001, 0.242433, 0.098566];
    const logits = [2, 1, 0.1, 2, 1, 0.1];
    const { loss, dPrediction, hits } = evaluated(crossEntropy, logits, numbers(2, 3), [1, 0], classes(2, 3));
    const expected = [p[0], p[1] - 1, p[2], p[0] - 1, p[1], p[2]].map((d) => d / 2);
    for (const [i, d] of expected.entries()) expect(dPrediction[i]).toBeCloseTo(d, 6);
    expect(loss).toBeCloseTo((1.41703 + 0.41703) / 2, 5);
    expect(hits).toBe(1);
  });

  it('the gradient of sigmoid and BCE together is (σ(z) − y) / m', () => {
    const { dPrediction, hits } = evaluated(
      bceWithLogits,
      [2, -2, 0.5],
      numbers(3, 1),
      [1, 1, 0],
      classes(3, 2),
    );
    for (const [i, d] of [0.880797 - 1, 0.119203 - 1, 0.622459].entries()) {
      expect(dPrediction[i]).toBeCloseTo(d / 3, 6);
    }
    expect(hits).toBe(1);
  });

  it('the mean squared error of 1, 2 against 0, 4 is 2.5, with gradients 1 and −2', () => {
    const { loss, dPrediction } = evaluated(mse, [1, 2], numbers(2, 1), [0, 4], numbers(2, 1));
    expect(loss).toBe(2.5);
    expect(dPrediction).toEqual([1, -2]);
  });

  it('losses stay finite and right for logits of any size', () => {
    expect(bceOf(1, 1000)).toBe(0);
    expect(bceOf(0, 1000)).toBe(1000);
    expect(bceOf(1, -1000)).toBe(1000);
    const far = evaluated(crossEntropy, [1000, -1000], numbers(1, 2), [1], classes(1, 2));
    expect(far.loss).toBe(2000);
    expect(far.dPrediction).toEqual([1, -1]);
  });
});

describe('the conventions of a linear layer', () => {
  it('y = x·w + b, dw = xᵀ·dy, db = column sums of dy, dx = dy·wᵀ', () => {
    const graph = new Graph('train', 1, 3);
    const x = tensorOf(graph, 'x', numbers(3, 2));
    const target = tensorOf(graph, 'target', numbers(3, 2));
    const weight = tensorOf(graph, 'weight', numbers(2, 2));
    const bias = tensorOf(graph, 'bias', numbers(2));
    const params = { ...defaultParams(linear.fields), outFeatures: 2, bias: true };
    const y = linear.build(graph.scope('fc', 'fc'), params, { x }, { weight, bias }).y;
    const loss = mse.build(graph.scope('loss', 'loss'), {}, { prediction: y, target }, {}).loss;
    const dLoss = graph.scalar('d_loss');
    const gradients = differentiate(graph, loss, dLoss);
    const runner = new GraphRunner(graph);
    runner.write(x, [1, 2, 3, 4, 5, 6]);
    runner.write(weight, [1, -1, 0.5, 2]);
    runner.write(bias, [10, 20]);
    runner.write(target, [0, 0, 0, 0, 0, 0]);
    // The mean over 6 squares hands back dy = 2 y / 6, so that a loss gradient of 3 makes it y.
    runner.write(dLoss, [3]);
    runner.run();

    const dy = [12, 23, 15, 25, 18, 27]; // [3, 2]
    expect(runner.read(y)).toEqual(dy);
    const near = (tensor: Tensor, expected: readonly number[]): void => {
      for (const [i, value] of runner.read(gradients.get(tensor) as Tensor).entries()) {
        expect(value).toBeCloseTo(expected[i], 10);
      }
    };
    near(y, dy);
    near(weight, [12 + 45 + 90, 23 + 75 + 135, 24 + 60 + 108, 46 + 100 + 162]);
    near(bias, [45, 75]);
    near(x, [12 - 23, 6 + 46, 15 - 25, 7.5 + 50, 18 - 27, 9 + 54]);
  });
});
