import { elementCount, sameShape } from '../../../declaration/tensor-type.ts';
import { operations } from '../../../layers/operations.ts';
import { attributesOf } from '../../../layers/operations-attributes.ts';
import { programInputs, programOps, programOutputs } from '../../../layers/operations-program.ts';
import { add } from '../../../ops/add.ts';
import { concat } from '../../../ops/concat.ts';
import type { Attributes, OpCall, OpDefinition, Tensor } from '../../../ops/contract.ts';
import { multiply } from '../../../ops/multiply.ts';
import { padAxis } from '../../../ops/slice.ts';
import type { Computation, Twins } from './computation.ts';
import type { DrawnLayer } from './drawing.ts';

/** Inputs of ops that nothing but weights are given. */
const weightPorts: ReadonlySet<string> = new Set(['w', 'gamma', 'beta', 'table', 'slope']);
/** Numbers beyond this are no weights: they hide scores from a softmax, or stand for infinity. */
const mostOfWeight = 1e4;
/** One number as far below zero as this among zeros alone hides too. */
const hiding = -50;
/** Characters of all the numbers that a program tells; what goes beyond is kept as weights. */
const mostToldLength = 300_000;

/** Some calls as a layer that carries them out, where they can be said in its language for any number of rows. */
export function pieceLayer(
  calls: readonly OpCall[],
  computation: Computation,
  twins: Twins,
  isResult: (tensor: Tensor) => boolean,
): DrawnLayer | { readonly missing: readonly OpCall[] } {
  const writer = new PieceWriter(computation, twins);
  const wrong = calls.filter((call) => !writer.write(call));
  if (wrong.length > 0) return { missing: wrong };
  const results = calls.flatMap(({ outputs }) => Object.values(outputs)).filter(isResult);
  const program = results.length > programOutputs.length ? undefined : writer.program(results);
  const { wires, weights, numbers } = writer;
  const types = Object.fromEntries(
    Object.entries(wires).map(([port, { shape, dtype }]) => [port, { shape, dtype }]),
  );
  const problems = program === undefined ? [] : operations.check({ program }, types);
  if (program === undefined || problems.some(({ severity }) => severity !== 'warning'))
    return { missing: calls };
  return {
    origin: commonOrigin(calls.map(({ origin }) => origin)),
    layer: {
      type: operations.type,
      params: { program },
      wires,
      numbers,
      ...(Object.keys(weights).length > 0 && { weights }),
    },
    outputs: results,
    ports: programOutputs,
  };
}

/** Where a tensor is needed. */
interface Use {
  readonly port: string;
  readonly call: OpCall;
  /** The call is one of those that were joined: what is known there belongs to their layer. */
  readonly isPart: boolean;
}

const isBias = ({ port, call }: Use): boolean =>
  port === 'b' && (call.op.name === 'linear' || call.op.name === 'convolution');
const weightName = (use: Use): string =>
  weightPorts.has(use.port) ? use.port : isBias(use) || use.isPart ? 'b' : 'w';

/** Whether numbers are there to hide something, and not to be learnt. */
function hides(values: Float32Array): boolean {
  const [least = 0] = [...values].toSorted((a, b) => a - b);
  const isMask = least <= hiding && values.every((value) => value === 0 || value === least);
  return isMask || values.some((value) => !(Math.abs(value) <= mostOfWeight));
}

class PieceWriter {
  readonly wires: Record<string, Tensor> = {};
  readonly weights: Record<string, Float32Array> = {};
  readonly numbers: Record<string, Float32Array> = {};
  private readonly computation: Computation;
  private readonly twins: Twins;
  private readonly names = new Map<Tensor, string>();
  private readonly taken = new Set<string>([...programInputs, 'return']);
  private readonly held: string[] = [];
  private readonly lines: string[] = [];
  private inputs = 0;
  private toldLength = 0;

  constructor(computation: Computation, twins: Twins) {
    this.computation = computation;
    this.twins = twins;
  }

