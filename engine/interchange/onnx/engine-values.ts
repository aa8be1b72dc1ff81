import { compilePlan } from '../../compiler/compile.ts';
import type { PlannedTensor } from '../../compiler/plan.ts';
import { elementCount } from '../../declaration/tensor-type.ts';
import type { NetwrightDocument } from '../../document/schema.ts';
import type { KernelSource } from '../../runtime/faces.ts';
import { Machine } from '../../runtime/machine.ts';

/** What a node of the document makes of a batch. */
export interface EngineValue {
  readonly name: string;
  /** Id of the document node. */
  readonly node: string;
  /** [batch, …] */
  readonly values: Float32Array;
}

export interface EngineInput {
  readonly document: NetwrightDocument;
  readonly weights: ReadonlyMap<string, Float32Array>;
  readonly source: KernelSource;
  /** What each input of the network is given, [batch, …input shape], by the name of its tensor. */
  readonly inputs: ReadonlyMap<string, Float32Array | Int32Array>;
  readonly batch: number;
}

export interface EngineValues {
  /** What each loss is given. */
  readonly predictions: readonly EngineValue[];
  /** One for each tensor that leaves a node, the predictions among them, in the order of computation. */
  readonly nodes: readonly EngineValue[];
}

/** Runs the engine's own forward pass, unfused, on one thread, and hands back what every node made. */
export async function engineValues({
  document,
  weights,
  source,
  inputs,
  batch,
}: EngineInput): Promise<EngineValues> {
  const plan = compilePlan(document, {
    counts: { train: batch, test: 0 },
    keepAll: true,
    evaluateBatch: batch,
  });
  const machine = await Machine.build(plan, { source, threads: 1, spawn: noHelpers });
  try {
    const { floats, ints } = machine.arena;
    for (const { offset, value } of plan.constants) floats[offset] = value;
    for (const { name, offset } of plan.weights) floats.set(weights.get(name) ?? [], offset);
    const program = plan.programs.evaluate;
    for (const [i, { name, dtype }] of plan.inputs.entries()) {
      (dtype === 'int32' ? ints : floats).set(inputs.get(name) ?? [], program.inputs[i]);
    }
    machine.run(machine.loaded(program));
    const read = ({ name, node, shape, offset }: PlannedTensor): EngineValue => ({
      name,
      node,
      values: floats.slice(offset, offset + elementCount(shape)),
    });
    const seen = new Set<string>();
    const nodes = program.kept.filter(({ name, role, dtype }) => {
      if (role === 'input' || dtype !== 'float32' || seen.has(name)) return false;
      seen.add(name);
      return true;
    });
    return { predictions: program.predictions.map(read), nodes: nodes.map(read) };
  } finally {
    machine.close();
  }
}

const noHelpers = (): Promise<void> =>
  Promise.reject(new Error('a machine of one thread asked for a helper'));
