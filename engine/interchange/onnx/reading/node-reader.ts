import { elementCount, shapeText } from '../../../declaration/tensor-type.ts';
import { type Text, text } from '../../../declaration/text.ts';
import type { Attribute, ModelNode, OnnxGraph } from '../model.ts';
import { type Constant, readConstant } from './constant.ts';
import type { Value } from './known-tensors.ts';
import { misfit, unsupportedForm } from './misfit.ts';
import type { ValueBuilder } from './value-builder.ts';

/**
 * What one ONNX operator means here: emits ops for a node and hands back its outputs, one alone or in order. Throws a Misfit
 * for what does not fit or has no form here.
 */
export type Operator = (node: NodeReader, build: ValueBuilder) => Value | readonly (Value | undefined)[];

/** A node of a graph as an operator asks about it. */
export class NodeReader {
  readonly opType: string;
  /** Of the standard operator set that the model was written for. */
  readonly opset: number;
  private readonly node: ModelNode;
  readonly inputs: readonly (Value | undefined)[];
  /** Names of all values that something reads. */
  private readonly wanted: ReadonlySet<string>;
  private readonly readWithin: (graph: OnnxGraph) => readonly (Value | undefined)[];

  constructor(
    node: ModelNode,
    opset: number,
    inputs: readonly (Value | undefined)[],
    wanted: ReadonlySet<string>,
    readWithin: (graph: OnnxGraph) => readonly (Value | undefined)[],
  ) {
    this.opType = node.opType;
    this.opset = opset;
    this.node = node;
    this.inputs = inputs;
    this.wanted = wanted;
    this.readWithin = readWithin;
  }

  /** The same node with other values for its inputs. */
  reading(inputs: readonly (Value | undefined)[]): NodeReader {
    return new NodeReader(this.node, this.opset, inputs, this.wanted, this.readWithin);
  }

  get values(): readonly Value[] {
    return this.inputs.filter((value) => value !== undefined);
  }

  get inputCount(): number {
    return this.inputs.length;
  }

  get outputCount(): number {
    return this.node.outputs.length;
  }

  /** Whether anything reads that output. */
  isWanted(output: number): boolean {
    return this.wanted.has(this.node.outputs[output] ?? '');
  }

  maybe(input: number): Value | undefined {
    return this.inputs[input];
  }

  value(input: number): Value {
    const value = this.inputs[input];
    if (value !== undefined) return value;
    throw misfit(text(`expected an input ${input + 1}, found none`, `应有第 ${input + 1} 个输入，实际没有`));
  }

  /** A value of real numbers with at least `rank` axes. */
  floats(input: number, rank = 0): Value {
    const value = this.value(input);
    if (value.shape.length < rank) {
      throw misfit(
        text(
          `expected input ${input + 1} to have at least ${rank} dimensions, found ${shapeText(value.shape)}`,
          `第 ${input + 1} 个输入至少应有 ${rank} 个维度，实际为 ${shapeText(value.shape)}`,
        ),
      );
    }
    if (value.type === 'float32') return value;
    throw unsupportedForm(text(`${value.type} computed when the model runs`, `运行时计算的 ${value.type}`));
  }

  /** What there is no op for, and so must be worked out while the graph is read. */
  constant(input: number): Constant {
    const value = this.value(input);
    if (value.kind === 'constant') return value;
    throw unsupportedForm(text('what is computed when the model runs', '运行时才算出的输入'));
  }

  /** What shapes the node: sizes, axes, indices, bounds. */
  known(input: number): Constant {
    const value = this.value(input);
    if (value.kind === 'constant') return value;
    if (value.kind === 'computed' && value.expected !== undefined) return value.expected;
    throw unsupportedForm(
      text(
        `a form that hangs on the values of input ${input + 1}, computed when the model runs,`,
        `形状取决于第 ${input + 1} 个输入、而其值要到运行时才算出的情形`,
      ),
    );
  }

  maybeKnown(input: number): Constant | undefined {
    return this.maybe(input) && this.known(input);
  }

  /** A single number that must be known. */
  knownNumber(input: number, otherwise: number): number {
    return this.maybeKnown(input)?.values[0] ?? otherwise;
  }

  /** Whole numbers: an input of newer operator sets, an attribute of older ones. */
  intsFrom(input: number, name: string): readonly number[] | undefined {
    const value = this.maybeKnown(input);
    return value === undefined ? this.maybeInts(name) : [...value.values];
  }

