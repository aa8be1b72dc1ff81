import type { AnyLayer, OpenedEnd, OpenedLayer, WeightDeclaration } from '../layers/contract.ts';
import type { Known } from './analyse.ts';
import { catalogue } from './catalogue.ts';
import { completeParams } from './check-params.ts';
import { freshId, freshName } from './fresh.ts';
import { knownOf } from './level-analysis.ts';
import type { DocumentNode, Drawing, Wire } from './schema.ts';

/** Distance from one node to the next, sideways and down. */
const columnWidth = 240;
const rowHeight = 144;

export interface OpenedDocument<D extends Drawing> {
  readonly document: D;
  /** Ids of the nodes that took the place of the opened one. */
  readonly opened: readonly string[];
}

/** What a node opens into; undefined when its layer is made of no others or cannot be built as it is. */
function partsOf(document: Drawing, id: string, analysis: Known): OpenedLayer | undefined {
  const node = analysis.topology.nodes.get(id);
  const definition: AnyLayer | undefined = node && catalogue.get(node.type);
  const analysed = analysis.nodes.get(id);
  if (node === undefined || definition?.open === undefined || analysed === undefined) return undefined;
  const isBuilt = definition.ports.outputs.every(({ name }) => analysed.outputs[name] !== undefined);
  // Whoever shares weights needs them to stay in one node.
  const shares = node.weightsOf !== undefined || document.nodes.some(({ weightsOf }) => weightsOf === id);
  if (!isBuilt || shares) return undefined;
  return definition.open(completeParams(definition.fields, node.params), analysed.inputs);
}

export const canOpen = (document: Drawing, id: string, analysis: Known): boolean =>
  partsOf(document, id, analysis) !== undefined;

/**
 * The document with a node replaced by the layers that it is made of: the same computation. Wires from and to the rest
 * stay; the parts are named after the node, and what stands to its right or below it makes room. Undefined when the node
 * cannot be opened.
 */
export function openNode<D extends Drawing>(
  document: D,
  id: string,
  analysis: Known = knownOf(document),
): OpenedDocument<D> | undefined {
  const parts = partsOf(document, id, analysis);
  const node = analysis.topology.nodes.get(id);
  if (parts === undefined || node === undefined) return undefined;
  const weights = analysis.nodes.get(id)?.weights ?? [];
  const nodes = placedParts(document, node, parts, weights);
  const makeRoom = roomFor(node, parts);
  return {
    document: {
      ...document,
      nodes: document.nodes.flatMap((other) => (other === node ? [...nodes.values()] : [makeRoom(other)])),
      wires: rewired(document, id, parts, nodes),
    },
    opened: [...nodes.values()].map((part) => part.id),
  };
}

/** Moves what stands to the right of a node further to the right, and what stands below it further down. */
function roomFor({ position }: DocumentNode, { nodes }: OpenedLayer): (other: DocumentNode) => DocumentNode {
  const columns = nodes.reduce((most, { column }) => Math.max(most, column), 0);
  const rows = nodes.reduce((most, { row }) => Math.max(most, row), 0);
  return (other) => {
    const { x, y } = other.position;
    if (x > position.x + columnWidth / 2) {
      return { ...other, position: { x: x + columns * columnWidth, y } };
    }
    const isBelow = y > position.y && x > position.x - columnWidth / 2;
    return isBelow ? { ...other, position: { x, y: y + rows * rowHeight } } : other;
  };
}

/** The parts as nodes of the document, by the names that they have among themselves. */
function placedParts(
  document: Drawing,
  { name, position, frozen }: DocumentNode,
  { nodes }: OpenedLayer,
  weights: readonly WeightDeclaration[],
): ReadonlyMap<string, DocumentNode> {
  const ids = new Set(document.nodes.map((node) => node.id));
  const names = new Set(document.nodes.map((node) => node.name));
  const placed = new Map<string, DocumentNode>();
  for (const part of nodes) {
    const node: DocumentNode = {
      id: freshId(part.type, ids),
      type: part.type,
      name: freshName(`${name}_${part.name}`, names),
      position: { x: position.x + part.column * columnWidth, y: position.y + part.row * rowHeight },
      params: completeParams(catalogue.get(part.type)?.fields ?? {}, part.params),
      ...(frozen && weights.some((weight) => weight.name.startsWith(`${part.name}.`)) && { frozen }),
    };
    ids.add(node.id);
    names.add(node.name);
    placed.set(part.name, node);
  }
  return placed;
}

function rewired(
  { wires }: Drawing,
  id: string,
  { ports, wires: inner }: OpenedLayer,
  nodes: ReadonlyMap<string, DocumentNode>,
): Wire[] {
  const ids = new Set(wires.map((wire) => wire.id));
  const end = ({ node, port }: OpenedEnd): Wire['to'] => ({ node: nodes.get(node)?.id ?? node, port });
  const numbered = (wire: Omit<Wire, 'id'>): Wire => {
    const wireId = freshId('wire', ids);
    ids.add(wireId);
    return { id: wireId, ...wire };
  };
  const outer = wires.flatMap((wire): Wire[] => {
    if (wire.from.node === id) {
      const source = ports.outputs[wire.from.port];
      return source === undefined ? [] : [{ ...wire, from: end(source) }];
    }
    if (wire.to.node !== id) return [wire];
    const [first, ...more] = ports.inputs[wire.to.port] ?? [];
    if (first === undefined) return [];
    return [{ ...wire, to: end(first) }, ...more.map((to) => numbered({ from: wire.from, to: end(to) }))];
  });
  return [...outer, ...inner.map(({ from, to }) => numbered({ from: end(from), to: end(to) }))];
}
