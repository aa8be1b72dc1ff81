import { analyseDocument } from './analyse.ts';
import { declarationOf } from './blocks.ts';
import type { DocumentNode, NetwrightDocument } from './schema.ts';
import { type Topology, topologyOf } from './topology.ts';

/** Fields that say how many numbers a layer, or a block that shows them, makes of each sample. */
const sizes = ['outFeatures', 'outChannels'] as const;

export interface FittedHead {
  readonly name: string;
  readonly outputs: number;
  /** One for each class; else as many as the targets have numbers or channels. */
  readonly areClasses: boolean;
}

export interface FittedHeads {
  readonly document: NetwrightDocument;
  /** Layers that have other numbers of outputs now. */
  readonly fitted: readonly FittedHead[];
}

/**
 * The document with as many outputs before each loss as its targets ask for: one for each class, or as many channels or
 * features as they have themselves. What the last layer that decides a size cannot help stays as it is.
 */
export function withFittingHeads(document: NetwrightDocument): FittedHeads {
  let now: FittedHeads = { document, fitted: [] };
  for (const loss of document.nodes) {
    const before = misfitsOf(now.document, loss.id);
    if (before === 0) continue;
    const target = analyseDocument(now.document).nodes.get(loss.id)?.inputs['target'];
    const outputs = target?.classes ?? target?.shape[1];
    const head = headOf(now.document, topologyOf(now.document), loss.id);
    if (outputs === undefined || head === undefined) continue;
    const changed = { ...head.node, params: { ...head.node.params, [head.field]: outputs } };
    const nodes = now.document.nodes.map((node) => (node.id === changed.id ? changed : node));
    const next = { ...now.document, nodes };
    if (misfitsOf(next, loss.id) >= before) continue;
    const areClasses = target?.classes !== undefined;
    now = { document: next, fitted: [...now.fitted, { name: changed.name, outputs, areClasses }] };
  }
  return now;
}

const misfits = new Set(['class-count', 'shape-mismatch']);

/** What is wrong with the prediction that a loss gets: more than its size may be. */
const misfitsOf = (document: NetwrightDocument, loss: string): number =>
  analyseDocument(document).problems.filter(
    ({ code, place }) => misfits.has(code) && place.node === loss && place.port === 'prediction',
  ).length;

interface Head {
  readonly node: DocumentNode;
  readonly field: (typeof sizes)[number];
}

/** The last node on the way to a prediction that decides its size, as far as every node on it has one input. */
function headOf({ blocks }: NetwrightDocument, topology: Topology, loss: string): Head | undefined {
  let wire = topology.into.get(loss)?.find(({ to }) => to.port === 'prediction');
  for (let left = topology.nodes.size; wire !== undefined && left > 0; left--) {
    const node = topology.nodes.get(wire.from.node);
    if (node === undefined) return undefined;
    const fields = declarationOf(blocks, node.type)?.fields ?? {};
    const field = sizes.find((name) => fields[name] !== undefined);
    if (field !== undefined) return { node, field };
    const into = topology.into.get(node.id) ?? [];
    wire = into.length === 1 ? into[0] : undefined;
  }
  return undefined;
}
