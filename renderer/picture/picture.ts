import { declarationOf, isBlockType, isPortType, portsOf, roundsOf } from '../../engine/document/blocks.ts';
import { completeParams } from '../../engine/document/check-params.ts';
import { drawnDeclaration } from '../../engine/document/placeholder.ts';
import type { MarkColor, Note, Wire } from '../../engine/document/schema.ts';
import type { Category } from '../../engine/layers/contract.ts';
import { wirePath } from '../canvas/flow-parts.tsx';
import { wireFacts } from '../canvas/labels.ts';
import { portsHeight, portTop } from '../canvas/port-places.ts';
import { drawnBlock } from '../document/block-commands.ts';
import { nodeWidth } from '../document/commands.ts';
import type { DocumentState } from '../document/store.ts';

/** What is drawn of a network, where the canvas has it, in the canvas' units. */
export interface Picture {
  readonly title: string;
  readonly nodes: readonly PictureNode[];
  readonly wires: readonly PictureWire[];
  readonly notes: readonly PictureNote[];
}

export type PictureNote = Note['position'] &
  Note['size'] & { readonly text: string; readonly color?: MarkColor };

export interface PictureNode {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly name: string;
  /** What kind of layer it is, where the name does not say it, and how many times a block is repeated. */
  readonly kind: string;
  /** Its main numbers. */
  readonly face: string;
  readonly parameters: string;
  readonly category: Category;
  /** What the person marked it with. */
  readonly color?: MarkColor;
  /** Drawn as a stack: more lies inside. */
  readonly isBlock: boolean;
  /** One of a block's own inputs and outputs. */
  readonly isPort: boolean;
}

export interface PictureWire {
  /** SVG path, and where its middle is. */
  readonly path: string;
  readonly x: number;
  readonly y: number;
  readonly shape: string | undefined;
  /** It carries labels, not numbers. */
  readonly labels: boolean;
}

/** How things are called in the person's language. */
export interface Words {
  readonly text: (text: { readonly en: string; readonly zh: string }) => string;
  readonly parameters: (count: number) => string;
  readonly times: (rounds: number) => string;
}

/** What is drawn, and all that is known of it. */
type Seen = Pick<DocumentState, 'project' | 'document' | 'level' | 'analysis' | 'problemsOf'>;

/** As the style sheet has it. */
const portNodeWidth = 128;

/** What is drawn at the level that is open. */
export function pictureOf(state: Seen, words: Words): Picture {
  const { document, project, analysis } = state;
  const nodes = document.nodes.map((node): PictureNode => {
    const definition = drawnDeclaration(document, node);
    const known = analysis.nodes.get(node.id);
    const isBlock = isBlockType(node.type) && definition.category === 'block';
    const isPort = isPortType(node.type);
    const title = words.text(definition.title);
    const rounds = isBlock ? roundsOf(node.params) : 1;
    const count = known?.parameterCount ?? 0;
    const face = definition.face(completeParams(definition.fields, node.params), known?.inputs ?? {});
    return {
      ...node.position,
      width: isPort ? portNodeWidth : nodeWidth,
      height: portsHeight(portsOf(definition, node.params)),
      name: node.name,
      kind: [title === node.name ? '' : title, rounds > 1 ? words.times(rounds) : ''].join(' ').trim(),
      face: typeof face === 'string' ? face : words.text(face),
      parameters: count === 0 ? '' : words.parameters(count),
      category: definition.category,
      ...(node.color !== undefined && { color: node.color }),
      isBlock,
      isPort,
    };
  });
  const placed = new Map(document.nodes.map(({ id }, i) => [id, nodes[i]]));
  const endOf = ({ node, port }: Wire['from'], side: 'inputs' | 'outputs') => {
    const box = placed.get(node);
    const type = analysis.topology.nodes.get(node)?.type;
    const ports = (type !== undefined && declarationOf(document.blocks, type)?.ports[side]) || [];
    const index = ports.findIndex(({ name }) => name === port);
    if (box === undefined || index === -1) return undefined;
    return { x: side === 'outputs' ? box.x + box.width : box.x, y: box.y + portTop(index) };
  };
  const wires = document.wires.flatMap((wire): PictureWire[] => {
    const [from, to] = [endOf(wire.from, 'outputs'), endOf(wire.to, 'inputs')];
    if (from === undefined || to === undefined) return [];
    const [path, x, y] = wirePath({ sourceX: from.x, sourceY: from.y, targetX: to.x, targetY: to.y });
    const { shape, labels } = wireFacts(state, wire);
    return [{ path, x, y, shape, labels }];
  });
  const notes = (document.notes ?? []).map(
    ({ position, size, text, color }): PictureNote => ({
      ...position,
      ...size,
      text,
      ...(color !== undefined && { color }),
    }),
  );
  return { title: drawnBlock(state)?.name ?? project.name, nodes, wires, notes };
}
