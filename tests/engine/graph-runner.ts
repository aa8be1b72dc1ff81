import { elementCount } from '../../engine/declaration/tensor-type.ts';
import { type KernelArguments, kernels } from '../../engine/kernels/contract.ts';
import { type Memory, referenceKernels } from '../../engine/kernels/reference/index.ts';
import type { OpCall, Tensor } from '../../engine/ops/contract.ts';
import type { Graph } from '../../engine/ops/graph.ts';

type AnyKernel = (m: Memory, a: KernelArguments, begin: number, end: number) => void;

export type Precision = 'float32' | 'float64';

/** What unwritten words hold, so that a kernel which leaves some of its output out, or writes beyond it, is found out. */
export const untouched = -987654.25;
const gap = 8;

/**
 * Runs the ops of a graph one after the other with the reference kernels. Every tensor has words of its own, with
 * untouched words between; float64 is what gradient checks need.
 */
export class GraphRunner {
  readonly memory: Memory;
  private readonly graph: Graph;
  private readonly precision: Precision;
  private readonly offsets = new Map<Tensor, number>();

  constructor(graph: Graph, precision: Precision = 'float64') {
    this.graph = graph;
    this.precision = precision;
    let words = 16;
    for (const tensor of graph.tensors) {
      this.offsets.set(tensor, words);
      words += elementCount(tensor.shape) + gap;
    }
    for (const { op, inputs, outputs } of graph.calls) {
      const seen = op.view && inputs[op.view];
      const [output] = op.outputs;
      if (seen && output !== undefined) this.offsets.set(outputs[output], this.offsets.get(seen) as number);
    }
    const f = precision === 'float64' ? new Float64Array(words) : new Float32Array(words);
    const i = f instanceof Float32Array ? new Int32Array(f.buffer) : new Int32Array(words);
    this.memory = { f, i };
    f.fill(untouched);
  }

  write(tensor: Tensor, values: ArrayLike<number>): void {
    this.view(tensor).set(values);
  }

  read(tensor: Tensor): number[] {
    return Array.from(this.view(tensor));
  }

  /** The words of a tensor as it holds them: numbers or whole numbers. */
  view(tensor: Tensor): Float32Array | Float64Array | Int32Array {
    const offset = this.offsets.get(tensor);
    if (offset === undefined) throw new Error(`${tensor.name} came into the graph after its runner`);
    const words = tensor.dtype === 'int32' ? this.memory.i : this.memory.f;
    return words.subarray(offset, offset + elementCount(tensor.shape));
  }

  /** True while nothing was written between the tensors. */
  get gapsAreUntouched(): boolean {
    const taken = new Set<number>();
    for (const [tensor, offset] of this.offsets) {
      for (let word = 0; word < elementCount(tensor.shape); word++) taken.add(offset + word);
    }
    return this.memory.f.every((value, word) => taken.has(word) || value === untouched);
  }

  /** Runs calls in order, each in `shares` parts of its split dimension, as workers would. */
  run(calls: readonly OpCall[] = this.graph.calls, shares = 1): void {
    for (const call of calls) {
      if (call.op.lower === undefined) continue;
      const { kernel, arguments: named, split } = call.op.lower(call);
      const kinds: Readonly<Record<string, string>> = kernels[kernel];
      const round = this.precision === 'float32' ? Math.fround : (x: number) => x;
      const words = Object.entries(named).map(([name, value]): [string, number] => {
        if (typeof value === 'number') return [name, kinds[name] === 'float' ? round(value) : value];
        return [name, value === undefined ? 0 : (this.offsets.get(value) as number)];
      });
      for (let share = 0; share < shares; share++) {
        const begin = Math.floor((split * share) / shares);
        const end = Math.floor((split * (share + 1)) / shares);
        if (begin < end)
          (referenceKernels[kernel] as AnyKernel)(this.memory, Object.fromEntries(words), begin, end);
      }
    }
  }
}
