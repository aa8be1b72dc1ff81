import type { Place } from '../../engine/declaration/problem.ts';
import { atLevel, drawingAt, type Level } from '../../engine/document/levels.ts';
import { selectNodes, selectWires, showLevel, useDocumentStore } from '../document/store.ts';
import { canvasView, focusWhenShown } from './view.ts';

/**
 * Goes to where a place is drawn, in whatever block, selects what is there and brings it into view. `then` follows once a
 * node has the keyboard. False where it is no more.
 */
export function showPlace({ node, wire }: Place, then?: () => void): boolean {
  const place = wire ?? node;
  if (place === undefined) return false;
  const { project } = useDocumentStore.getState();
  const { level, id } = atLevel(place);
  const drawing = drawingAt(project, level);
  const found = wire === undefined ? undefined : drawing?.wires.find((other) => other.id === id);
  if (found !== undefined) {
    atOnceOrWhenDrawn(level, () => {
      selectWires([id]);
      canvasView()?.reveal(found.to.node);
    });
    return true;
  }
  // A wire that is nowhere to be seen is spoken of at its node.
  const at = wire === undefined || node === undefined ? { level, id } : atLevel(node);
  if (drawingAt(project, at.level)?.nodes.some((other) => other.id === at.id) !== true) return false;
  atOnceOrWhenDrawn(at.level, () => {
    selectNodes([at.id]);
    focusWhenShown(at.id, then);
  });
  return true;
}

/** The same for a node, without taking the keyboard along where it is drawn already. */
export function revealNode(place: string): void {
  const { level, id } = atLevel(place);
  const { project } = useDocumentStore.getState();
  if (drawingAt(project, level)?.nodes.some((other) => other.id === id) !== true) return;
  atOnceOrWhenDrawn(level, () => {
    selectNodes([id]);
    canvasView()?.reveal(id);
  });
}

/** Another level is drawn by a canvas of its own, which is there two paints later. */
function atOnceOrWhenDrawn(level: Level, show: () => void): void {
  if (useDocumentStore.getState().level.join('/') === level.join('/')) {
    show();
    return;
  }
  showLevel(level);
  requestAnimationFrame(() => requestAnimationFrame(show));
}
