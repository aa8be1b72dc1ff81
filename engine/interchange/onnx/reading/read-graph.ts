import { NetwrightError } from '../../../declaration/problem.ts';
import { shapeText } from '../../../declaration/tensor-type.ts';
import { text } from '../../../declaration/text.ts';
import type { Tensor } from '../../../ops/contract.ts';
import { Graph } from '../../../ops/graph.ts';
import { type Model, type ModelNode, type OnnxGraph, type ValueInfo, valuesRead } from '../model.ts';
import { operators } from '../operators/index.ts';
import {
  type Constant,
  constantOf,
  type ElementType,
  elementTypeOf,
  isFloat,
  readConstant,
} from './constant.ts';
import { type Comparison, type Computed, KnownTensors, type Value } from './known-tensors.ts';
import { lookedUpInputs } from './looked-up.ts';
import { nodeError, ofItself, UnsupportedModel } from './misfit.ts';
import { nodeName, orderNodes } from './node-order.ts';
import { NodeReader, type Operator } from './node-reader.ts';
import { ValueBuilder } from './value-builder.ts';

/** What a model's input is to be read for: its sizes, and its values where the graph is read for those alone. */
export interface GivenInput {
  readonly shape: readonly number[];
  readonly expected?: Constant;
  /** Of a number for each sample, rows of one are made. */
  readonly asRows?: boolean;
}

export interface ReadInput {
  readonly name: string;
  /** Of int32 where its numbers are looked up in a table, else of float32, whatever the file holds them as. */
  readonly tensor: Tensor;
  /** What the file means by its numbers. */
  readonly type: Computed['type'];
}

/** An ONNX graph as ops of the engine. */
export interface ReadGraph {
  readonly graph: Graph;
  /** What must be filled before the ops are carried out. */
  readonly inputs: readonly ReadInput[];
  /** The values of all tensors of role `weight`. */
  readonly constants: ReadonlyMap<Tensor, Float32Array | Int32Array>;
  /** Those of them that no initializer has a part in: tables and scales that were written into the graph, and never trained. */
  readonly fixed: ReadonlySet<Tensor>;
  readonly comparisons: ReadonlyMap<Tensor, Comparison>;
  readonly outputs: readonly { readonly name: string; readonly value: Constant | Computed }[];
}

const opsets = { oldest: 7, newest: 26 } as const;
const standardDomains: ReadonlySet<string> = new Set(['', 'ai.onnx']);
/** An input may have this many numbers: 2 GiB of float32. */
const mostInputNumbers = 2 ** 29;

/**
 * Reads the graph of a model for inputs of these sizes, by name; where an input is not among them, its sizes in the file must
 * all be numbers. Whole numbers and conditions whose values are expected are constants; float32 is always computed, and its
 * expected values serve operators that must know them beforehand (scales, bounds). Whatever follows from shapes and constants alone is worked out here; the rest become ops in the model's
 * order. Throws a NetwrightError that names the node and says what is wrong with it, an UnsupportedModel where the engine
 * lacks something.
 */
export function readGraph(
  model: Model,
  file: string,
  given: ReadonlyMap<string, GivenInput> = new Map(),
): ReadGraph {
  const nodes = orderNodes(model.graph, file);
  const graph = new Graph('eval', 0, 1);
  const known = new KnownTensors(graph);
  const reading: Reading = {
    graph,
    known,
    learnt: new Set(),
    fixed: new Set(),
    opset: opsetOf(model, file),
    file,
  };
  requireOperators(nodes, file);
  const values = new Scope();
  readInitializers(model.graph, values, reading);
  const inputs: ReadInput[] = [];
  const lookedUp = lookedUpInputs(model.graph, nodes);
  for (const info of model.graph.inputs) {
    if (values.get(info.name) !== undefined) continue;
    const asked = given.get(info.name);
    const value = inputValue(info, asked, graph, lookedUp.has(info.name), file);
    const build = new ValueBuilder(graph.scope(info.name, info.name), known);
    values.set(info.name, asked?.asRows ? build.reshape(value, asked.shape) : value);
    if (value.kind !== 'computed') continue;
    inputs.push({ name: info.name, tensor: value.tensor, type: value.type });
    known.bySample.add(value.tensor);
  }
  readNodes(nodes, model.graph.outputs, values, reading);
  return {
    graph,
    inputs,
    constants: known.values,
    fixed: reading.fixed,
    comparisons: known.comparisons,
    outputs: model.graph.outputs.map(({ name }) => ({
      name,
      value: new ValueBuilder(graph.scope(name, name), known).settled(values.get(name) as Value),
    })),
  };
}

