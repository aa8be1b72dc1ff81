import type { Dtype, TensorType } from '../declaration/tensor-type.ts';
import { streams } from '../random/stream.ts';
import type {
  Attributes,
  EmitOptions,
  LayerBuilder,
  Named,
  OpCall,
  OpDefinition,
  Role,
  Tensor,
} from './contract.ts';

export interface NewTensor {
  readonly name: string;
  readonly role: Role;
  readonly origin: string;
  readonly type: TensorType;
}

/**
 * A list of op calls in the order in which they run, and the tensors between them.
 */
export class Graph {
  readonly mode: 'train' | 'eval';
  readonly seed: number;
  readonly batch: number;
  readonly calls: OpCall[] = [];
  readonly tensors: Tensor[] = [];
  /** int32 [1]: number of the current step. */
  readonly step: Tensor;
  private readonly names = new Set<string>();
  private streamsUsed = 0;

  constructor(mode: 'train' | 'eval', seed: number, batch: number) {
    this.mode = mode;
    this.seed = seed;
    this.batch = batch;
    this.step = this.scalar('step', 'int32');
  }

  /** A scalar that the trainer writes between steps. */
  scalar(name: string, dtype: Dtype = 'float32', count = 1): Tensor {
    return this.tensor({ name, role: 'cell', origin: '', type: { shape: [count], dtype } });
  }

  tensor({ name, role, origin, type }: NewTensor): Tensor {
    const tensor: Tensor = { ...type, id: this.tensors.length, name: this.freeName(name), role, origin };
    this.tensors.push(tensor);
    return tensor;
  }

  /** The builder for one document node: what it emits is named after, and belongs to, that node. */
  scope(origin: string, prefix: string, role: Role = 'activation', frozen = false): GraphScope {
    return new GraphScope(this, origin, prefix, role, frozen);
  }

  nextRandomStream(): number {
    return streams.graph + this.streamsUsed++;
  }

  private freeName(wanted: string): string {
    let name = wanted;
    for (let n = 2; this.names.has(name); n++) name = `${wanted}.${n}`;
    this.names.add(name);
    return name;
  }
}

export class GraphScope implements LayerBuilder {
  readonly frozen: boolean;
  private readonly graph: Graph;
  private readonly origin: string;
  private readonly prefix: string;
  private readonly role: Role;

  constructor(graph: Graph, origin: string, prefix: string, role: Role, frozen: boolean) {
    this.frozen = frozen;
    this.graph = graph;
    this.origin = origin;
    this.prefix = prefix;
    this.role = role;
  }

  get mode(): 'train' | 'eval' {
    return this.graph.mode;
  }

  get seed(): number {
    return this.graph.seed;
  }

  get batch(): number {
    return this.graph.batch;
  }

  get step(): Tensor {
    return this.graph.step;
  }

  randomStream(): number {
    return this.graph.nextRandomStream();
  }

  input(port: string, type: TensorType): Tensor {
    return this.graph.tensor({ name: `${this.prefix}.${port}`, role: 'input', origin: this.origin, type });
  }

  emit<O extends string>(
    op: OpDefinition<string, O>,
    inputs: Named<Tensor>,
    attributes: Attributes = {},
    options: EmitOptions = {},
  ): Readonly<Record<O, Tensor>> {
    const types = op.shape(inputs, attributes);
    const outputs: Partial<Record<O, Tensor>> = {};
    for (const [position, output] of op.outputs.entries()) {
      const name = options.name !== undefined && position === 0 ? options.name : `${this.prefix}.${output}`;
      outputs[output] = this.graph.tensor({
        name,
        role: options.role ?? this.role,
        origin: this.origin,
        type: types[output],
      });
    }
    const named = outputs as Record<O, Tensor>;
    this.graph.calls.push({
      op: op,
      inputs,
      outputs: named,
      attributes,
      origin: this.origin,
    });
    return named;
  }
}
