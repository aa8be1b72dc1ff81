import type { Problem } from '../../engine/declaration/problem.ts';
import { showPlace } from '../canvas/show-place.ts';
import { selectNodes } from '../document/store.ts';

/** Selects what a problem is about, brings it into view, and the keyboard to the field that is wrong. */
export function goToProblem({ place }: Problem): void {
  if (place.node === undefined && place.wire === undefined) {
    selectNodes([]);
    return;
  }
  showPlace(place, () => {
    if (place.field !== undefined) focusField(place.field);
  });
}

/** The inspector shows the node's form one paint later. */
function focusField(name: string): void {
  requestAnimationFrame(() => {
    const row = document.querySelector(`[data-inspector] [data-field="${CSS.escape(name)}"]`);
    row?.querySelector<HTMLElement>('input, button')?.focus();
  });
}
