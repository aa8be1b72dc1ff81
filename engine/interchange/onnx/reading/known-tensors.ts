import { elementCount, shapeText } from '../../../declaration/tensor-type.ts';
import { text } from '../../../declaration/text.ts';
import type { Tensor } from '../../../ops/contract.ts';
import type { Graph } from '../../../ops/graph.ts';
import { type Constant, mostKnownNumbers } from './constant.ts';
import { misfit, unsupportedForm } from './misfit.ts';

/**
 * A tensor that is computed when the model runs. Conditions are held as float32, 0 and 1; whole numbers of any width too,
 * exact up to 2²⁴, but for those that are looked up in a table or say where something stands: these are held as int32.
 */
export interface Computed {
  readonly kind: 'computed';
  readonly shape: readonly number[];
  readonly type: 'float32' | 'int32' | 'bool';
  readonly tensor: Tensor;
  /** What an input of the graph will hold, where the graph is read for that alone. */
  readonly expected?: Constant;
}

/** Parts of a GELU that wait for the rest of it: of x they are 1 + erf(x / √2), and half of it. */
export const onePlusErf = '1 + Erf';
export const halfOnePlusErf = '½ (1 + Erf)';

/** What there is a better op for in what exporters put together of it: a root, an error function. */
export interface Pending {
  readonly kind: 'pending';
  readonly shape: readonly number[];
  readonly type: 'float32';
  readonly opType: string;
  /** What it is of. */
  readonly of: Value;
}

export type Value = Constant | Computed | Pending;

/** Whether it is held as int32, which little can be done to but looking it up. */
export const isHeldWhole = (x: Value): boolean => x.kind === 'computed' && x.tensor.dtype === 'int32';

/** Which operator made a value, and of what. */
export interface Origin {
  readonly opType: string;
  readonly inputs: readonly (Value | undefined)[];
}

/** What a condition is of: it holds where `of` lies above `than`, and so on. */
export interface Comparison {
  readonly by: 'Greater' | 'GreaterOrEqual' | 'Less' | 'LessOrEqual';
  readonly of: Tensor;
  readonly than: number;
}

/** A tensor whose axes were turned, and how. */
export interface Turned {
  readonly x: Computed;
  readonly axes: readonly number[];
}

/** Values of all the constants that ops are given, and how much is known in all. */
export class KnownTensors {
  readonly values = new Map<Tensor, Float32Array | Int32Array>();
  private readonly tensors = new Map<Constant, Tensor>();
  /** What became of values that waited in vain. */
  readonly settled = new Map<Pending, Constant | Computed>();
  private readonly origins = new Map<Value, Origin>();
  private readonly turned = new Map<Tensor, Turned>();
  /** What a tensor is so many times. */
  readonly scaledFrom = new Map<Tensor, { readonly x: Computed; readonly factor: number }>();
  /** What a tensor is in another shape. */
  readonly reshapedFrom = new Map<Tensor, Value>();
  /** What a tensor is the same as, where that is broadcast. */
  readonly narrow = new Map<Tensor, Value>();
  /** The condition that one is the opposite of. */
  readonly turnedOver = new Map<Tensor, Value>();
  /** What conditions compare, where these are real numbers. */
  readonly comparisons = new Map<Tensor, Comparison>();
  /** Those whose first axis is that of the samples for certain. */
  readonly bySample = new Set<Tensor>();
  private count = 0;
  private readonly graph: Graph;

  constructor(graph: Graph) {
    this.graph = graph;
  }

  /** Remembers what a value is made of; one that is passed on keeps what was said first. */
  madeOf(value: Value, origin: Origin): void {
    if (!this.origins.has(value)) this.origins.set(value, origin);
  }

  /** Remembers what a tensor is with its axes turned. */
  turn(tensor: Tensor, x: Computed, axes: readonly number[]): void {
    this.turned.set(tensor, { x, axes });
  }

  turnedFrom(tensor: Tensor): Turned | undefined {
    return this.turned.get(tensor);
  }

  /** What a tensor was before its axes were turned, where its rows stayed rows: what is done to each can be done before. */
  turnedRows(x: Value): Turned | undefined {
    const turned = x.kind === 'computed' ? this.turned.get(x.tensor) : undefined;
    return turned?.axes.at(-1) === x.shape.length - 1 ? turned : undefined;
  }

  /** The same where samples came first and do no more, as in recurrent networks: no layer takes them that way round. */
  samplesBehind(x: Value): Turned | undefined {
    const turned = this.turnedRows(x);
    return turned !== undefined && turned.axes[0] !== 0 && this.bySample.has(turned.x.tensor)
      ? turned
      : undefined;
  }

  /** Remembers that samples come first in what is made of such. */
  keepSamples(of: readonly (Tensor | undefined)[], made: readonly Tensor[]): void {
    const from = of.find((tensor) => tensor !== undefined && this.bySample.has(tensor));
    for (const tensor of made)
      if (from !== undefined && from.shape[0] === tensor.shape[0]) this.bySample.add(tensor);
  }

  originOf(value: Value): Origin | undefined {
    return this.origins.get(value);
  }

  /** Refuses a value that is too large, and more constants than memory should hold; what is computed takes none yet. */
  keep<V extends Value>(value: V): V {
    const count = elementCount(value.shape);
    if (value.kind === 'constant') this.count += count;
    if (Math.max(count, this.count) <= mostKnownNumbers) return value;
    throw misfit(
      text(
        `at most ${mostKnownNumbers} numbers may be known in all, and as many be in one tensor; this node needs more: ${shapeText(value.shape)}`,
        `已知数值总数与单个张量的数值个数均不得超过 ${mostKnownNumbers}，而此节点需要更多：${shapeText(value.shape)}`,
      ),
    );
  }

  /** The tensor that holds a constant when the model runs. */
  tensorOf(constant: Constant): Tensor {
    const known = this.tensors.get(constant);
    if (known !== undefined) return known;
    if (constant.type === 'float64') throw unsupportedForm(text('float64', ' float64'));
    const dtype = constant.type === 'float32' ? 'float32' : 'int32';
    const tensor = this.graph.tensor({
      name: constant.name || `constant.${this.tensors.size}`,
      role: 'weight',
      origin: '',
      type: { shape: constant.shape, dtype },
    });
    this.tensors.set(constant, tensor);
    this.values.set(tensor, dtype === 'float32' ? Float32Array.from(constant.values) : int32s(constant));
    return tensor;
  }
}

function int32s({ values }: Constant): Int32Array {
  const wide = values.find((value) => value !== Math.trunc(value) || Math.abs(value) >= 2 ** 31);
  if (wide === undefined) return Int32Array.from(values);
  throw misfit(text(`expected whole numbers of 32 bits, found ${wide}`, `应为 32 位整数，实际为 ${wide}`));
}
