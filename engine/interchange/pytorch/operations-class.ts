import type { InputTypes } from '../../layers/contract.ts';
import { carriedOut } from '../../layers/operations-build.ts';
import {
  type Held,
  operationsName,
  type Program,
  programInputs,
  programOf,
} from '../../layers/operations-program.ts';
import type { Tensor } from '../../ops/contract.ts';
import { Graph } from '../../ops/graph.ts';
import type { OpName } from '../../ops/index.ts';
import { pythonOf } from './operations-python.ts';
import { type PythonCall, pythonSource } from './python-call.ts';
import { helperNames, helpersFor } from './python-helpers.ts';

const deeper = (lines: readonly string[]): string => lines.map((line) => `        ${line}`).join('\n');

/** A program as a class of PyTorch, one line of `forward` for each of its ops, behind the functions that these call. */
export function operationsClass(source: string, types: InputTypes): readonly string[] {
  const program = programOf(source);
  const used = programInputs.filter((name) => program?.reads.has(name));
  const isWired = program !== undefined && used.every((name) => types[name] !== undefined);
  const lines = isWired ? forwardOf(program, types) : ['raise NotImplementedError'];
  const own = `class ${operationsName(source, types)}(nn.Module):
    def __init__(self):
        super().__init__()
${deeper((program?.held ?? []).map(heldOf))}
    def forward(${['self', ...used].join(', ')}):
${deeper(lines)}`;
  return [...helpersFor(own), own];
}

const placeOf = ({ name, kind }: Held): string => (kind === 'whole' ? `self.${name}.long()` : `self.${name}`);

function heldOf({ name, shape, kind, values }: Held): string {
  const size = shape.join(', ');
  return kind === 'weight'
    ? `self.${name} = nn.Parameter(torch.randn(${size}) / ${Math.max(1, shape[0] as number)}**0.5)`
    : `self.register_buffer("${name}", torch.tensor(${listed(values as Float32Array)}).reshape(${size}))`;
}

/** `[0.5] * 3 + [-1.0, 2.0]` */
function listed(values: Float32Array): string {
  const parts: string[] = [];
  let alone: string[] = [];
  const close = (): void => {
    if (alone.length > 0) parts.push(`[${alone.join(', ')}]`);
    alone = [];
  };
  for (let at = 0, end = 0; at < values.length; at = end) {
    end = at + 1;
    while (end < values.length && Object.is(values[end], values[at])) end++;
    const value = pythonFloat(values[at] as number);
    if (end - at < 4) alone.push(...new Array<string>(end - at).fill(value));
    else {
      close();
      parts.push(`[${value}] * ${end - at}`);
    }
  }
  close();
  return parts.join(' + ');
}

const pythonFloat = (value: number): string =>
  Number.isInteger(value) ? `${Object.is(value, -0) ? '-0' : value}.0` : pythonSource(value);

/** What is not called as a function that the class may call. */
function freeName(name: string, taken: readonly string[]): string {
  return taken.includes(`${name}_`) ? freeName(`${name}_`, taken) : `${name}_`;
}

function forwardOf(program: Program, types: InputTypes): string[] {
  const graph = new Graph('eval', 0, 2);
  const tensor = (name: string, { shape, dtype }: Pick<Tensor, 'shape' | 'dtype'>): Tensor =>
    graph.tensor({ name, role: 'input', origin: '', type: { shape, dtype } });
  const inputs = Object.fromEntries(
    Object.entries(types).flatMap(([name, type]) => (type === undefined ? [] : [[name, tensor(name, type)]])),
  );
  const weights = Object.fromEntries(
    program.held.map(({ name, shape }) => [name, tensor(name, { shape, dtype: 'float32' })]),
  );
  carriedOut(graph.scope('python', 'python'), program, inputs, weights);
  const names = new Map(program.held.map((held) => [held.name, placeOf(held)]));
  const made = program.statements.flatMap(({ outputs }) => outputs);
  for (const name of made) if (helperNames.includes(name)) names.set(name, freeName(name, made));
  const nameOf = (name: string): string => names.get(name) ?? name;
  const calls = graph.calls.slice(-program.statements.length || graph.calls.length);
  const lines = program.statements.map(({ op, inputs: given, outputs, attributes }, at) => {
    const call: PythonCall = {
      input: (name) => given[name] && nameOf(given[name]),
      type: (name) => calls[at]?.inputs[name],
      source: (name) => (attributes[name] === undefined ? undefined : pythonSource(attributes[name])),
      value: (name) => attributes[name],
    };
    return `${outputs.map(nameOf).join(', ')} = ${pythonOf[op.name as OpName]?.(call)}`;
  });
  return [...lines, `return ${program.results.map(nameOf).join(', ')}`];
}
