import { declarationOf } from '../../engine/document/blocks.ts';
import { scopeAt } from '../../engine/document/level-analysis.ts';
import { sourceOf } from '../../engine/document/scope.ts';
import type { DocumentState } from './store.ts';

/**
 * The node of the flat document whose numbers stand for a node that is drawn: its own, in the first passage; of a block,
 * the layer that its first output comes from, in the last.
 */
export function shownFlatId(
  { document, whole, level, analysis }: DocumentState,
  id: string,
): string | undefined {
  const scope = scopeAt(whole.flattened, level);
  const node = analysis.topology.nodes.get(id);
  if (scope === undefined || node === undefined) return undefined;
  const declaration = declarationOf(document.blocks, node.type);
  if (declaration?.category !== 'block') return scope.path + id;
  const [output] = declaration.ports.outputs;
  const source = output && sourceOf(scope, { node: id, port: output.name });
  return source !== undefined && 'end' in source ? source.end.node : undefined;
}
