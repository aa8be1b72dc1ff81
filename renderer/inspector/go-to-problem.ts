import type { Problem } from '../../engine/declaration/problem.ts';
import { showPlace } from '../canvas/show-place.ts';
import { selectNodes } from '../document/store.ts';

/** Selects what a problem is about, brings it into view, and the keyboard to the field that is wrong. */
export function goToProblem({ place }: Problem): void {
  if (place.node === undefined && place.wire === undefined) {
    selectNodes([]);
    return;
  }
  if (showPlace(place) && place.field !== undefined) focusField(place.field);
}

/** The inspector shows the node's form a paint after it was selected, which may itself wait for its level. */
function focusField(name: string, triesLeft = 6): void {
  requestAnimationFrame(() => {
    const row = document.querySelector(`[data-inspector] [data-field="${CSS.escape(name)}"]`);
    const input = row?.querySelector<HTMLElement>('input, button');
    if (input) input.focus();
    else if (triesLeft > 0) focusField(name, triesLeft - 1);
  });
}
