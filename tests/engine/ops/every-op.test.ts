import { afterAll, describe, expect, it } from 'vitest';
import { NetwrightError } from '../../../engine/declaration/problem.ts';
import type { TensorType } from '../../../engine/declaration/tensor-type.ts';
import { kernels } from '../../../engine/kernels/contract.ts';
import type { OpDefinition } from '../../../engine/ops/contract.ts';
import { type OpName, ops } from '../../../engine/ops/index.ts';
import { GraphRunner, untouched } from '../graph-runner.ts';
import { onnxruntime, runNodes } from '../onnx-runner.ts';
import { called, defined, fillInputs } from './called-op.ts';
import { type OpCase, opCases } from './op-cases.ts';

afterAll(() => onnxruntime.close());

const definitions = Object.entries(ops) as [OpName, OpDefinition][];

const resized = (type: TensorType, at: number): TensorType => ({
  ...type,
  shape: type.shape.map((n, i) => (i === at ? n + 10 : n)),
});

describe.each(definitions)('%s', (name, op) => {
  const cases = opCases[name].map((one): [string, OpCase] => [
    `${JSON.stringify(Object.fromEntries(defined(one.inputs).map(([key, type]) => [key, type.shape])))} ${JSON.stringify(one.attributes ?? {})}`,
    one,
  ]);

  it('goes by the name it has in the list', () => {
    expect(op.name).toBe(name);
  });

  it('is tried with every input and every output that it may have', () => {
    // What the compiler joins to a product that is a gradient is tried with its kernel.
    const joined = name === 'matmul' ? ['given'] : [];
    const given = new Set(opCases[name].flatMap(({ inputs }) => Object.keys(inputs)));
    expect(op.inputs.filter((input) => !given.has(input))).toEqual(joined);
    const made = new Set(
      cases.flatMap(([, one]) => defined(called(op, one).outputs).map(([output]) => output)),
    );
    expect(op.outputs.filter((output) => !made.has(output))).toEqual([]);
  });

  it.each(cases)('gives its kernel every argument, and no other: %s', (_name, one) => {
    const { call } = called(op, one);
    if (op.lower === undefined) {
      expect(op.inputs).toContain(op.view);
      return;
    }
    const { kernel, arguments: given, split } = op.lower(call);
    expect(Object.keys(given).toSorted()).toEqual(Object.keys(kernels[kernel]).toSorted());
    expect(Number.isInteger(split) && split >= 1).toBe(true);
  });

  it.each(cases)('writes all of the outputs its shape rule promises, and nothing else: %s', (_name, one) => {
    const { graph, tensors, outputs } = called(op, one);
    const runner = new GraphRunner(graph);
    fillInputs(runner, tensors, one);
    const before = new Map(defined(tensors).map(([input, tensor]) => [input, runner.read(tensor)]));
    runner.run();
    for (const [, tensor] of defined(outputs)) {
      if (tensor.dtype === 'float32') expect(runner.read(tensor)).not.toContain(untouched);
    }
    for (const [input, tensor] of defined(tensors)) {
      const changed = JSON.stringify(runner.read(tensor)) !== JSON.stringify(before.get(input));
      if (changed) expect(op.mutates).toContain(input);
      else expect(op.mutates ?? []).not.toContain(input);
    }
    expect(runner.gapsAreUntouched).toBe(true);
  });

  it.each(cases)('gives the same bits however its work is shared: %s', (_name, one) => {
    const results = [1, 2, 3, 16].map((shares) => {
      const { graph, tensors } = called(op, one);
      const runner = new GraphRunner(graph, 'float32');
      fillInputs(runner, tensors, one);
      runner.run(graph.calls, shares);
      return Array.from(new Int32Array(runner.memory.f.buffer));
    });
    for (const result of results) expect(result).toEqual(results[0]);
  });

  it.each(cases)('says what it costs: %s', (_name, one) => {
    const { call } = called(op, one);
    const { multiplyAdds, bytes } = op.cost(call.inputs, call.outputs, call.attributes);
    expect(Number.isInteger(multiplyAdds) && multiplyAdds >= 0).toBe(true);
    expect(Number.isInteger(bytes) && bytes >= (op.view === undefined ? 4 : 0)).toBe(true);
  });

  it.each(cases)('refuses sizes that do not meet, naming both: %s', (_name, one) => {
    let refused = 0;
    const related = defined(one.inputs).filter(([input]) => input !== 'step').length;
    for (const [input, type] of defined(one.inputs)) {
      for (const at of type.shape.keys()) {
        const refusal = refusalOf(() =>
          op.shape({ ...one.inputs, [input]: resized(type, at) }, one.attributes ?? {}),
        );
        if (refusal === undefined) continue;
        refused++;
        for (const sentence of [refusal.text.en, refusal.text.zh]) {
          expect(sentence).toContain(String(type.shape[at] + 10));
          // What a size should be is told by another input; alone, it is told by attributes in the op's own way.
          if (related > 1 && !one.bounded?.includes(input))
            expect(sentence).toMatch(new RegExp(`\\b${type.shape[at]}\\b`));
        }
      }
    }
    if (related > 1 && one.unrelated !== true) expect(refused).toBeGreaterThan(0);
  });

  const required = op.inputs.filter((input) => opCases[name].every(({ inputs }) => input in inputs));
  if (required.length > 0)
    it('refuses to be without an input it needs', () => {
      const one = opCases[name][0];
      for (const input of required) {
        expect(
          refusalOf(() => op.shape({ ...one.inputs, [input]: undefined }, one.attributes ?? {}))?.code,
        ).toBe('missing-input');
      }
    });

  if (op.gradient !== undefined)
    it.each(cases)('has the gradient that central differences find: %s', (_name, one) => {
      const { graph, tensors, outputs, call } = called(op, one);
      const flowing = defined(outputs).filter(([output]) => one.flows?.includes(output) ?? true);
      const dOutputs = Object.fromEntries(
        flowing.map(([output, tensor]) => [
          output,
          graph.tensor({
            name: `d_${output}`,
            role: 'gradient',
            origin: '',
            type: { shape: tensor.shape, dtype: 'float32' },
          }),
        ]),
      );
      const gradients = op.gradient?.(graph.scope('op', 'd', 'gradient'), call, dOutputs) ?? {};
      const runner = new GraphRunner(graph);
      fillInputs(runner, tensors, one);
      fillInputs(runner, dOutputs, { inputs: {} }, 2);
      runner.run();

      // loss = Σ dOutput ⊙ output has exactly these gradients at its outputs.
      const loss = (): number => {
        runner.run([call]);
        return flowing.reduce((sum, [output, tensor]) => {
          const weights = runner.read(dOutputs[output]);
          return sum + runner.read(tensor).reduce((part, value, i) => part + value * weights[i], 0);
        }, 0);
      };

      const checked = defined(gradients);
      expect(checked.length).toBeGreaterThan(0);
      for (const [input, gradient] of checked) {
        const tensor = tensors[input];
        expect(gradient.shape).toEqual(tensor.shape);
        const analytic = runner.read(gradient);
        const values = runner.view(tensor);
        for (const [at, value] of runner.read(tensor).entries()) {
          const h = 1e-5;
          values[at] = value + h;
          const above = loss();
          values[at] = value - h;
          const below = loss();
          values[at] = value;
          const numeric = (above - below) / (2 * h);
          const distance = Math.abs(analytic[at] - numeric);
          expect(distance, `d${input}[${at}]: ${analytic[at]} and ${numeric}`).toBeLessThanOrEqual(
            1e-5 + 1e-3 * Math.abs(numeric),
          );
        }
      }
    });

  if (op.toOnnx !== undefined)
    it.each(cases.filter(([, { trainingOnly }]) => trainingOnly !== true))(
      'is the same in onnxruntime: %s',
      async (_name, one) => {
        const { graph, tensors, outputs, call } = called(op, one);
        const runner = new GraphRunner(graph, 'float32');
        fillInputs(runner, tensors, one);
        runner.run();
        const feed = defined(tensors).map(([, tensor]) => [
          tensor.name,
          {
            shape: tensor.shape,
            data: (tensor.dtype === 'int32' ? Int32Array : Float32Array).from(runner.read(tensor)),
          },
        ]);
        const names = defined(outputs).map(([, tensor]) => tensor.name);
        const answers = await runNodes(op.toOnnx?.(call) ?? [], Object.fromEntries(feed), names);
        for (const [, tensor] of defined(outputs)) {
          const answer = answers[tensor.name];
          expect(answer?.shape).toEqual(tensor.shape);
          const apart = runner.read(tensor).flatMap((value, i) => {
            const isClose = Math.abs(answer?.data[i] - value) <= 1e-6 * Math.max(1, Math.abs(value));
            return isClose ? [] : [`[${i}]: ${value} became ${answer?.data[i]}`];
          });
          expect(apart, tensor.name).toEqual([]);
        }
      },
    );
});

function refusalOf(act: () => unknown): NetwrightError | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    if (error instanceof NetwrightError) return error;
    throw error;
  }
}
