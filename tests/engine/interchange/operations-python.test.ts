import { beforeAll, describe, expect, it } from 'vitest';
import { pythonOf } from '../../../engine/interchange/pytorch/operations-python.ts';
import { type PythonCall, pythonSource } from '../../../engine/interchange/pytorch/python-call.ts';
import { helperNames, helpersFor } from '../../../engine/interchange/pytorch/python-helpers.ts';
import type { OpDefinition, Tensor } from '../../../engine/ops/contract.ts';
import { type OpName, ops } from '../../../engine/ops/index.ts';
import { GraphRunner } from '../graph-runner.ts';
import { called, defined, fillInputs } from '../ops/called-op.ts';
import { type OpCase, opCases } from '../ops/op-cases.ts';
import { inTorch, type TorchAnswer, type TorchTask, type TorchTensor, torch } from '../torch-runner.ts';

const definitions = Object.entries(ops) as [OpName, OpDefinition][];
const written = definitions.filter(([name]) => name in pythonOf);
/** Ways to call an op when a network is used. */
const usable = (name: OpName): readonly OpCase[] =>
  opCases[name].filter(({ trainingOnly }) => trainingOnly !== true);

/** One way to call an op as its writer sees it; `asked` gathers the names that the writer asks for. */
function pythonCall({ inputs, attributes = {} }: OpCase, asked: Set<string> = new Set()): PythonCall {
  const own = <T>(values: Readonly<Record<string, T>>, name: string): T | undefined => {
    asked.add(name);
    return values[name];
  };
  return {
    input: (name) => (own(inputs, name) === undefined ? undefined : name),
    type: (name) => own(inputs, name),
    source(name) {
      const value = own(attributes, name);
      return value === undefined ? undefined : pythonSource(value);
    },
    value: (name) => own(attributes, name),
  };
}

const pythonFor = (name: OpName, one: OpCase, asked?: Set<string>): string =>
  pythonOf[name]?.(pythonCall(one, asked)) ?? '';

