import type { TensorType } from '../declaration/tensor-type.ts';
import type { KernelName } from '../kernels/contract.ts';

/**
 * What a tensor is for. It decides where its buffer lives:
 *   input       filled by the loader before each call of a program
 *   weight      trained; kept between steps
 *   state       kept between steps, not trained by gradient (optimizer moments, running statistics)
 *   cell        one or a few scalars that the trainer writes between steps (learning rate, step number)
 *   activation, gradient, scratch   live inside one pass only, share memory by liveness
 */
export type Role = 'input' | 'weight' | 'state' | 'cell' | 'activation' | 'gradient' | 'scratch';

export interface Tensor extends TensorType {
  readonly id: number;
  /** Unique in its graph and fit for ONNX: `fc1.weight`, `fc1.y`. */
  readonly name: string;
  readonly role: Role;
  /** The document node it was made for; empty for what belongs to none. */
  readonly origin: string;
}

export type Attributes = Readonly<Record<string, number | string | boolean | readonly number[]>>;

/** The tensors of one side of an op by the names its definition gives them; optional ones may be absent. */
export type Named<T> = Readonly<Record<string, T | undefined>>;

/** One op applied to tensors: an entry of the flat, ordered list that a graph is. */
export interface OpCall {
  readonly op: OpDefinition;
  readonly inputs: Named<Tensor>;
  readonly outputs: Readonly<Record<string, Tensor>>;
  readonly attributes: Attributes;
  readonly origin: string;
  /** Other nodes whose work the call does too, since it was joined with theirs. */
  readonly joined?: readonly string[];
}

/** How an op reaches the machine: one kernel call. Tensors are turned into word indices after allocation. */
export interface KernelCall {
  readonly kernel: KernelName;
  /** Every argument that kernels/contract.ts lists for the kernel; an absent optional tensor is undefined. */
  readonly arguments: Readonly<Record<string, Tensor | number | undefined>>;
  /** Size of the dimension that workers may share; 1 = not to be shared. */
  readonly split: number;
  /**
   * Into how many equal pieces the split may be cut at next to no cost, so that whoever is free takes the next one. Where
   * it is absent, a share costs something by itself, and every worker gets one.
   */
  readonly pieces?: number;
}

export interface Cost {
  readonly multiplyAdds: number;
  /** Bytes read and written once. */
  readonly bytes: number;
}

/** One node of an ONNX graph; names of inputs and outputs are tensor names, '' for an absent optional input. */
export interface OnnxNode {
  readonly opType: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** A bare number is a float, a list is of whole numbers. */
  readonly attributes?: Readonly<Record<string, OnnxAttribute>>;
}

export type OnnxAttribute =
  | number
  | string
  | readonly number[]
  | { readonly int: number }
  | { readonly floats: readonly number[] };

/** What ops and layers use to build a graph. */
export interface GraphBuilder {
  /** Rows of one pass: the first dimension of everything that travels along a wire. */
  readonly batch: number;
  /** `train` has dropout and gradients; `eval` is what is exported and evaluated. */
  readonly mode: 'train' | 'eval';
  /** Applies an op: infers its outputs' shapes, records the call, hands back the outputs by name. */
  emit<O extends string>(
    op: OpDefinition<string, O>,
    inputs: Named<Tensor>,
    attributes?: Attributes,
    options?: EmitOptions,
  ): Readonly<Record<O, Tensor>>;
  /** A small integer that is different for every caller, for a stream of random numbers. Stable across builds of one document. */
  randomStream(): number;
  /** The project's seed. */
  readonly seed: number;
  /** The int32 cell that holds the number of the current step. */
  readonly step: Tensor;
}

/** The graph builder inside one document node: names and origins of what it emits are the node's. */
export interface LayerBuilder extends GraphBuilder {
  /** Its weights are frozen: what it would gather while training stays as it is too. */
  readonly frozen: boolean;
  /** Declares a tensor that the loader fills before every pass; only the Data layer uses it. */
  input(port: string, type: TensorType): Tensor;
}

export interface EmitOptions {
  /** Name of the first output; `<origin>.<output>` without it. */
  readonly name?: string;
  /** Role of the outputs; `activation` in the forward pass, `gradient` in the reverse pass without it. */
  readonly role?: Role;
}

/**
 * A tensor operation, all its rules in reading order. `I` and `O` are the names of its inputs and outputs.
 */
export interface OpDefinition<I extends string = string, O extends string = string> {
  readonly name: string;
  readonly inputs: readonly I[];
  readonly outputs: readonly O[];
  /** Types of the outputs. Throws a NetwrightError that names both numbers where sizes do not meet. */
  shape(inputs: Named<TensorType>, attributes: Attributes): Readonly<Record<O, TensorType>>;
  cost(inputs: Named<TensorType>, outputs: Readonly<Record<O, TensorType>>, attributes: Attributes): Cost;
  /**
   * Emits what computes ∂loss/∂input for each differentiable input from ∂loss/∂output (absent where nothing flows back).
   * Ops without it stop the gradient.
   */
  gradient?(g: GraphBuilder, call: OpCall, dOutputs: Named<Tensor>): Named<Tensor>;
  /** Absent for a view. */
  lower?(call: OpCall): KernelCall;
  /** The input whose words are the first output's words too, seen in another shape: nothing is computed. */
  readonly view?: I;
  /** Absent for ops that never stand in an exported model (gradients, updates, metrics). */
  toOnnx?(call: OpCall): readonly OnnxNode[];
  /**
   * Inputs whose words the first output may take where nothing else needs them any more: of the output's size, and read
   * element by element before the output is written there.
   */
  readonly inPlace?: readonly I[];
  /**
   * Inputs that the kernel writes to (an optimizer's weight and state, running statistics). Such a call is carried out
   * after the backward pass, together with the optimizer's.
   */
  readonly mutates?: readonly I[];
}
