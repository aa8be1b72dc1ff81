import type { FlowActions } from './flow.ts';

let actions: FlowActions | undefined;

export function setCanvasView(next: FlowActions): void {
  actions = next;
}

/** Moves what the canvas shows; undefined while no canvas is on screen. */
export const canvasView = (): FlowActions | undefined => actions;

/** Brings the node into view and, unless a list or dialog has been opened meanwhile and is being typed into, the keyboard to it. */
export function focusNode(id: string): void {
  actions?.reveal(id);
  if (document.activeElement?.closest('[role="dialog"][data-open]')) return;
  document
    .querySelector<HTMLElement>(`.react-flow__node[data-id="${CSS.escape(id)}"]`)
    ?.focus({ preventScroll: true });
}

/** Brings the keyboard to a node, without one to the canvas. */
export function focusCanvas(node: string | undefined): void {
  if (node !== undefined) focusNode(node);
  else document.querySelector<HTMLElement>('[data-canvas]')?.focus({ preventScroll: true });
}

/**
 * The same for a node whose canvas may only be being set up: it can take the keyboard once it has been measured. `then`
 * follows in any case.
 */
export function focusWhenShown(id: string, then = (): void => {}, framesLeft = 30): void {
  requestAnimationFrame(() => {
    focusNode(id);
    const isFocused = document.activeElement?.getAttribute('data-id') === id;
    if (isFocused || framesLeft === 0) then();
    else focusWhenShown(id, then, framesLeft - 1);
  });
}
