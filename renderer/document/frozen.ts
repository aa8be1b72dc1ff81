import { isChangedByTraining, isFrozen } from '../../engine/document/frozen.ts';
import { instancesTo } from '../../engine/document/levels.ts';
import type { DocumentNode } from '../../engine/document/schema.ts';
import { nodesName } from './commands.ts';
import { type DocumentState, edit, useDocumentStore } from './store.ts';

/** How much of a node's parameters training leaves as they are; undefined for none of them. */
export type FrozenPart = 'all' | 'some' | undefined;

/** Of a layer or an instance: by its own word, that of a block around it, or those of what is inside. */
export function frozenPart({ analysis }: Pick<DocumentState, 'analysis'>, id: string): FrozenPart {
  const { parameterCount = 0, frozenCount = 0, weights = [] } = analysis.nodes.get(id) ?? {};
  const node = analysis.topology.nodes.get(id);
  const hasOwn = parameterCount > 0 || weights.some(isChangedByTraining);
  const isSaid = node !== undefined && hasOwn && isFrozen(node, analysis.topology.nodes);
  if (isSaid || (frozenCount > 0 && frozenCount === parameterCount)) return 'all';
  return frozenCount > 0 ? 'some' : undefined;
}

/** What of the selection has something of its own that training changes. */
function freezable({ document, analysis, selection }: DocumentState): DocumentNode[] {
  return document.nodes.filter(({ id, weightsOf }) => {
    const { parameterCount = 0, weights = [] } = analysis.nodes.get(id) ?? {};
    const changes = parameterCount > 0 || weights.some(isChangedByTraining);
    return selection.nodes.has(id) && weightsOf === undefined && changes;
  });
}

/** Whether all that is selected and can be frozen is; undefined where nothing can. */
export function isSelectionFrozen(state: DocumentState): boolean | undefined {
  const nodes = freezable(state);
  return nodes.length === 0 ? undefined : nodes.every(({ frozen }) => frozen === true);
}

/** The block around what is drawn that is frozen as a whole, by its name: the outermost. */
export const frozenAround = ({ project, level }: DocumentState): string | undefined =>
  instancesTo(project, level)?.find(({ node }) => node.frozen)?.node.name;

export function freezeSelection(frozen: boolean): void {
  const nodes = freezable(useDocumentStore.getState());
  const ids = new Set(nodes.map(({ id }) => id));
  edit({ key: frozen ? 'freeze' : 'unfreeze', name: nodesName(nodes) }, (draft) => {
    for (const node of draft.nodes) {
      if (!ids.has(node.id)) continue;
      if (frozen) node.frozen = true;
      else delete node.frozen;
    }
  });
}

/** Freezes what is selected; what is frozen already is let train again. */
export const toggleFrozen = (): void =>
  freezeSelection(isSelectionFrozen(useDocumentStore.getState()) !== true);