describe('ops in Python', () => {
  it('are all that a network in ONNX is made of', () => {
    const missing = definitions.filter(([name, op]) => 'toOnnx' in op && !(name in pythonOf));
    expect(missing.map(([name]) => name)).toEqual([]);
  });

  it.each(written)('%s reads what its op has, and nothing else', (name, op) => {
    const asked = new Set<string>();
    for (const one of usable(name)) pythonFor(name, one, asked);
    const attributes = opCases[name].flatMap((one) => Object.keys(one.attributes ?? {}));
    const known = new Set([...op.inputs, ...attributes]);
    expect([...asked].filter((each) => !known.has(each))).toEqual([]);
    // Whatever an op can be called with changes what comes out.
    const used = usable(name).flatMap((one) => [
      ...Object.keys(one.inputs),
      ...Object.keys(one.attributes ?? {}),
    ]);
    expect([...new Set(used)].filter((each) => !asked.has(each))).toEqual([]);
  });

  it.each(written)('%s is written with every input that it is given', (name) => {
    for (const one of usable(name)) {
      const python = pythonFor(name, one);
      for (const input of Object.keys(one.inputs)) expect(python).toMatch(new RegExp(`\\b${input}\\b`));
    }
  });

  it('call no function that is neither PyTorch’s nor comes along', () => {
    const all = written.flatMap(([name]) => usable(name).map((one) => pythonFor(name, one)));
    const bare = all.flatMap((python) =>
      [...python.matchAll(/(?<![\w.])([a-z]\w*)\(/g)].map(([, name]) => name),
    );
    expect([...new Set(bare)].filter((name) => name !== 'float').toSorted()).toEqual(
      helperNames.filter((name) => all.some((python) => python.includes(`${name}(`))).toSorted(),
    );
    const sources = helpersFor(all.join('\n'));
    expect(sources.map((source) => /^def (\w+)/.exec(source)?.[1])).toEqual(helperNames);
    expect(helpersFor('y = F.attention(x)')).toEqual([]);
  });

  it('keep what grows with the batch as it is', () => {
    const call = pythonCall({
      inputs: { x: { shape: [4, 6], dtype: 'float32' } },
      attributes: { shape: [8, 3] },
    });
    const growing = { ...call, source: () => '[8 * B, 3]', value: () => undefined };
    expect(pythonOf.reshape?.(growing)).toBe('x.reshape(8 * B, 3)');
  });
});

describe.skipIf(torch === undefined)('ops in PyTorch', () => {
  const all = written.map(([name, op]) => ({
    name,
    all: usable(name).map((one) => computed(name, op, one)),
  }));
  let answers: readonly TorchAnswer[] = [];
  beforeAll(() => {
    const tasks = all.flatMap((one) => one.all.map(({ task }) => task));
    if (torch !== undefined) answers = inTorch(torch, tasks);
  });

  let before = 0;
  const counted = all.map((one) => {
    const first = before;
    before += one.all.length;
    return { ...one, first };
  });
  it.each(counted)('$name comes to the same', ({ all: cases, first }) => {
    for (const [at, one] of cases.entries()) expectAlike(one, answers[first + at]);
  });

  it.each([0, 1])('topK takes equal numbers in the same order, last = %i', (last) => {
    const one: OpCase = {
      inputs: { x: { shape: [2, 6], dtype: 'float32' } },
      attributes: { axis: 1, k: 4, last },
    };
    const tied = [2, 1, 2, 1, 2, 0, 0, 0, 0, 1, 1, 1];
    const ours = computed('topK', ops.topK, one, { x: tied });
    expect(ours.outputs[1]?.values).toEqual(last === 1 ? [4, 2, 0, 3, 5, 4, 3, 2] : [0, 2, 4, 1, 3, 4, 5, 0]);
    if (torch !== undefined) expectAlike(ours, inTorch(torch, [ours.task])[0]);
  });
});

interface Computed {
  readonly outputs: readonly TorchTensor[];
  readonly task: TorchTask;
}

/** What the reference kernels make of random inputs, or of those that are given, and the same as a task for Python. */
function computed(
  name: OpName,
  op: OpDefinition,
  one: OpCase,
  own: Readonly<Record<string, readonly number[]>> = {},
): Computed {
  const { graph, tensors, outputs } = called(op, one);
  const runner = new GraphRunner(graph, 'float32');
  fillInputs(runner, tensors, one);
  for (const [input, values] of Object.entries(own)) runner.write(tensors[input] as Tensor, values);
  const read = (tensor: Tensor): TorchTensor => ({
    shape: tensor.shape,
    dtype: tensor.dtype,
    values: runner.read(tensor),
  });
  const inputs = Object.fromEntries(defined(tensors).map(([input, tensor]) => [input, read(tensor)]));
  runner.run();
  const expression = pythonFor(name, one);
  return {
    outputs: defined(outputs).map(([, tensor]) => read(tensor)),
    task: { helpers: helpersFor(expression), inputs, expression },
  };
}

function expectAlike({ outputs, task: { expression } }: Computed, answer: TorchAnswer | undefined): void {
  if (answer === undefined || 'error' in answer)
    throw new Error(`${expression}: ${answer?.error ?? 'no answer'}`);
  expect(
    answer.outputs.map(({ shape, dtype }) => ({ shape, dtype })),
    expression,
  ).toEqual(outputs.map(({ shape, dtype }) => ({ shape, dtype })));
  for (const [at, { values }] of outputs.entries()) {
    const found = answer.outputs[at]?.values ?? [];
    for (const [i, value] of values.entries()) {
      const distance = Math.abs((found[i] as number) - value);
      expect(distance, `${expression}, at ${i}`).toBeLessThanOrEqual(1e-6 + 1e-5 * Math.abs(value));
    }
  }
}
