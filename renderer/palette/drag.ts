/** What a layer that is dragged out of the palette is called while it is in the air. */
export const layerDragType = 'application/x-netwright-layer';

let dragged: string | undefined;

/** Browsers hide what is dragged until it is dropped; what comes from the palette is known all the same. */
export const draggedLayer = (): string | undefined => dragged;

export function setDraggedLayer(type: string | undefined): void {
  dragged = type;
}