/** What all graphs of a model share while they are read. */
interface Reading {
  readonly graph: Graph;
  readonly known: KnownTensors;
  /** What initializers of float32 have a part in. */
  readonly learnt: Set<Value>;
  readonly fixed: Set<Tensor>;
  readonly opset: number;
  readonly file: string;
}

/** Values by name; a graph within a node sees those around it. */
class Scope {
  private readonly own = new Map<string, Value>();
  private readonly around: Scope | undefined;

  constructor(around?: Scope) {
    this.around = around;
  }

  get(name: string): Value | undefined {
    return this.own.get(name) ?? this.around?.get(name);
  }

  set(name: string, value: Value): void {
    this.own.set(name, value);
  }
}

function readInitializers({ initializers }: OnnxGraph, values: Scope, { learnt, file }: Reading): void {
  for (const tensor of initializers) {
    const what = text(`${file}: the initializer "${tensor.name}"`, `${file}：初始值“${tensor.name}”`);
    const value = readConstant(tensor, what);
    values.set(tensor.name, value);
    if (isFloat(value.type)) learnt.add(value);
  }
}

/** Reads nodes in order of computation: `values` has what they read, and gets what they make. */
function readNodes(
  nodes: readonly ModelNode[],
  outputs: OnnxGraph['outputs'],
  values: Scope,
  reading: Reading,
): void {
  const { graph, known, learnt, fixed, opset, file } = reading;
  const wanted = new Set([...nodes.flatMap(valuesRead), ...outputs.map(({ name }) => name)]);
  for (const node of nodes) {
    const reader = new NodeReader(
      node,
      opset,
      node.inputs.map((name) => (name === '' ? undefined : values.get(name))),
      wanted,
      (within) => ofItself(() => readWithin(within, values, reading)),
    );
    const build = new ValueBuilder(graph.scope(nodeName(node), node.outputs[0] || node.opType), known);
    const before = graph.tensors.length;
    try {
      const found = (operators.get(node.opType) as Operator)(reader, build);
      const made = Array.isArray(found) ? (found as readonly (Value | undefined)[]) : [found as Value];
      const isLearnt = reader.inputs.some((input) => input !== undefined && learnt.has(input));
      for (const value of made) if (isLearnt && value?.kind === 'constant') learnt.add(value);
      // What is read within a node has been told apart there.
      if (!isLearnt && !isBranching(node))
        for (const tensor of graph.tensors.slice(before)) if (tensor.role === 'weight') fixed.add(tensor);
      for (const [at, name] of node.outputs.entries()) {
        const value = made[at];
        if (value !== undefined) {
          values.set(name, value);
          known.madeOf(value, { opType: node.opType, inputs: reader.inputs });
        }
        if (value === undefined && wanted.has(name) && name !== '') throw missingOutput(node, at);
      }
    } catch (error) {
      throw nodeError(file, nodeName(node), node.opType, error);
    }
  }
}

const isBranching = ({ attributes }: ModelNode): boolean => attributes.some(({ kind }) => kind === 'graph');

/** What a graph within a node gives out. */
function readWithin(within: OnnxGraph, around: Scope, reading: Reading): (Value | undefined)[] {
  const values = new Scope(around);
  const nodes = orderNodes(within, reading.file, (name) => around.get(name) !== undefined);
  requireOperators(nodes, reading.file);
  readInitializers(within, values, reading);
  readNodes(nodes, within.outputs, values, reading);
  return within.outputs.map(({ name }) => values.get(name));
}

function opsetOf({ opsets: found }: Model, file: string): number {
  const version = found.find(({ domain }) => standardDomains.has(domain))?.version;
  if (version !== undefined && version >= opsets.oldest && version <= opsets.newest) return version;
  const [en, zh] = version === undefined ? ['none', '没有'] : [`${version}`, `${version}`];
  throw new UnsupportedModel(
    text(
      `${file}: expected the operator set ai.onnx of version ${opsets.oldest} to ${opsets.newest}, found ${en}.`,
      `${file}：应使用版本 ${opsets.oldest} 到 ${opsets.newest} 的算子集 ai.onnx，实际为 ${zh}。`,
    ),
  );
}

/** Operators of a sentence about missing ones. */
const mostNamed = 12;

/** What a model asks for that there is no form for, operator by operator, the most frequent first. */
export interface MissingOperator {
  readonly opType: string;
  readonly count: number;
  /** The first node that needs it. */
  readonly node: string;
}