  /** False where the language has no words for it. */
  write(call: OpCall, isPart = false): boolean {
    if (call.op.name === 'batchNormInference') return this.writeBatchNorm(call);
    const sayable = attributesOf(call.op.name);
    const isPlain =
      Object.entries(call.inputs).every(
        ([name, tensor]) => tensor === undefined || call.op.inputs.includes(name),
      ) && Object.keys(call.attributes).every((name) => name in sayable);
    const parts = this.computation.parts.get(call);
    if (!isPlain) return parts?.every((part) => this.write(part, true)) === true;
    if (call.op === (concat as OpDefinition) && this.writeBeside(call)) return true;
    const attributes = this.attributesOf(call);
    if (attributes === undefined || !programOps.has(call.op.name)) return false;
    const inputs = call.op.inputs.map((name) => this.nameOf(call.inputs[name], { port: name, call, isPart }));
    this.line(call.op, inputs, attributes, Object.values(call.outputs));
    return inputs.every((name) => name !== undefined);
  }

  /** The text, with what goes out of it; undefined where it takes more than the layer has ports for. */
  program(results: readonly Tensor[]): string | undefined {
    const named = results.map((result) => this.names.get(result));
    if (this.inputs > programInputs.length || named.includes(undefined)) return undefined;
    return [...this.held, ...this.lines, `return ${named.join(', ')}`].join('\n');
  }

  private line(
    op: OpDefinition,
    inputs: readonly (string | undefined)[],
    attributes: Attributes,
    outputs: readonly Tensor[],
  ): void {
    const given = inputs.slice(0, inputs.findLastIndex((name) => name !== '_') + 1);
    const told = Object.entries(attributes).map(([name, value]) => `${name}=${attributeText(value)}`);
    const made = outputs.map((tensor) => this.define(tensor, 'h'));
    this.lines.push(`${made.join(', ')} = ${op.name}(${[...given, ...told].join(', ')})`);
  }

  /** Statistics that are known make a scale and a shift of it. */
  private writeBatchNorm({ inputs, outputs, attributes }: OpCall): boolean {
    const { x } = inputs;
    const { held } = this.computation;
    const [gamma, beta, mean, variance] = ['gamma', 'beta', 'mean', 'variance'].map((name) =>
      held(inputs[name]),
    );
    const y = outputs['y'];
    if (x === undefined || y === undefined || mean === undefined || variance === undefined) return false;
    const isWhole = inputs['residual'] === undefined && attributes['epilogue'] !== 1;
    const epsilon = Number(attributes['epsilon']);
    const scale = Float32Array.from(variance, (v, c) => (gamma?.[c] ?? 1) / Math.sqrt(v + epsilon));
    const shift = Float32Array.from(mean, (m, c) => (beta?.[c] ?? 0) - m * (scale[c] as number));
    const shape = [mean.length, ...x.shape.slice(2).map(() => 1)];
    const name = this.nameOf(x);
    const scaled = this.fresh('h');
    this.lines.push(`${scaled} = ${multiply.name}(${name}, ${this.weight('gamma', shape, scale)})`);
    this.line(add as OpDefinition, [scaled, this.weight('beta', shape, shift)], {}, [y]);
    return isWhole && name !== undefined;
  }