  /** An axis of x, counted from the front. */
  axis(x: Value, otherwise: number, name = 'axis'): number {
    return axisOf(this.int(name, otherwise), x.shape.length);
  }

  int(name: string, otherwise: number): number {
    const found = this.attribute(name);
    if (found === undefined) return otherwise;
    if (found.kind === 'int') return Number(found.value);
    throw wrongKind(name, text('a whole number', '整数'));
  }

  float(name: string, otherwise: number): number {
    const found = this.attribute(name);
    if (found === undefined) return otherwise;
    if (found.kind === 'float') return found.value;
    throw wrongKind(name, text('a number', '数值'));
  }

  string(name: string, otherwise: string): string {
    const found = this.attribute(name);
    if (found === undefined) return otherwise;
    if (found.kind === 'string') return new TextDecoder().decode(found.value);
    throw wrongKind(name, text('text', '文本'));
  }

  maybeInts(name: string): readonly number[] | undefined {
    const found = this.attribute(name);
    if (found === undefined) return undefined;
    if (found.kind === 'ints') return found.value.map(Number);
    throw wrongKind(name, text('whole numbers', '一串整数'));
  }

  maybeFloats(name: string): readonly number[] | undefined {
    const found = this.attribute(name);
    if (found === undefined) return undefined;
    if (found.kind === 'floats') return found.value;
    throw wrongKind(name, text('numbers', '一串数值'));
  }

  /** Whole numbers, one for each axis of an image: positive unless `least` says otherwise. */
  perAxis(name: string, count: number, otherwise: number, least = 1): readonly number[] {
    const found = this.maybeInts(name) ?? new Array<number>(count).fill(otherwise);
    const fits = (n: number): boolean => Number.isInteger(n) && n >= least && n <= mostPerAxis;
    if (found.length === count && found.every(fits)) return found;
    throw misfit(
      text(
        `expected ${name} to be ${count} whole numbers from ${least} to ${mostPerAxis}, found ${shapeText(found)}`,
        `${name} 应为 ${count} 个 ${least} 到 ${mostPerAxis} 的整数，实际为 ${shapeText(found)}`,
      ),
    );
  }

  maybeTensor(name: string): Constant | undefined {
    const found = this.attribute(name);
    if (found === undefined) return undefined;
    if (found.kind === 'tensor') return readConstant(found.value, text(`attribute ${name}`, `属性 ${name} `));
    throw wrongKind(name, text('a tensor', '张量'));
  }

  /** What a graph that the node holds gives out. */
  outputsOf(name: string): readonly (Value | undefined)[] {
    const found = this.attribute(name);
    if (found?.kind === 'graph') return this.readWithin(found.value);
    throw wrongKind(name, text('a graph', '子图'));
  }

  attribute(name: string): Attribute | undefined {
    return this.node.attributes.find((attribute) => attribute.name === name);
  }
}

const wrongKind = (name: string, expected: Text) =>
  misfit(
    text(
      `expected ${name} to be ${expected.en}, found something else`,
      `${name} 应为${expected.zh}，实际为其他内容`,
    ),
  );

/** Kernels take sizes, strides and paddings as words of 32 bits. */
const mostPerAxis = 2 ** 31 - 1;

/** An axis that may be counted from the end, counted from the front. */
export function axisOf(axis: number, rank: number): number {
  const found = axis < 0 ? axis + rank : axis;
  if (Number.isInteger(found) && found >= 0 && found < Math.max(rank, 1)) return found;
  throw misfit(
    text(
      `expected an axis from ${-rank} to ${rank - 1}, found ${axis}`,
      `轴应为 ${-rank} 到 ${rank - 1}，实际为 ${axis}`,
    ),
  );
}

/** Each once, counted from the front, in order. */
export function axesOf(axes: readonly number[], rank: number): readonly number[] {
  const found = axes.map((axis) => axisOf(axis, rank)).toSorted((a, b) => a - b);
  if (new Set(found).size === found.length) return found;
  throw misfit(
    text(
      `expected each axis once, found ${shapeText(axes)}`,
      `每个轴应只出现一次，实际为 ${shapeText(axes)}`,
    ),
  );
}

export const isEmpty = (value: Value): boolean => elementCount(value.shape) === 0;
