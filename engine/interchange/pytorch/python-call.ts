import type { TensorType } from '../../declaration/tensor-type.ts';

/** An op as PyTorch writes it: what the writer of a line asks for. */
export interface PythonCall {
  /**
   * Python for an input by the op's name for it: a name, or something that binds as tightly, such as `self.weight`. Undefined
   * for an optional one that is absent.
   */
  input(name: string): string | undefined;
  /** The type of that input; sizes that hang on the batch are those of one batch. */
  type(name: string): TensorType | undefined;
  /** An attribute as Python: a number, a string, or a list in brackets; sizes that grow with the batch are terms such as `4 * B`. */
  source(name: string): string | undefined;
  /** An attribute that does not hang on the batch. */
  value(name: string): number | string | boolean | readonly number[] | undefined;
}

/** A value as Python writes it. */
export function pythonSource(value: number | string | boolean | readonly number[]): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value !== 'number') return `[${value.map(pythonSource).join(', ')}]`;
  return Number.isFinite(value) ? String(value) : `float("${String(value).replace('Infinity', 'inf')}")`;
}

/** What stands for an input that the op cannot do without. */
export function operand(call: PythonCall, name = 'x'): string {
  const input = call.input(name);
  if (input === undefined) throw new Error(`there is no input ${name}`);
  return input;
}

export function shapeOf(call: PythonCall, name = 'x'): readonly number[] {
  const type = call.type(name);
  if (type === undefined) throw new Error(`there is no input ${name}`);
  return type.shape;
}

export function numberOf(call: PythonCall, name: string): number {
  const value = call.value(name);
  if (typeof value === 'number') return value;
  throw new Error(`${name} is no plain number`);
}

export function listOf(call: PythonCall, name: string): readonly number[] {
  const value = call.value(name);
  if (Array.isArray(value)) return value as readonly number[];
  throw new Error(`${name} is no plain list`);
}

export function sourceOf(call: PythonCall, name: string): string {
  const source = call.source(name);
  if (source === undefined) throw new Error(`there is no ${name}`);
  return source;
}

/** The terms of a list. */
export const termsOf = (call: PythonCall, name: string): readonly string[] =>
  sourceOf(call, name)
    .replaceAll(/[[\]]/g, '')
    .split(',')
    .map((term) => term.trim())
    .filter((term) => term !== '');

export const isSet = (call: PythonCall, name: string): boolean => call.value(name) === 1;

/** `(2, 3)`, and `(2,)` for one alone. */
export const tuple = (terms: readonly (number | string)[]): string =>
  terms.length === 1 ? `(${terms[0]},)` : `(${terms.join(', ')})`;

/** One number where it holds for every axis, as PyTorch takes it. */
export const perAxis = (sizes: readonly number[]): string =>
  sizes.every((size) => size === sizes[0]) ? `${sizes[0]}` : tuple(sizes);

/** `, stride=2`, and nothing where PyTorch takes that anyway. */
export const option = (name: string, sizes: readonly number[], usual: readonly number[]): string =>
  sizes.every((size, axis) => size === usual[axis]) ? '' : `, ${name}=${perAxis(sizes)}`;

/** An input with one number for each of something, as a vector. */
export function vector(call: PythonCall, name: string): string | undefined {
  const input = call.input(name);
  return input === undefined || shapeOf(call, name).length === 1 ? input : `${input}.flatten()`;
}

/** What an op that a ReLU was joined with ends in. */
export const withEpilogue = (call: PythonCall, expression: string): string =>
  isSet(call, 'epilogue') ? `torch.relu(${expression})` : expression;
