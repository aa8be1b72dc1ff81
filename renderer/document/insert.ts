import { type Text, text } from '../../engine/declaration/text.ts';
import { declarationOf, isBlockType, nodePorts } from '../../engine/document/blocks.ts';
import { freshId } from '../../engine/document/fresh.ts';
import type { DocumentNode, Drawing, Wire } from '../../engine/document/schema.ts';
import { checkWire } from '../../engine/document/wiring.ts';
import { columnWidth, newNode, nodeWidth, type Point, snap, wireName } from './commands.ts';
import { newErrors } from './new-errors.ts';
import { edit, lookAhead, type Seen, useDocumentStore } from './store.ts';

/** The document with a node in the middle of a wire, or why it cannot be there. */
export type Insertion = { readonly document: Drawing } | { readonly refusal: Text };

/**
 * Puts a node in a wire: what came along the wire goes in at its first port that takes it, and what comes out goes on
 * to where the wire ended. `node` may stand in the document already, without wires. Shapes have to fit on both sides.
 */
export function insertedOnWire(
  document: Drawing,
  seen: Seen,
  look: (drawing: Drawing) => Seen,
  wireId: string,
  node: DocumentNode,
): Insertion {
  const wire = document.wires.find(({ id }) => id === wireId);
  const definition = declarationOf(document.blocks, node.type);
  const { inputs, outputs } = nodePorts(document.blocks, node);
  if (wire === undefined || inputs.length === 0 || outputs.length === 0 || definition?.category === 'loss') {
    return {
      refusal: text(
        `"${node.name}" has no input and output to stand in a wire with.`,
        `“${node.name}”没有可以接入连线的输入和输出。`,
      ),
    };
  }
  const others = document.nodes.filter(({ id }) => id !== node.id);
  const cut: Drawing = {
    ...document,
    nodes: [...others, node],
    wires: document.wires.filter(({ id }) => id !== wireId),
  };
  const cutKnown = look(cut).analysis;
  const id = freshId('wire', new Set(document.wires.map((known) => known.id)));
  let refusal: Text | undefined;
  for (const input of inputs) {
    for (const output of outputs) {
      const into: Wire = { ...wire, to: { node: node.id, port: input.name } };
      const onwards: Wire = { id, from: { node: node.id, port: output.name }, to: wire.to };
      const grown = { ...cut, wires: [...cut.wires, into] };
      const reason =
        checkWire(cut, into.from, into.to, cutKnown) ??
        checkWire(grown, onwards.from, onwards.to, look(grown).analysis) ??
        newErrors(seen, look({ ...grown, wires: [...grown.wires, onwards] }), [node.id, wire.to.node])[0]
          ?.message;
      if (reason === undefined)
        return {
          document: { ...cut, nodes: withRoom(cut.nodes, wire, node), wires: [...grown.wires, onwards] },
        };
      refusal ??= reason;
    }
  }
  return { refusal: refusal ?? text('It does not fit here.', '放在这里不合适。') };
}

/** The node clear of the one before it, and everything from the one behind it on moved aside as far as it takes. */
export function withRoom(nodes: readonly DocumentNode[], wire: Wire, node: DocumentNode): DocumentNode[] {
  const source = nodes.find(({ id }) => id === wire.from.node);
  const target = nodes.find(({ id }) => id === wire.to.node);
  if (source === undefined || target === undefined || target.position.x <= source.position.x)
    return [...nodes];
  const gap = columnWidth - nodeWidth;
  const x = Math.max(node.position.x, source.position.x + columnWidth);
  const missing = snap(x + nodeWidth + gap - target.position.x);
  return nodes.map((other) => {
    if (other.id === node.id) return { ...other, position: { ...other.position, x } };
    const isBehind = other.id !== source.id && other.position.x >= target.position.x;
    return missing > 0 && isBehind
      ? { ...other, position: { ...other.position, x: other.position.x + missing } }
      : other;
  });
}

/** What inserting a layer of a type, or a node that is there, in a wire would come to; for the mark under the pointer. */
export function tryInsertion(
  wireId: string,
  what: { readonly type: string } | { readonly node: string },
): Insertion {
  const state = useDocumentStore.getState();
  const { document, analysis } = state;
  const node =
    'node' in what ? analysis.topology.nodes.get(what.node) : newNode(document, what.type, { x: 0, y: 0 });
  if (node === undefined) return { refusal: text('There is no such layer.', '没有这样的层。') };
  return insertedOnWire(document, state, lookAhead, wireId, node);
}

/** Adds a layer in the middle of a wire, as one step of the history. Says why where it does not fit, and adds nothing. */
export function insertLayer(type: string, wireId: string, at: Point): Text | undefined {
  const { document } = useDocumentStore.getState();
  const node = newNode(document, type, at);
  return node === undefined ? text('There is no such layer.', '没有这样的层。') : insert(wireId, node);
}

/** The same for a node that stands somewhere without wires, and was dropped on the wire. */
export function insertNode(id: string, wireId: string, at: Point): Text | undefined {
  const node = useDocumentStore.getState().analysis.topology.nodes.get(id);
  return node === undefined ? undefined : insert(wireId, { ...node, position: at });
}

function insert(wireId: string, node: DocumentNode): Text | undefined {
  const state = useDocumentStore.getState();
  const { document } = state;
  const wire = document.wires.find(({ id }) => id === wireId);
  const insertion = insertedOnWire(document, state, lookAhead, wireId, node);
  if ('refusal' in insertion || wire === undefined)
    return 'refusal' in insertion ? insertion.refusal : undefined;
  const ends = wireName(wire.from, wire.to);
  edit(
    { key: 'insert', name: text(`${node.name} in ${ends}`, `${node.name}（${ends}）`) },
    (draft) => {
      draft.nodes = insertion.document.nodes;
      draft.wires = insertion.document.wires;
    },
    { select: { nodes: new Set([node.id]), wires: new Set() } },
  );
  return undefined;
}

/**
 * Whether something could stand in a wire at all: it has an input and an output, and nothing is wired to it yet. Blocks
 * of a library are taken in where they are dropped; inside a block, a block might contain itself.
 */
export function canStandInWire(what: { readonly type: string } | { readonly node: string }): boolean {
  const { document, analysis, level } = useDocumentStore.getState();
  const { into, outOf, nodes } = analysis.topology;
  const type = 'type' in what ? what.type : nodes.get(what.node)?.type;
  const declaration = type === undefined ? undefined : declarationOf(document.blocks, type);
  if (declaration === undefined || declaration.category === 'loss') return false;
  if ('type' in what && isBlockType(what.type) && level.length > 0) return false;
  const { inputs, outputs } = declaration.ports;
  const wires = 'node' in what ? [...(into.get(what.node) ?? []), ...(outOf.get(what.node) ?? [])] : [];
  return inputs.length > 0 && outputs.length > 0 && wires.length === 0;
}