  /**
   * Known parts that are the same for every sample, beside computed ones: put where the computed ones leave room for them.
   * False for anything else.
   */
  private writeBeside({ inputs, outputs, attributes }: OpCall): boolean {
    const axis = Number(attributes['axis']);
    const parts = Object.values(inputs).filter((part) => part !== undefined);
    const known = parts.map((part) => this.computation.held(part));
    const [from, to] = [known.indexOf(undefined), known.lastIndexOf(undefined) + 1];
    const grows = parts.some(
      (part) => !sameShape(part.shape, this.twins.tensors.get(part)?.shape ?? part.shape),
    );
    const isInARow = !known.slice(from, to).some((values) => values !== undefined);
    const y = outputs['y'];
    if (axis < 1 || !grows || !isInARow || y === undefined || to - from === parts.length) return false;
    const shapes = parts.map((part, at) => {
      const values = known[at];
      return values === undefined ? part.shape.with(0, 1) : this.heldShape(part, values);
    });
    if (!shapes.every((shape) => shape?.[0] === 1)) return false;
    const runs = shapes.map((shape = []) => elementCount(shape.slice(axis)));
    const width = runs.reduce((sum, run) => sum + run, 0);
    const added = new Float32Array(elementCount(y.shape.slice(1)));
    let start = 0;
    for (const [at, run] of runs.entries()) {
      const values = known[at] ?? [];
      for (let i = 0; i < (values.length > 0 ? added.length / width : 0); i++)
        added.set(values.slice(i * run, (i + 1) * run), i * width + start);
      start += run;
    }
    const sizes = parts.map(({ shape }) => shape[axis] as number);
    const sum = (some: readonly number[]): number => some.reduce((total, size) => total + size, 0);
    const names = parts.slice(from, to).map((part) => this.nameOf(part));
    let name = names[0] ?? '_';
    if (names.length > 1) {
      name = this.fresh('h');
      this.lines.push(`${name} = ${concat.name}(${names.join(', ')}, axis=${axis})`);
    }
    const wide = this.fresh('h');
    const room = `before=${sum(sizes.slice(0, from))}, after=${sum(sizes.slice(to))}`;
    this.lines.push(`${wide} = ${padAxis.name}(${name}, axis=${axis}, ${room})`);
    const beside = this.told('numbers', [1, ...y.shape.slice(1)], added);
    this.line(add as OpDefinition, [wide, beside], {}, [y]);
    return true;
  }

  /** `_` for an absent one; undefined where its numbers cannot be told. */
  private nameOf(tensor: Tensor | undefined, use?: Use): string | undefined {
    if (tensor === undefined) return '_';
    const known = this.names.get(tensor);
    if (known !== undefined) return known;
    const values = this.computation.held(tensor);
    if (values !== undefined) return this.heldName(tensor, values, use);
    const name = programInputs[this.inputs++] ?? '';
    this.wires[name] = tensor;
    this.names.set(tensor, name);
    return name;
  }

  private heldName(
    tensor: Tensor,
    values: Float32Array | Int32Array,
    use: Use | undefined,
  ): string | undefined {
    const shape = this.heldShape(tensor, values);
    if (shape === undefined) return undefined;
    const own = values.subarray(0, elementCount(shape));
    const name =
      own instanceof Float32Array && use !== undefined && this.isWeight(tensor, own, use)
        ? this.weight(weightName(use), shape, own)
        : this.told(values instanceof Int32Array ? 'whole' : 'numbers', shape, own);
    if (name !== undefined) this.names.set(tensor, name);
    return name;
  }

  /** Its own; where that hangs on the number of rows, once what all rows have alike. */
  private heldShape(tensor: Tensor, values: Float32Array | Int32Array): readonly number[] | undefined {
    const { shape } = tensor;
    const twin = this.twins.tensors.get(tensor);
    if (twin === undefined || sameShape(shape, twin.shape)) return shape.length === 0 ? [1] : shape;
    const row = shape.slice(1);
    const size = elementCount(row);
    const isAlike = values.every((value, at) => Object.is(value, values[at % size]));
    return isAlike && sameShape(row, twin.shape.slice(1)) ? [1, ...row] : undefined;
  }

  private isWeight(tensor: Tensor, values: Float32Array, use: Use): boolean {
    if (this.computation.isFixed(tensor)) return false;
    return use.isPart || weightPorts.has(use.port) || isBias(use) || !hides(values);
  }

