export interface FlowNode {
  readonly id: string;
  readonly position: { readonly x: number; readonly y: number };
  readonly selected: boolean;
  /** Its accessible name. */
  readonly label: string;
  /** A CSS colour for the minimap. */
  readonly color: string;
}

export interface FlowWire {
  readonly id: string;
  readonly from: FlowEnd;
  readonly to: FlowEnd;
  readonly selected: boolean;
  readonly label: string;
}

export interface FlowEnd {
  readonly node: string;
  readonly port: string;
}

/** How far the view is moved and magnified, for what is not React. */
export interface FlowActions {
  fitView(): void;
  zoomIn(): void;
  zoomOut(): void;
  zoomTo(zoom: number): void;
  /** Moves the view only where the node is not wholly in it. */
  reveal(node: string): void;
  /** From the window's coordinates to the canvas'. */
  toCanvas(point: { x: number; y: number }): { x: number; y: number };
  /** The middle of what is seen, in the canvas' coordinates. */
  center(): { x: number; y: number };
}

export interface WireShape {
  readonly id: string;
  readonly selected: boolean;
  /** SVG path, and where its middle is. */
  readonly path: string;
  readonly x: number;
  readonly y: number;
}