/** Throws an UnsupportedModel that names every operator that is missing, and its first node. */
function requireOperators(nodes: readonly ModelNode[], file: string): void {
  const missing = missingOperators(nodes);
  if (missing.length === 0) return;
  const named = missing.slice(0, mostNamed);
  const rest = missing.length - named.length;
  const en = named.map(({ opType, count, node }) => `${opType} (${count}, first in node "${node}")`);
  const zh = named.map(({ opType, count, node }) => `${opType}（${count} 个，首见于节点“${node}”）`);
  throw new UnsupportedModel(
    text(
      `${file} needs operators that are not here: ${en.join(', ')}${rest > 0 ? `, and ${rest} more` : ''}.`,
      `${file} 需要这里没有的算子：${zh.join('、')}${rest > 0 ? `，另有 ${rest} 种` : ''}。`,
    ),
    missing.map(({ opType }) => opType),
  );
}

/** With its domain where that is not the standard one. */
export const operatorName = ({ domain, opType }: ModelNode): string =>
  standardDomains.has(domain) ? opType : `${domain}.${opType}`;

export function missingOperators(nodes: readonly ModelNode[]): MissingOperator[] {
  const missing = new Map<string, MissingOperator>();
  for (const node of nodes) {
    const isStandard = standardDomains.has(node.domain);
    if (isStandard && operators.has(node.opType)) continue;
    const opType = operatorName(node);
    const known = missing.get(opType);
    missing.set(opType, { opType, count: (known?.count ?? 0) + 1, node: known?.node ?? nodeName(node) });
  }
  return [...missing.values()].toSorted((a, b) => b.count - a.count);
}

const knownAs: Readonly<Partial<Record<ElementType, Computed['type']>>> = {
  float32: 'float32',
  int32: 'int32',
  int64: 'int32',
  bool: 'bool',
};

function inputValue(
  { name, tensor }: ValueInfo,
  given: GivenInput | undefined,
  graph: Graph,
  isLookedUp: boolean,
  file: string,
): Value {
  const what = text(`${file}: the input "${name}"`, `${file}：输入“${name}”`);
  if (tensor === undefined) {
    throw new UnsupportedModel(
      text(`${what.en} is not a tensor; expected one.`, `${what.zh}不是张量；应为张量。`),
    );
  }
  const type = elementTypeOf(tensor.elementType, what);
  const shape = given?.shape ?? (tensor.dims ?? ['?']).map((size) => (typeof size === 'number' ? size : -1));
  requireSizes(tensor.dims, shape, what.en, what.zh);
  const expected = given?.expected;
  if (expected !== undefined && type !== 'float32') return expected;
  if (shape.includes(0)) return constantOf(type, shape, []);
  const known = knownAs[type];
  if (known === undefined) {
    throw new UnsupportedModel(
      text(
        `${what.en} holds ${type}; expected float32, bool, or whole numbers of 32 or 64 bits.`,
        `${what.zh}的元素类型为 ${type}；应为 float32、bool，或 32、64 位整数。`,
      ),
    );
  }
  const dtype = known === 'int32' && isLookedUp ? 'int32' : 'float32';
  const held = given?.asRows ? [...shape, 1] : shape;
  const made = graph.tensor({ name, role: 'input', origin: '', type: { shape: held, dtype } });
  return { kind: 'computed', shape: held, type: known, tensor: made, ...(expected && { expected }) };
}

/** The sizes asked for are those of the file, where it says any, and not beyond measure. */
function requireSizes(
  dims: readonly (number | string)[] | undefined,
  shape: readonly number[],
  en: string,
  zh: string,
): void {
  const fits =
    dims === undefined ||
    (dims.length === shape.length &&
      dims.every((size, axis) => typeof size === 'string' || size === shape[axis]));
  const count = shape.reduce((product, n) => product * n, 1);
  const isKnown = shape.every((n) => Number.isSafeInteger(n) && n >= 0);
  if (fits && isKnown && count <= mostInputNumbers) return;
  const declared = `[${(dims ?? []).map((size) => (size === '' ? '?' : size)).join(', ')}]`;
  if (!fits || !isKnown) {
    throw new NetwrightError(
      'onnx-wrong-shape',
      text(
        `${en} has the shape ${declared}; expected sizes that fit it, found ${shapeText(shape)}.`,
        `${zh}的形状为 ${declared}；给出的尺寸应与之相符，实际为 ${shapeText(shape)}。`,
      ),
    );
  }
  throw new NetwrightError(
    'onnx-too-large',
    text(
      `${en} has the shape ${shapeText(shape)}: expected at most ${mostInputNumbers} numbers, found ${count}.`,
      `${zh}的形状为 ${shapeText(shape)}：最多 ${mostInputNumbers} 个数，实际为 ${count} 个。`,
    ),
  );
}

const missingOutput = ({ opType }: ModelNode, at: number): UnsupportedModel =>
  new UnsupportedModel(
    text(
      `output ${at + 1} of ${opType} has no form here, and something reads it.`,
      `这里没有 ${opType} 的第 ${at + 1} 个输出，而它被读取。`,
    ),
    [opType],
  );
