import type { Problem } from '../../engine/declaration/problem.ts';
import { focusNode } from '../canvas/view.ts';
import { select, selectNodes, useDocumentStore } from '../document/store.ts';
import { showPanelTab } from './panel-tab.ts';

/** Opens the list of problems and selects what one of them is about. */
export function showProblem({ place }: Problem): void {
  showPanelTab('problems');
  if (place.node !== undefined) showNode(place.node);
  else if (place.wire !== undefined) select({ nodes: new Set(), wires: new Set([place.wire]) });
}

/** Selects a node and brings it into view, where it still exists. */
export function showNode(id: string): void {
  if (!useDocumentStore.getState().analysis.topology.nodes.has(id)) return;
  selectNodes([id]);
  focusNode(id);
}
