import { afterAll, describe, expect, it } from 'vitest';
import { defaultParams } from '../../../engine/declaration/fields.ts';
import { elementCount, type TensorType } from '../../../engine/declaration/tensor-type.ts';
import type { LossDefinition } from '../../../engine/losses/contract.ts';
import { crossEntropy } from '../../../engine/losses/cross-entropy.ts';
import { nll } from '../../../engine/losses/nll.ts';
import { Graph } from '../../../engine/ops/graph.ts';
import { RandomStream } from '../../../engine/random/stream.ts';
import { GraphRunner } from '../graph-runner.ts';
import { onnxruntime, runNodes } from '../onnx-runner.ts';

afterAll(() => onnxruntime.close());

/** ONNX wants the classes second, [N, C, T]. */
function classesSecond(values: readonly number[], [, T, C]: readonly number[]): Float32Array {
  return Float32Array.from(values, (_, i) => {
    const [n, c, t] = [Math.floor(i / (C * T)), Math.floor(i / T) % C, i % T];
    return values[(n * T + t) * C + c];
  });
}

function evaluated(
  loss: LossDefinition,
  prediction: TensorType,
  values: readonly number[],
  labels: number[],
) {
  const graph = new Graph('eval', 1, prediction.shape[0]);
  const tensor = (name: string, type: TensorType) => graph.tensor({ name, role: 'input', origin: '', type });
  const target = tensor('target', { shape: prediction.shape.slice(0, -1), dtype: 'int32' });
  const inputs = { prediction: tensor('prediction', prediction), target };
  const params = { ...defaultParams(loss.fields), ignored: 2 };
  const value = loss.build(graph.scope('loss', 'loss'), params, inputs, {}).loss;
  const runner = new GraphRunner(graph);
  runner.write(inputs.prediction, values);
  runner.write(target, labels);
  runner.run();
  return runner.read(value)[0];
}

describe('losses over classes, next to those of ONNX', () => {
  it.each([
    ['Cross-Entropy', crossEntropy, 'SoftmaxCrossEntropyLoss'],
    ['NLL', nll, 'NegativeLogLikelihoodLoss'],
  ] as const)('%s of sequences with ignored labels is the same', async (_name, loss, opType) => {
    for (const shape of [
      [17, 1, 3],
      [2, 5, 4],
      [3, 7, 33],
    ]) {
      const random = new RandomStream(3, 50);
      const values = Array.from({ length: elementCount(shape) }, () => Math.fround(2 * random.normal()));
      const labels = Array.from({ length: shape[0] * shape[1] }, () => random.below(3));
      const answers = await runNodes(
        [
          {
            opType,
            inputs: ['x', 'labels'],
            outputs: ['loss'],
            attributes: { reduction: 'mean', ignore_index: { int: 2 } },
          },
        ],
        {
          x: { shape: [shape[0], shape[2], shape[1]], data: classesSecond(values, shape) },
          labels: { shape: shape.slice(0, 2), data: Int32Array.from(labels) },
        },
        ['loss'],
      );
      const found = evaluated(loss, { shape, dtype: 'float32' }, values, labels);
      expect(found).toBeCloseTo(answers.loss.data[0], 5);
    }
  });
});
