import { declarationOf, nodePorts } from '../../engine/document/blocks.ts';
import { freshId } from '../../engine/document/fresh.ts';
import type { DocumentNode, Drawing, Wire } from '../../engine/document/schema.ts';
import { checkWire } from '../../engine/document/wiring.ts';

/**
 * The wires that a new node gets without being asked: its first input from the node before it, and a loss its target
 * from the data. Nothing where there is a choice.
 */
export function obviousWires(
  document: Drawing,
  before: DocumentNode | undefined,
  node: DocumentNode,
): Wire[] {
  const definition = declarationOf(document.blocks, node.type);
  const [input, ...others] = nodePorts(document.blocks, node).inputs;
  const output = before === undefined ? undefined : nodePorts(document.blocks, before).outputs[0];
  if (before === undefined || definition === undefined || input === undefined || output === undefined)
    return [];

  const taken = new Set(document.wires.map(({ id }) => id));
  const wire = (from: Wire['from'], port: string): Wire => {
    const id = freshId('wire', taken);
    taken.add(id);
    return { id, from, to: { node: node.id, port } };
  };
  const wires = [wire({ node: before.id, port: output.name }, input.name)];
  const data = document.nodes.filter(
    (candidate) => declarationOf(document.blocks, candidate.type)?.category === 'data',
  );
  const [source] = data;
  // The data's first output is what goes into the network, its second what should come out of it.
  const target = source && nodePorts(document.blocks, source).outputs[1];
  if (definition.category === 'loss' && data.length === 1 && source !== undefined && target !== undefined) {
    for (const other of others) wires.push(wire({ node: source.id, port: target.name }, other.name));
  }
  const grown = { ...document, nodes: [...document.nodes, node] };
  return wires.filter(({ from, to }) => checkWire(grown, from, to) === undefined);
}

/** The wire from an open end to the first port of the new node that takes it. */
export function closingWire(
  document: Drawing,
  { end, isOutput }: { readonly end: Wire['from']; readonly isOutput: boolean },
  node: DocumentNode,
): Wire[] {
  const ports = nodePorts(document.blocks, node)[isOutput ? 'inputs' : 'outputs'];
  const grown = { ...document, nodes: [...document.nodes, node] };
  const id = freshId('wire', new Set(document.wires.map((wire) => wire.id)));
  for (const { name } of ports) {
    const own = { node: node.id, port: name };
    const wire = isOutput ? { id, from: end, to: own } : { id, from: own, to: end };
    if (checkWire(grown, wire.from, wire.to) === undefined) return [wire];
  }
  return [];
}
