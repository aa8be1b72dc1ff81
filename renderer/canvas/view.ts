import type { FlowActions } from './flow.ts';

let actions: FlowActions | undefined;

export function setCanvasView(next: FlowActions): void {
  actions = next;
}

/** Moves what the canvas shows; undefined while no canvas is on screen. */
export const canvasView = (): FlowActions | undefined => actions;

/** Brings the keyboard to a node, and the node into view. */
export function focusNode(id: string): void {
  actions?.reveal(id);
  document
    .querySelector<HTMLElement>(`.react-flow__node[data-id="${CSS.escape(id)}"]`)
    ?.focus({ preventScroll: true });
}
