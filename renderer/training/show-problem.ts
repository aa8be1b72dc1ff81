import type { Problem } from '../../engine/declaration/problem.ts';
import { placeOf } from '../../engine/document/flatten.ts';
import { showPlace } from '../canvas/show-place.ts';
import { showPanelTab } from './panel-tab.ts';

/** Opens the list of problems and selects what one of them is about. */
export function showProblem({ place }: Problem): void {
  showPanelTab('problems');
  showPlace(place);
}

/** Selects a node of the flat document and brings it into view, in its block, where it still exists. */
export function showNode(id: string): void {
  showPlace({ node: placeOf(id) });
}
