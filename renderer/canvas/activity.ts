/**
 * What the canvas is doing right now, outside React: pictures in nodes read it in their own paint loop, and rest while
 * the view or a node moves.
 */
interface CanvasActivity {
  /** A node is being dragged or the view is moving. */
  moving: boolean;
  /** Zoomed out far, only titles are shown and nothing in a node can be read. */
  detail: 'full' | 'title';
  zoom: number;
}

export const canvasActivity: CanvasActivity = { moving: false, detail: 'full', zoom: 1 };

const onRest = new Set<() => void>();

/** Called whenever the view or a node has come to rest. Returns the function that stops it. */
export function whenAtRest(listen: () => void): () => void {
  onRest.add(listen);
  return () => onRest.delete(listen);
}

export function setCanvasMoving(moving: boolean): void {
  if (canvasActivity.moving === moving) return;
  canvasActivity.moving = moving;
  if (!moving) for (const listen of onRest) listen();
}

/** Below this zoom a node is its title. */
export const titleZoom = 0.4;
