import { describe, expect, it } from 'vitest';
import { differentiate } from '../../../engine/compiler/differentiate.ts';
import { defaultParams, type Params } from '../../../engine/declaration/fields.ts';
import type { TensorType } from '../../../engine/declaration/tensor-type.ts';
import { linear } from '../../../engine/layers/linear.ts';
import { bce } from '../../../engine/losses/bce.ts';
import { bceWithLogits } from '../../../engine/losses/bce-with-logits.ts';
import type { LossDefinition } from '../../../engine/losses/contract.ts';
import { crossEntropy } from '../../../engine/losses/cross-entropy.ts';
import { huber } from '../../../engine/losses/huber.ts';
import { mae } from '../../../engine/losses/mae.ts';
import { mse } from '../../../engine/losses/mse.ts';
import { nll } from '../../../engine/losses/nll.ts';
import { sigmoid } from '../../../engine/ops/activations.ts';
import type { Tensor } from '../../../engine/ops/contract.ts';
import { Graph } from '../../../engine/ops/graph.ts';
import { softmax } from '../../../engine/ops/softmax.ts';
import { GraphRunner } from '../graph-runner.ts';

const numbers = (...shape: number[]): TensorType => ({ shape, dtype: 'float32' });
const classes = (count: number, of: number): TensorType => ({ shape: [count], dtype: 'int32', classes: of });

const tensorOf = (graph: Graph, name: string, type: TensorType): Tensor =>
  graph.tensor({ name, role: 'input', origin: '', type });

/** Loss, gradient of the prediction, right answers and answers that count, in float64. */
function evaluated(
  loss: LossDefinition,
  prediction: readonly number[],
  type: TensorType,
  target: readonly number[],
  targetType: TensorType,
  params: Params = {},
) {
  const graph = new Graph('train', 1, type.shape[0]);
  const inputs = {
    prediction: tensorOf(graph, 'prediction', type),
    target: tensorOf(graph, 'target', targetType),
  };
  const complete = { ...defaultParams(loss.fields), ...params };
  expect(loss.check(complete, inputs)).toEqual([]);
  const scope = graph.scope('loss', 'loss');
  const value = loss.build(scope, complete, inputs, {}).loss;
  const hits = loss.hits?.(scope, complete, inputs);
  const dLoss = graph.scalar('d_loss');
  const dPrediction = differentiate(graph, value, dLoss).get(inputs.prediction) as Tensor;
  const runner = new GraphRunner(graph);
  runner.write(inputs.prediction, prediction);
  runner.write(inputs.target, target);
  runner.write(dLoss, [1]);
  runner.run();
  const [right, answers] = hits ? runner.read(hits) : [];
  return { loss: runner.read(value)[0], dPrediction: runner.read(dPrediction), hits: right, answers };
}