  private weight(wanted: string, shape: readonly number[], values: Float32Array): string {
    const name = this.fresh(wanted);
    this.weights[name] = Float32Array.from(values);
    const along = shape.filter((size) => size > 1);
    const isVector = shape.length > 1 && along.length <= 1 && wanted !== 'w';
    this.held.push(`${name} = weight [${isVector ? (along[0] ?? 1) : shape.join(', ')}]`);
    if (!isVector) return name;
    // A bias or a scale is a vector, as regularisation knows them.
    const shaped = this.fresh('h');
    this.lines.push(`${shaped} = reshape(${name}, shape=[${shape.join(', ')}])`);
    return shaped;
  }

  /** Undefined for whole numbers that are too many to be told: they are no weights. */
  private told(
    kind: 'numbers' | 'whole',
    shape: readonly number[],
    values: Float32Array | Int32Array,
  ): string | undefined {
    const listed = listText(values);
    if (this.toldLength + listed.length > mostToldLength)
      return values instanceof Float32Array ? this.weight('table', shape, values) : undefined;
    this.toldLength += listed.length;
    const name = this.fresh(kind === 'whole' ? 'i' : 'k');
    this.held.push(`${name} = ${kind} [${shape.join(', ')}] ${listed}`);
    this.numbers[name] = Float32Array.from(values);
    return name;
  }

  private define(tensor: Tensor, wanted: string): string {
    const name = this.fresh(wanted);
    this.names.set(tensor, name);
    return name;
  }

  private fresh(wanted: string): string {
    let name = wanted;
    for (let n = 2; this.taken.has(name); n++) name = `${wanted}${n}`;
    this.taken.add(name);
    return name;
  }

  /** Undefined where an attribute hangs on the number of rows. */
  private attributesOf(call: OpCall): Attributes | undefined {
    const { op, attributes } = call;
    const y = call.outputs['y'];
    const twin = y && this.twins.tensors.get(y);
    if (op.name === 'reshape' && y !== undefined) {
      const isOpen = (axis: number): boolean => twin !== undefined && y.shape[axis] !== twin.shape[axis];
      const shape = y.shape.map((size, axis) => (isOpen(axis) ? -1 : size));
      return shape.filter((size) => size === -1).length <= 1 ? { shape } : undefined;
    }
    const other = this.twins.calls.get(call)?.attributes;
    return other === undefined || JSON.stringify(other) === JSON.stringify(attributes)
      ? attributes
      : undefined;
  }
}

function attributeText(value: Attributes[string] | undefined): string {
  if (typeof value === 'object') return `[${value.join(', ')}]`;
  return typeof value === 'number' ? shortest(value, true) : String(value);
}

/** `0.5*3 -1`: what stands several times in a row is told once. */
function listText(values: Float32Array | Int32Array): string {
  const parts: string[] = [];
  for (let at = 0; at < values.length; ) {
    let end = at + 1;
    while (end < values.length && Object.is(values[end], values[at])) end++;
    const value = shortest(values[at] as number, values instanceof Float32Array);
    parts.push(end - at > 1 ? `${value}*${end - at}` : value);
    at = end;
  }
  return parts.join(' ');
}

/** The fewest digits that give the same float32. */
function shortest(value: number, isFloat: boolean): string {
  if (!isFloat || Number.isInteger(value)) return Object.is(value, -0) ? '-0' : String(value);
  for (let digits = 6; digits <= 9; digits++) {
    const rounded = Number(value.toPrecision(digits));
    if (Math.fround(rounded) === Math.fround(value)) return String(rounded);
  }
  return String(value);
}

/** What the names of all of them begin with, up to a word's end; the first of all where that is nothing. */
function commonOrigin(origins: readonly string[]): string {
  const [first = '', ...rest] = origins;
  const words = first.split('/');
  const count = words.findIndex((word, at) => rest.some((other) => other.split('/')[at] !== word));
  const common = (count === -1 ? words : words.slice(0, count)).join('/');
  return common.replaceAll('/', '') === '' ? first : common;
}
