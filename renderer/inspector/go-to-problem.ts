import type { Problem } from '../../engine/declaration/problem.ts';
import { canvasView, focusNode } from '../canvas/view.ts';
import { selectNodes, selectWires, useDocumentStore } from '../document/store.ts';

/** Selects what a problem is about, brings it into view, and the keyboard to the field that is wrong. */
export function goToProblem({ place }: Problem): void {
  const { document: drawn } = useDocumentStore.getState();
  if (place.wire !== undefined && drawn.wires.some(({ id }) => id === place.wire)) {
    const wire = drawn.wires.find(({ id }) => id === place.wire);
    selectWires([place.wire]);
    if (wire !== undefined) canvasView()?.reveal(wire.to.node);
    return;
  }
  if (place.node === undefined) {
    selectNodes([]);
    return;
  }
  selectNodes([place.node]);
  focusNode(place.node);
  if (place.field !== undefined) focusField(place.field);
}

/** The inspector shows the node's form one paint later. */
function focusField(name: string): void {
  requestAnimationFrame(() => {
    const row = document.querySelector(`[data-inspector] [data-field="${CSS.escape(name)}"]`);
    row?.querySelector<HTMLElement>('input, button')?.focus();
  });
}