function expectNear(found: readonly number[], expected: readonly number[], digits = 6): void {
  expect(found).toHaveLength(expected.length);
  for (const [i, value] of expected.entries()) expect(found[i]).toBeCloseTo(value, digits);
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

  it('an error is counted as it is by MAE, whose gradient is its sign, 0 where it is 0', () => {
    const three = numbers(3, 1);
    const { loss, dPrediction, hits } = evaluated(mae, [1, 2, 3], three, [0, 4, 3], three);
    expect(loss).toBe(1);
    expectNear(dPrediction, [1 / 3, -1 / 3, 0]);
    expect(hits).toBeUndefined();
  });

  it('Huber squares errors below δ and counts the others in proportion', () => {
    const three = numbers(3, 1);
    const near = evaluated(huber, [0.5, 2, 3], three, [0, 4, 3], three);
    expect(near.loss).toBeCloseTo((0.125 + 1.5) / 3, 12);
    expectNear(near.dPrediction, [0.5 / 3, -1 / 3, 0]);
    const far = evaluated(huber, [3], numbers(1, 1), [0], numbers(1, 1), { delta: 2 });
    expect(far.loss).toBe(4);
    expect(far.dPrediction).toEqual([2]);
    // At δ both pieces meet: ½ δ².
    expect(evaluated(huber, [2], numbers(1, 1), [0], numbers(1, 1), { delta: 2 }).loss).toBe(2);
  });

  it('distances take predictions of any shape', () => {
    const image = numbers(1, 1, 2, 2);
    expect(evaluated(mse, [1, 2, 3, 4], image, [0, 0, 0, 0], image).loss).toBe(7.5);
    expect(evaluated(mae, [1, 2, 3, 4], image, [0, 0, 0, 0], image).loss).toBe(2.5);
  });

  it.each([
    [1, 0.9, 0.1054, -0.1 / 0.09],
    [1, 0.6, 0.5108, -0.4 / 0.24],
    [0, 0.4, 0.5108, 0.4 / 0.24],
    [0, 0.1, 0.1054, 0.1 / 0.09],
  ])('BCE of label %d and probability %d is %d, with gradient %d', (label, p, expected, slope) => {
    const { loss, dPrediction, hits, answers } = evaluated(bce, [p], numbers(1, 1), [label], classes(1, 2));
    expect(loss).toBeCloseTo(expected, 4);
    expect(dPrediction[0]).toBeCloseTo(slope, 6);
    expect([hits, answers]).toEqual([1, 1]);
  });

  it('BCE of a certain and wrong probability stops at 100', () => {
    const two = numbers(2, 1);
    expect(evaluated(bce, [0, 1], two, [1, 0], classes(2, 2)).loss).toBe(100);
    expect(evaluated(bce, [0, 1], two, [0, 1], classes(2, 2)).loss).toBe(0);
    expect(evaluated(bce, [1.5], numbers(1, 1), [1], classes(1, 2)).loss).toBeNaN();
  });

  it('targets between 0 and 1 are met by the probability that equals them', () => {
    const four = numbers(1, 4);
    const target = [0, 0.25, 0.5, 1];
    const { loss, dPrediction } = evaluated(bceWithLogits, [0, logitOf(0.25), 0, 0], four, target, four);
    expect(loss).toBeCloseTo((3 * Math.LN2 + 0.562335) / 4, 6);
    expectNear(dPrediction, [0.125, 0, 0, -0.125]);
    expectNear([evaluated(bce, [0.5, 0.25, 0.5, 0.5], four, target, four).loss], [loss]);
    // Sides of one half: 0.5 is not above it.
    expect(evaluated(bce, [0.4, 0.4, 0.4, 0.4], four, target, four).hits).toBe(3);
  });

  it('the weight of class 1 multiplies what a label 1 costs', () => {
    const params = { positiveWeight: 3 };
    const two = numbers(2, 1);
    const { loss, dPrediction } = evaluated(bceWithLogits, [0, 0], two, [1, 0], classes(2, 2), params);
    expect(loss).toBeCloseTo((3 * Math.LN2 + Math.LN2) / 2, 12);
    expectNear(dPrediction, [-0.75, 0.25]);
    const far = evaluated(bceWithLogits, [-1000, 1000], two, [1, 0], classes(2, 2), params);
    expect(far.loss).toBe(2000);
  });

  it('label smoothing takes its share from the target and gives it to all classes', () => {
    const { loss, dPrediction } = evaluated(crossEntropy, [2, 1, 0.1], numbers(1, 3), [1], classes(1, 3), {
      smoothing: 0.3,
    });
    // −log p = .41703, 1.41703, 2.31703 and q = .1, .8, .1
    expect(loss).toBeCloseTo(0.1 * 0.41703 + 0.8 * 1.41703 + 0.1 * 2.31703, 5);
    expectNear(dPrediction, [0.559001, -0.557567, -0.001434], 5);
  });

  it('targets may be shares of the classes; a one-hot row is a label', () => {
    const row = numbers(1, 3);
    const { loss, dPrediction, hits } = evaluated(crossEntropy, [2, 1, 0.1], row, [0.2, 0.5, 0.3], row);
    expect(loss).toBeCloseTo(0.2 * 0.41703 + 0.5 * 1.41703 + 0.3 * 2.31703, 5);
    expectNear(dPrediction, [0.659001 - 0.2, 0.242433 - 0.5, 0.098566 - 0.3], 5);
    expect(hits).toBe(0);
    for (const smoothing of [0, 0.1]) {
      const oneHot = evaluated(crossEntropy, [2, 1, 0.1], row, [0, 1, 0], row, { smoothing });
      const label = evaluated(crossEntropy, [2, 1, 0.1], row, [1], classes(1, 3), { smoothing });
      expect(oneHot.loss).toBeCloseTo(label.loss, 12);
      expectNear(oneHot.dPrediction, label.dPrediction, 12);
      expect([oneHot.hits, oneHot.answers]).toEqual([0, 1]);
    }
  });

  it('ignored labels count neither in the mean nor among the answers', () => {
    const logits = [2, 1, 0.1, 9, -9, 5, 2, 1, 0.1];
    const target = { shape: [3], dtype: 'int32', classes: 3 } as const;
    const { loss, dPrediction, hits, answers } = evaluated(
      crossEntropy,
      logits,
      numbers(3, 3),
      [1, -100, 0],
      target,
    );
    expect(loss).toBeCloseTo((1.41703 + 0.41703) / 2, 5);
    expectNear(dPrediction.slice(3, 6), [0, 0, 0]);
    expectNear(dPrediction.slice(0, 3), [0.3295, -0.378783, 0.049283], 5);
    expect([hits, answers]).toEqual([1, 2]);
    const padded = evaluated(crossEntropy, logits, numbers(3, 3), [1, 2, 0], target, { ignored: 2 });
    expect(padded.loss).toBe(loss);
    expect(padded.dPrediction).toEqual(dPrediction);
  });

  it('a batch in which everything is ignored has no loss and no gradient', () => {
    for (const loss of [crossEntropy, nll]) {
      const {
        loss: value,
        dPrediction,
        hits,
        answers,
      } = evaluated(loss, [2, 1, 0.1, 3, 4, 5], numbers(2, 3), [-100, -100], classes(2, 3));
      expect([value, hits, answers]).toEqual([0, 0, 0]);
      expectNear(dPrediction, [0, 0, 0, 0, 0, 0]);
    }
  });

  it('every place of a sequence is an answer', () => {
    const logits = [2, 1, 0.1, 2, 1, 0.1, 0, 0, 0, 0, 0, 0];
    const { loss, hits, answers } = evaluated(crossEntropy, logits, numbers(2, 2, 3), [1, 0, 2, -100], {
      shape: [2, 2],
      dtype: 'int32',
      classes: 3,
    });
    expect(loss).toBeCloseTo((1.41703 + 0.41703 + Math.log(3)) / 3, 5);
    expect([hits, answers]).toEqual([1, 3]);
  });

  it('NLL is minus the log-probability of the label, and its gradient stands there alone', () => {
    const logs = [0.5, 0.25, 0.25, 0.1, 0.2, 0.7].map(Math.log);
    const { loss, dPrediction, hits, answers } = evaluated(nll, logs, numbers(2, 3), [1, 2], classes(2, 3));
    expect(loss).toBeCloseTo((2 * Math.LN2 - Math.log(0.7)) / 2, 12);
    expectNear(dPrediction, [0, -0.5, 0, 0, 0, -0.5]);
    expect([hits, answers]).toEqual([1, 2]);
  });

  it('a label that is no class gives NaN, as does a share outside 0 to 1', () => {
    for (const loss of [crossEntropy, nll]) {
      for (const label of [-1, 3]) {
        expect(evaluated(loss, [2, 1, 0.1], numbers(1, 3), [label], classes(1, 3)).loss).toBeNaN();
      }
    }
    const row = numbers(1, 3);
    expect(evaluated(crossEntropy, [2, 1, 0.1], row, [0, 1.5, 0], row).loss).toBeNaN();
    for (const loss of [bce, bceWithLogits]) {
      for (const target of [-0.5, 1.5]) {
        expect(evaluated(loss, [0.5], numbers(1, 1), [target], numbers(1, 1)).loss).toBeNaN();
      }
    }
  });

  it('the weight of a loss multiplies it and its gradient', () => {
    const one = numbers(1, 1);
    for (const loss of [mse, mae, huber, bceWithLogits, bce]) {
      const plain = evaluated(loss, [0.75], one, [0.25], one);
      const half = evaluated(loss, [0.75], one, [0.25], one, { weight: 0.5 });
      expect(half.loss).toBe(plain.loss / 2);
      expectNear(half.dPrediction, [plain.dPrediction[0] / 2], 12);
    }
    for (const loss of [crossEntropy, nll]) {
      const plain = evaluated(loss, [-2, -1], numbers(1, 2), [0], classes(1, 2));
      const thrice = evaluated(loss, [-2, -1], numbers(1, 2), [0], classes(1, 2), { weight: 3 });
      expect(thrice.loss).toBeCloseTo(3 * plain.loss, 12);
      expectNear(
        thrice.dPrediction,
        plain.dPrediction.map((d) => 3 * d),
        12,
      );
    }
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
    const loss = mse.build(graph.scope('loss', 'loss'), { weight: 1 }, { prediction: y, target }, {}).loss;
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
