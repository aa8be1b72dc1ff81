import { type Text, text } from '../../engine/declaration/text.ts';
import { type Analysis, analyseDocument } from '../../engine/document/analyse.ts';
import { catalogue } from '../../engine/document/catalogue.ts';
import { freshId } from '../../engine/document/fresh.ts';
import type { DocumentNode, NetwrightDocument, Wire } from '../../engine/document/schema.ts';
import { checkWire } from '../../engine/document/wiring.ts';
import { columnWidth, newNode, nodeWidth, type Point, snap, wireName } from './commands.ts';
import { newErrors } from './new-errors.ts';
import { edit, useDocumentStore } from './store.ts';

/** The document with a node in the middle of a wire, or why it cannot be there. */
export type Insertion = { readonly document: NetwrightDocument } | { readonly refusal: Text };

/**
 * Puts a node in a wire: what came along the wire goes in at its first port that takes it, and what comes out goes on
 * to where the wire ended. `node` may stand in the document already, without wires. Shapes have to fit on both sides.
 */
export function insertedOnWire(
  document: NetwrightDocument,
  analysis: Analysis,
  wireId: string,
  node: DocumentNode,
): Insertion {
  const wire = document.wires.find(({ id }) => id === wireId);
  const definition = catalogue.get(node.type);
  const { inputs, outputs } = definition?.ports ?? { inputs: [], outputs: [] };
  if (wire === undefined || inputs.length === 0 || outputs.length === 0 || definition?.category === 'loss') {
    return {
      refusal: text(
        `"${node.name}" has no input and output to stand in a wire with.`,
        `“${node.name}”没有可以接入连线的输入和输出。`,
      ),
    };
  }
  const others = document.nodes.filter(({ id }) => id !== node.id);
  const cut: NetwrightDocument = {
    ...document,
    nodes: [...others, node],
    wires: document.wires.filter(({ id }) => id !== wireId),
  };
  const cutAnalysis = analyseDocument(cut);
  const id = freshId('wire', new Set(document.wires.map((known) => known.id)));
  let refusal: Text | undefined;
  for (const input of inputs) {
    for (const output of outputs) {
      const into: Wire = { ...wire, to: { node: node.id, port: input.name } };
      const onwards: Wire = { id, from: { node: node.id, port: output.name }, to: wire.to };
      const grown = { ...cut, wires: [...cut.wires, into] };
      const reason =
        checkWire(cut, into.from, into.to, cutAnalysis) ??
        checkWire(grown, onwards.from, onwards.to) ??
        misfit(analysis, { ...grown, wires: [...grown.wires, onwards] }, new Set([node.id, wire.to.node]));
      if (reason === undefined)
        return {
          document: { ...cut, nodes: withRoom(cut.nodes, wire, node), wires: [...grown.wires, onwards] },
        };
      refusal ??= reason;
    }
  }
  return { refusal: refusal ?? text('It does not fit here.', '放在这里不合适。') };
}

function misfit(before: Analysis, document: NetwrightDocument, nodes: ReadonlySet<string>): Text | undefined {
  return newErrors(before, analyseDocument(document), nodes)[0]?.message;
}

/** The node clear of the one before it, and everything from the one behind it on moved aside as far as it takes. */
function withRoom(nodes: readonly DocumentNode[], wire: Wire, node: DocumentNode): DocumentNode[] {
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
  const { document, analysis } = useDocumentStore.getState();
  const node =
    'node' in what ? analysis.topology.nodes.get(what.node) : newNode(document, what.type, { x: 0, y: 0 });
  if (node === undefined) return { refusal: text('There is no such layer.', '没有这样的层。') };
  return insertedOnWire(document, analysis, wireId, node);
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
  const { document, analysis } = useDocumentStore.getState();
  const wire = document.wires.find(({ id }) => id === wireId);
  const insertion = insertedOnWire(document, analysis, wireId, node);
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

/** Whether nothing is wired to a node yet: such a node can be dropped on a wire. */
export function isLoose(id: string): boolean {
  const { into, outOf } = useDocumentStore.getState().analysis.topology;
  return (into.get(id)?.length ?? 0) + (outOf.get(id)?.length ?? 0) === 0;
}
