import { type Analysis, analyseDocument } from './analyse.ts';
import type { DocumentNode, NetwrightDocument } from './schema.ts';

export interface FittedOutputs {
  readonly document: NetwrightDocument;
  /** Layers that have other numbers of outputs now. */
  readonly fitted: readonly DocumentNode[];
}

/**
 * The document with the last Linear before a loss given an output for each class, where the data has another number of
 * classes than the network was drawn for and that is all that is wrong with the loss.
 */
export function withOutputsForClasses(document: NetwrightDocument): FittedOutputs {
  let now: FittedOutputs = { document, fitted: [] };
  const analysis = analyseDocument(document);
  for (const loss of analysis.losses) {
    const classes = analysis.nodes.get(loss.id)?.inputs['target']?.classes;
    const last = lastLinear(analysis, loss.id);
    const node = now.document.nodes.find(({ id }) => id === last);
    if (classes === undefined || node === undefined || !isWrong(analysis, loss.id)) continue;
    const changed = { ...node, params: { ...node.params, outFeatures: classes } };
    const nodes = now.document.nodes.map((other) => (other === node ? changed : other));
    const next = { ...now.document, nodes };
    if (!isWrong(analyseDocument(next), loss.id)) now = { document: next, fitted: [...now.fitted, changed] };
  }
  return now;
}

const isWrong = ({ problems }: Analysis, node: string): boolean =>
  problems.some(({ severity, place }) => severity === 'error' && place.node === node);

/** From the loss back along nodes that change no number of outputs, as far as they have one input each. */
function lastLinear({ topology }: Analysis, loss: string): string | undefined {
  let wire = topology.into.get(loss)?.find(({ to }) => to.port === 'prediction');
  for (const seen = new Set<string>(); wire !== undefined && !seen.has(wire.from.node); ) {
    const node = topology.nodes.get(wire.from.node);
    if (node === undefined || node.type === 'linear') return node?.id;
    seen.add(node.id);
    const into = topology.into.get(node.id) ?? [];
    wire = into.length === 1 ? into[0] : undefined;
  }
  return undefined;
}
