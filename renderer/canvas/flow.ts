import type { ComponentType, MouseEvent } from 'react';
import type { Point } from '../document/commands.ts';

export interface FlowNode {
  readonly id: string;
  readonly position: { readonly x: number; readonly y: number };
  readonly selected: boolean;
  /** Its accessible name. */
  readonly label: string;
  /** A CSS colour for the minimap. */
  readonly color: string;
  /** Of a note, which is as large as the person made it and lies below nodes and wires. */
  readonly size?: { readonly width: number; readonly height: number };
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

export interface ZoomActions {
  fitView(): void;
  zoomIn(): void;
  zoomOut(): void;
  zoomTo(zoom: number): void;
}

/** How far the view is moved and magnified, for what is not React. */
export interface FlowActions extends ZoomActions {
  /** Moves the view only where the node is not wholly in it. */
  reveal(node: string): void;
  /** How large nodes are drawn, by id. */
  sizes(): ReadonlyMap<string, { width: number; height: number }>;
  /** Shows nodes on their way to other places; done when they are there. */
  glide(positions: ReadonlyMap<string, { x: number; y: number }>): Promise<void>;
  /** The wire at a point of the window, whatever else is there. */
  wireAt(point: { x: number; y: number }): string | undefined;
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
  /** How long a wire is that lies flat, so that a label on it can cover it; others are never covered. */
  readonly room: number;
}

/** What the canvas is given, and what it tells. */
export interface FlowProps {
  readonly nodes: readonly FlowNode[];
  readonly wires: readonly FlowWire[];
  /** Stable components: a new one would mount every node anew. */
  readonly Node: ComponentType<{ readonly id: string }>;
  readonly Note: ComponentType<{ readonly id: string }>;
  readonly Wire: ComponentType<WireShape>;
  readonly grid: number;
  readonly dark: boolean;
  /** `node` and `wire` say what keys do on them. */
  readonly labels: { readonly minimap: string; readonly node: string; readonly wire: string };
  readonly canConnect: (from: FlowEnd, to: FlowEnd) => boolean;
  readonly onConnect: (from: FlowEnd, to: FlowEnd) => void;
  readonly onReconnect: (wire: string, from: FlowEnd, to: FlowEnd) => void;
  /** A wire was let go of: over a port that does not take it, or over nothing. */
  readonly onConnectRefused: (from: FlowEnd, to: FlowEnd, at: { x: number; y: number }) => void;
  /** `moved` is the wire whose other end was taken off its port; undefined for a new one. */
  readonly onConnectToNothing: (
    end: FlowEnd,
    isOutput: boolean,
    at: { x: number; y: number },
    moved: string | undefined,
  ) => void;
  readonly onSelect: (
    kind: 'nodes' | 'wires',
    changes: readonly { readonly id: string; readonly selected: boolean }[],
  ) => void;
  /**
   * Nodes are being dragged; points of the window: the pointer, the middle of the node it holds. To ask for that makes the
   * browser lay out what has moved.
   */
  readonly onDrag: (nodes: readonly string[], pointer: Point, middle: () => Point) => void;
  readonly onMoved: (positions: ReadonlyMap<string, { x: number; y: number }>) => void;
  readonly onMoving: (moving: boolean) => void;
  readonly onZoom: (zoom: number) => void;
  readonly onReady: (actions: FlowActions) => void;
  readonly onMenu: (
    event: MouseEvent | globalThis.MouseEvent,
    target: { node?: string; wire?: string },
  ) => void;
}
