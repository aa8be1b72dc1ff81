import { type BuiltGraph, buildGraph } from '../../compiler/build.ts';
import type { Analysis } from '../../document/analyse.ts';
import { requireRunnable } from '../../document/problem-text.ts';
import type { NetwrightDocument } from '../../document/schema.ts';
import type { OpCall, Tensor } from '../../ops/contract.ts';

/** The part of a document that an exported model holds: what leads from the data to the prediction. */
export interface ForwardPath {
  readonly built: BuiltGraph;
  /** In the order in which they run. */
  readonly calls: readonly OpCall[];
  /** What the tensors the calls make, x and the prediction are called in ONNX. */
  readonly names: ReadonlyMap<Tensor, string>;
  readonly input: string;
  readonly output: string;
  /** The dimensions of a tensor; a letter for the number of rows. */
  dims(tensor: Tensor): (number | string)[];
}

/** The name of the free first dimension. */
const rows = 'N';
/** Two batch sizes: where a shape differs between them, it depends on the number of rows. */
const probeBatches = [2, 3] as const;

/** Throws a NetwrightError when the document cannot run. */
export function forwardPath(document: NetwrightDocument): ForwardPath {
  const analysis = requireRunnable(document);
  const [built, probe] = probeBatches.map((batch) => build(document, analysis, batch)) as [
    BuiltGraph,
    BuiltGraph,
  ];
  const { x, loss, graph } = built;
  const calls = callsLeadingTo(loss.prediction, graph.calls);
  const made = calls.flatMap((call) => Object.values(call.outputs));
  const input = inputName(x, graph.tensors);
  const names = new Map<Tensor, string>([
    [x, input],
    ...made.map((tensor) => [tensor, tensor.name] as const),
  ]);
  return {
    built,
    calls,
    names,
    input,
    output: names.get(loss.prediction) === input ? `${x.name}.prediction` : loss.prediction.name,
    dims: (tensor) =>
      tensor.shape.map((size, axis) => {
        if (size === probe.graph.tensors[tensor.id]?.shape[axis]) return size;
        return axis === 0 ? rows : '';
      }),
  };
}

const build = (document: NetwrightDocument, analysis: Analysis, batch: number): BuiltGraph =>
  buildGraph(document, analysis, 'eval', batch);

/** `x`, like the port it comes from, unless another tensor is called that. */
function inputName(x: Tensor, tensors: readonly Tensor[]): string {
  const port = 'x';
  return tensors.some((tensor) => tensor !== x && tensor.name === port) ? x.name : port;
}

function callsLeadingTo(wanted: Tensor, calls: readonly OpCall[]): OpCall[] {
  const needed = new Set<Tensor>([wanted]);
  const leading: OpCall[] = [];
  for (const call of calls.toReversed()) {
    if (!Object.values(call.outputs).some((tensor) => needed.has(tensor))) continue;
    for (const input of Object.values(call.inputs)) if (input !== undefined) needed.add(input);
    leading.push(call);
  }
  return leading.toReversed();
}
