import { graphsIn, type ModelNode, type OnnxGraph } from '../model.ts';

/** Operators whose first input comes out again, its numbers the same, in another shape or type, or some of them. */
const carriers: ReadonlySet<string> = new Set(
  'Identity Cast Reshape Flatten Squeeze Unsqueeze Expand Tile Transpose Slice Split Gather Concat'.split(
    ' ',
  ),
);

/** The inputs whose numbers say which rows of a table are taken. `nodes` in order of computation. */
export function lookedUpInputs({ inputs }: OnnxGraph, nodes: OnnxGraph['nodes']): ReadonlySet<string> {
  const asked = new Set<string>();
  // What is read within a node is read before what reads the node.
  const within = (node: ModelNode): readonly ModelNode[] => [
    ...graphsIn(node).flatMap((graph) => graph.nodes.flatMap(within)),
    node,
  ];
  for (const { opType, inputs: read, outputs } of nodes.flatMap(within).toReversed()) {
    const indices = opType === 'Gather' ? read[1] : opType === 'OneHot' ? read[0] : undefined;
    if (indices !== undefined) asked.add(indices);
    if (carriers.has(opType) && outputs.some((name) => asked.has(name))) {
      for (const name of opType === 'Concat' ? read : read.slice(0, 1)) asked.add(name);
    }
  }
  return new Set(inputs.flatMap(({ name }) => (asked.has(name) ? [name] : [])));
}
