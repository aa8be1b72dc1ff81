import { shift } from '../../../ops/activations.ts';
import type { OpCall, Tensor } from '../../../ops/contract.ts';
import type { Graph } from '../../../ops/graph.ts';
import { scale } from '../../../ops/scale.ts';
import type { ReadGraph, ReadInput } from '../reading/read-graph.ts';

/** Inputs that say of each position whether it is seen, and those that say whether it is hidden. */
export class MarkInputs {
  private readonly inputs: ReadonlySet<Tensor>;
  private readonly used = new Set<Tensor>();
  private readonly graph: Graph;
  private readonly turned = new Map<Tensor, Tensor>();
  /** What turns over those that say what is hidden. */
  readonly calls: OpCall[] = [];

  constructor({ graph, inputs }: ReadGraph) {
    this.graph = graph;
    this.inputs = new Set(inputs.flatMap(({ type, tensor }) => (type === 'float32' ? [] : [tensor])));
  }

  /** What random samples are to hold in its place. */
  kindOf({ type, tensor }: ReadInput): 'numbers' | 'marks' | 'padding' {
    if (this.turned.has(tensor)) return 'padding';
    return type !== 'float32' || this.used.has(tensor) ? 'marks' : 'numbers';
  }

  /** Whole numbers that no table is asked for are 0 and 1 in all networks that are known here, and so are conditions. */
  has(input: Tensor): boolean {
    return this.inputs.has(input);
  }

  /** The marks as a mask takes them, not 0 where a key is seen; `seen` is the mark of these now. Only an input can be turned. */
  asMask(marks: Tensor, seen: 0 | 1): Tensor | undefined {
    if (seen === 1) {
      this.used.add(marks);
      return marks;
    }
    return marks.role === 'input' ? this.turnedOver(marks) : undefined;
  }

  private turnedOver(input: Tensor): Tensor {
    const known = this.turned.get(input);
    if (known !== undefined) return known;
    const from = this.graph.calls.length;
    const name = `${input.name}.seen`;
    const g = this.graph.scope(name, name);
    const { y } = g.emit(shift, { x: g.emit(scale, { x: input }, { factor: -1 }).y }, { offset: 1 });
    this.calls.push(...this.graph.calls.slice(from));
    this.turned.set(input, y);
    return y;
  }
}
