/** What a layer that is dragged out of the palette is called while it is in the air. */
export const layerDragType = 'application/x-netwright-layer';
