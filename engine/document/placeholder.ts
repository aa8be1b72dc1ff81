import { text } from '../declaration/text.ts';
import type { NodeDeclaration, Port } from '../layers/contract.ts';
import { declarationOf } from './blocks.ts';
import type { DocumentNode, Drawing } from './schema.ts';

/**
 * What a node that is drawn declares; where nobody knows its type, a stand-in with the ports that its wires end at, so
 * that it can be shown, moved and kept as it came.
 */
export const drawnDeclaration = (drawing: Drawing, node: DocumentNode): NodeDeclaration =>
  declarationOf(drawing.blocks, node.type) ?? placeholderFor(drawing, node);

function placeholderFor({ wires }: Drawing, { id, type }: DocumentNode): NodeDeclaration {
  const ports = (names: readonly string[]): Port[] =>
    [...new Set(names)].map((name) => ({ name, label: text(name, name), carries: 'any' }));
  return {
    type,
    title: text(type, type),
    category: 'shape',
    fields: {},
    ports: {
      inputs: ports(wires.flatMap(({ to }) => (to.node === id ? [to.port] : []))),
      outputs: ports(wires.flatMap(({ from }) => (from.node === id ? [from.port] : []))),
    },
    face: () => '',
  };
}
