import { analyseDocument } from '../../engine/document/analyse.ts';
import { catalogue } from '../../engine/document/catalogue.ts';
import type { DocumentNode, NetwrightDocument, Wire } from '../../engine/document/schema.ts';
import type { Topology } from '../../engine/document/topology.ts';

/** A network as figures in papers show it: what each layer with weights makes, from left to right. */
export interface NetworkShape {
  readonly bars: readonly Bar[];
  readonly shortcuts: readonly Shortcut[];
}

/** Feature maps, or the numbers that a linear layer makes. Of layers side by side the first stands for all. */
export interface Bar {
  readonly kind: 'convolution' | 'linear';
  /** Channels or features. */
  readonly width: number;
  /** Rows of a feature map. */
  readonly side: number;
  /** It looks at each channel by itself. */
  readonly isDepthwise: boolean;
}

/** What passes by the bars between: from behind one to behind another, counted from 1; 0 is the data. */
export interface Shortcut {
  readonly from: number;
  readonly to: number;
}

const joins = new Set(['add', 'concat']);

export function networkShape(document: NetwrightDocument): NetworkShape {
  const { topology, nodes } = analyseDocument(document);
  /** How many bars lie before what a node makes, on the longest way. */
  const columns = new Map<string, number>();
  const bars: Bar[] = [];
  const shortcuts: Shortcut[] = [];
  for (const node of topology.order) {
    const into = topology.into.get(node.id) ?? [];
    const before = Math.max(0, ...into.map(({ from }) => columns.get(from.node) ?? 0));
    const known = nodes.get(node.id);
    const bar = barOf(node, known?.outputs['y']?.shape, known?.parameterCount ?? 0);
    columns.set(node.id, before + (bar === undefined ? 0 : 1));
    if (bar !== undefined) bars[before] ??= bar;
    if (!joins.has(node.type)) continue;
    const from = Math.min(...into.map((wire) => columns.get(forkOf(topology, wire)) ?? 0));
    if (before - from >= 2) shortcuts.push({ from, to: before });
  }
  return { bars, shortcuts };
}

function barOf(node: DocumentNode, shape: readonly number[] = [], parameters: number): Bar | undefined {
  const category = catalogue.get(node.type)?.category;
  const [, width = 1, side = 1] = shape;
  if (parameters === 0 || (category !== 'convolution' && category !== 'linear')) return undefined;
  return { kind: category, width, side, isDepthwise: node.params['connections'] === 'depthwise' };
}

/** The node that a wire leads back to from which something else departs too, or where its branch begins. */
function forkOf({ into, outOf }: Topology, wire: Wire): string {
  let at = wire.from.node;
  for (;;) {
    const [before] = into.get(at) ?? [];
    if (before === undefined || (outOf.get(at)?.length ?? 0) > 1) return at;
    at = before.from.node;
  }
}
