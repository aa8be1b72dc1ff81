import { type BuiltGraph, buildGraph } from '../../compiler/build.ts';
import type { Analysis } from '../../document/analyse.ts';
import { requireRunnable } from '../../document/problem-text.ts';
import type { NetwrightDocument } from '../../document/schema.ts';
import type { OpCall, Tensor } from '../../ops/contract.ts';

/** The part of a document that an exported model holds: what leads from the data to the predictions. */
export interface ForwardPath {
  readonly built: BuiltGraph;
  /** In the order in which they run. */
  readonly calls: readonly OpCall[];
  /** What the tensors the calls make, the inputs and the predictions are called in ONNX. */
  readonly names: ReadonlyMap<Tensor, string>;
  /** What the network takes, in the order of the data nodes. */
  readonly inputs: readonly PathEnd[];
  /** What the losses are given, each tensor once. */
  readonly outputs: readonly PathEnd[];
  /** The dimensions of a tensor; a letter for the number of rows. */
  dims(tensor: Tensor): (number | string)[];
}

/** A tensor that goes in or comes out, and its name there. */
export interface PathEnd {
  readonly tensor: Tensor;
  readonly name: string;
}

/** The name of the free first dimension. */
const rows = 'N';
/** Two batch sizes: where a shape differs between them, it depends on the number of rows. */
const probeBatches = [2, 3] as const;

/** Throws a NetwrightError when the document cannot run. */
export function forwardPath(document: NetwrightDocument): ForwardPath {
  const analysis = requireRunnable(document);
  const [built, probe] = probeBatches.map((batch) => build(analysis, batch)) as [BuiltGraph, BuiltGraph];
  const { graph } = built;
  const predictions = [...new Set(built.losses.map(({ prediction }) => prediction))];
  const calls = callsLeadingTo(predictions, graph.calls);
  const made = calls.flatMap((call) => Object.values(call.outputs));
  const read = new Set<Tensor | undefined>([
    ...calls.flatMap((call) => Object.values(call.inputs)),
    ...predictions,
  ]);
  const taken = built.inputs.map(({ tensor }) => tensor).filter((tensor) => read.has(tensor));
  const inputs = taken.map((tensor) => ({ tensor, name: inputName(tensor, taken, graph.tensors) }));
  const names = new Map<Tensor, string>(made.map((tensor) => [tensor, tensor.name]));
  for (const { tensor, name } of inputs) names.set(tensor, name);
  return {
    built,
    calls,
    names,
    inputs,
    outputs: predictions.map((tensor) => ({
      tensor,
      name: taken.includes(tensor) ? `${tensor.name}.prediction` : tensor.name,
    })),
    dims: (tensor) =>
      tensor.shape.map((size, axis) => {
        const other = probe.graph.tensors[tensor.id]?.shape[axis];
        if (size === other) return size;
        const isRows = axis === 0 && size === built.graph.batch && other === probe.graph.batch;
        return isRows ? rows : '';
      }),
  };
}

const build = (analysis: Analysis, batch: number): BuiltGraph => buildGraph(analysis, 'eval', batch);

/** `x`, like the port it comes from, where it is the only input and no other tensor is called that. */
function inputName(tensor: Tensor, inputs: readonly Tensor[], tensors: readonly Tensor[]): string {
  const port = 'x';
  const isFree = inputs.length === 1 && !tensors.some((other) => other !== tensor && other.name === port);
  return isFree ? port : tensor.name;
}

function callsLeadingTo(wanted: readonly Tensor[], calls: readonly OpCall[]): OpCall[] {
  const needed = new Set<Tensor>(wanted);
  const leading: OpCall[] = [];
  for (const call of calls.toReversed()) {
    if (!Object.values(call.outputs).some((tensor) => needed.has(tensor))) continue;
    for (const input of Object.values(call.inputs)) if (input !== undefined) needed.add(input);
    leading.push(call);
  }
  return leading.toReversed();
}
