import { elementCount, shapeText } from '../../../declaration/tensor-type.ts';
import { text } from '../../../declaration/text.ts';
import type { Tensor } from '../../../ops/contract.ts';
import type { Graph } from '../../../ops/graph.ts';
import { type Constant, mostKnownNumbers } from './constant.ts';
import { misfit, unsupportedForm } from './misfit.ts';

/**
 * A tensor that is computed when the model runs. Whole numbers of any width are int32 there, conditions are float32 of 0
 * and 1.
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

/** Which operator made a value, and of what. */
export interface Origin {
  readonly opType: string;
  readonly inputs: readonly (Value | undefined)[];
}

/** Values of all the constants that ops are given, and how much is known in all. */
export class KnownTensors {
  readonly values = new Map<Tensor, Float32Array | Int32Array>();
  private readonly tensors = new Map<Constant, Tensor>();
  /** What became of values that waited in vain. */
  readonly settled = new Map<Pending, Constant | Computed>();
  private readonly origins = new Map<Value, Origin>();
  private readonly turned = new Map<Tensor, { readonly x: Computed; readonly axes: readonly number[] }>();
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

  turnedFrom(tensor: Tensor): { readonly x: Computed; readonly axes: readonly number[] } | undefined {
    return this.turned.get(tensor);
  }

  originOf(value: Value): Origin | undefined {
    return this.origins.get(value);
  }

  /** Counts a value; refuses one that is too much. */
  keep<V extends Value>(value: V): V {
    this.count += elementCount(value.shape);
    if (this.count <= mostKnownNumbers) return value;
    throw misfit(
      text(
        `at most ${mostKnownNumbers} numbers may be known or made in all, this node needs more: ${shapeText(value.shape)}`,
        `全部数值最多 ${mostKnownNumbers} 个，而此节点需要更多：${shapeText(value.shape)}`,
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
