import { compileGraph, type GraphPlan } from '../../../compiler/forward.ts';
import { elementCount } from '../../../declaration/tensor-type.ts';
import type { Tensor } from '../../../ops/contract.ts';
import type { KernelSource } from '../../../runtime/faces.ts';
import { Machine } from '../../../runtime/machine.ts';
import type { ReadGraph } from './read-graph.ts';

/** What a graph gives out: numbers as float32, whole numbers and conditions as float64. */
export interface GraphOutput {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array | Float64Array;
}

/** A graph that was read, ready to be carried out on one thread. */
export class GraphMachine {
  private readonly read: ReadGraph;
  private readonly machine: Machine<GraphPlan>;

  private constructor(read: ReadGraph, machine: Machine<GraphPlan>) {
    this.read = read;
    this.machine = machine;
  }

  static async build(read: ReadGraph, source: KernelSource): Promise<GraphMachine> {
    const wanted = new Set(
      read.outputs.flatMap(({ value }) => (value.kind === 'computed' ? [value.tensor] : [])),
    );
    const filled = read.inputs.map(({ tensor }) => tensor);
    const plan = compileGraph(read.graph, wanted, filled);
    const machine = await Machine.build(plan, { source, threads: 1, spawn: noHelpers });
    const built = new GraphMachine(read, machine);
    for (const [tensor, values] of read.constants) built.write(tensor, values);
    return built;
  }

  /** `inputs` holds as many numbers as the graph was read for, by name. */
  run(inputs: ReadonlyMap<string, ArrayLike<number>>): GraphOutput[] {
    for (const { name, tensor } of this.read.inputs) this.write(tensor, inputs.get(name) ?? []);
    this.machine.run(this.machine.loaded(this.machine.plan.programs.forward));
    return this.read.outputs.map(({ name, value }) => {
      const { shape } = value;
      if (value.kind === 'constant') return { name, shape, values: value.values };
      const at = this.machine.plan.at(value.tensor);
      const { floats, ints } = this.machine.arena;
      const end = at + elementCount(shape);
      const values =
        value.tensor.dtype === 'float32' ? floats.slice(at, end) : Float64Array.from(ints.subarray(at, end));
      return { name, shape, values };
    });
  }

  close(): void {
    this.machine.close();
  }

  private write(tensor: Tensor, values: ArrayLike<number>): void {
    const { floats, ints } = this.machine.arena;
    (tensor.dtype === 'int32' ? ints : floats).set(values, this.machine.plan.at(tensor));
  }
}

const noHelpers = (): Promise<void> =>
  Promise.reject(new Error('a machine of one thread asked for a helper'));
