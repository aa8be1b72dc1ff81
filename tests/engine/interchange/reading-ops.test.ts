import { describe, expect, it } from 'vitest';
import { readModel } from '../../../engine/interchange/onnx/read-model.ts';
import { readGraph } from '../../../engine/interchange/onnx/reading/read-graph.ts';
import { GraphMachine } from '../../../engine/interchange/onnx/reading/run-graph.ts';
import { writeModel } from '../../../engine/interchange/onnx/write-model.ts';
import type { OpDefinition } from '../../../engine/ops/contract.ts';
import { type OpName, ops } from '../../../engine/ops/index.ts';
import { kernelSource } from '../../../engine/runtime/faces.ts';
import { GraphRunner } from '../graph-runner.ts';
import { modelOf } from '../onnx-runner.ts';
import { called, defined, fillInputs } from '../ops/called-op.ts';
import { opCases } from '../ops/op-cases.ts';

const reference = kernelSource({ face: 'reference' });

const written = (Object.entries(ops) as [OpName, OpDefinition][]).filter(([, op]) => op.toOnnx !== undefined);

describe.each(written)('what %s writes as ONNX', (name, op) => {
  const cases = opCases[name]
    .filter(({ trainingOnly }) => trainingOnly !== true)
    .map((one): [string, typeof one] => [JSON.stringify(one), one]);

  it.each(cases)('is read back as ops that compute the same: %s', async (_label, one) => {
    const { graph, tensors, outputs, call } = called(op, one);
    const runner = new GraphRunner(graph, 'float32');
    fillInputs(runner, tensors, one);
    runner.run();
    const inputs = defined(tensors).map(([, tensor]) => tensor);
    const wanted = defined(outputs).map(([, tensor]) => tensor);
    const whole = new Set(inputs.filter(({ dtype }) => dtype === 'int32').map((tensor) => tensor.name));
    const bytes = writeModel(
      modelOf(
        op.toOnnx?.(call) ?? [],
        inputs.map((tensor) => tensor.name),
        wanted.map((tensor) => tensor.name),
        whole,
      ),
    );
    const given = new Map(inputs.map((tensor) => [tensor.name, { shape: tensor.shape }]));
    const read = readGraph(readModel(bytes, 'op.onnx'), 'op.onnx', given);
    const machine = await GraphMachine.build(read, reference);
    const found = machine.run(new Map(inputs.map((tensor) => [tensor.name, runner.read(tensor)])));
    machine.close();
    for (const [at, tensor] of wanted.entries()) {
      expect(found[at].shape).toEqual(tensor.shape);
      for (const [i, value] of runner.read(tensor).entries()) {
        expect(Math.abs(found[at].values[i] - value)).toBeLessThanOrEqual(
          1e-5 * Math.max(1, Math.abs(value)),
        );
      }
    }
  });
});
