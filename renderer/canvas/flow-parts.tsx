import { type ComponentType, memo, type ReactNode, useEffect, useMemo, useRef } from 'react';
import { createPortal } from 'react-dom';
import {
  BaseEdge,
  type Edge,
  type EdgeProps,
  getBezierPath,
  getSmoothStepPath,
  Handle,
  type Node,
  type NodeProps,
  NodeResizer,
  Position,
  useStore,
  useUpdateNodeInternals,
  ViewportPortal,
} from 'reactflow';
import type { WireShape } from './flow.ts';

/** What nodes and wires are made of on React Flow's canvas. */
export type CanvasNode = Node<Record<string, never>, 'layer' | 'note'>;
export type CanvasEdge = Edge<Record<string, never>, 'wire'>;

export const nodeType = (View: ComponentType<{ readonly id: string }>) =>
  memo(function FlowNodeView({ id }: NodeProps<CanvasNode>) {
    return <View id={id} />;
  });

/** Wires find the ports of a node where it had them when it was measured: it is measured again when there are others. */
export function useMeasuredPorts(id: string, names: string): void {
  const measure = useUpdateNodeInternals();
  const measured = useRef(names);
  useEffect(() => {
    if (measured.current !== names) measure(id);
    measured.current = names;
  }, [measure, id, names]);
}

interface ResizableProps {
  readonly isSelected: boolean;
  readonly onResized: (box: { x: number; y: number; width: number; height: number }) => void;
}

/** The corners and edges by which a note is made larger or smaller. */
export const Resizable = ({ isSelected, onResized }: ResizableProps) => (
  <NodeResizer
    isVisible={isSelected}
    minWidth={96}
    minHeight={48}
    onResizeEnd={(_, { x, y, width, height }) =>
      onResized({
        x: Math.round(x),
        y: Math.round(y),
        width: Math.round(width),
        height: Math.round(height),
      })
    }
  />
);

/** Where a wire leaves its output and where it comes to its input. */
export type WireEnds = Pick<EdgeProps, 'sourceX' | 'sourceY' | 'targetX' | 'targetY'>;

const goesBack = ({ sourceX, targetX }: Pick<WireEnds, 'sourceX' | 'targetX'>): boolean =>
  targetX < sourceX + 24;

/** A curve forwards; where a wire has to go back, an angular way between the rows instead of a loop behind the nodes. */
export function wirePath({
  sourceX,
  sourceY,
  targetX,
  targetY,
}: WireEnds): [path: string, x: number, y: number] {
  const ends = {
    sourceX,
    sourceY,
    targetX,
    targetY,
    sourcePosition: Position.Right,
    targetPosition: Position.Left,
  };
  const [path, x, y] = goesBack(ends)
    ? getSmoothStepPath({ ...ends, borderRadius: 14, offset: 24 })
    : getBezierPath(ends);
  return [path, x, y];
}

export const edgeType = (View: ComponentType<WireShape>) =>
  memo(function FlowEdgeView(edge: EdgeProps<CanvasEdge>) {
    const [path, x, y] = wirePath(edge);
    const isFlat = Math.abs(edge.targetY - edge.sourceY) < 24 && !goesBack(edge);
    const room = isFlat ? edge.targetX - edge.sourceX : Infinity;
    return <View id={edge.id} selected={edge.selected ?? false} path={path} x={x} y={y} room={room} />;
  });

/** The line of a wire; give it to the `Wire` component's result. */
export const WirePath = ({ path, className }: { readonly path: string; readonly className: string }) => (
  <BaseEdge path={path} className={className} interactionWidth={18} />
);

/**
 * HTML at a point of the canvas, above the wires. React Flow's own component looks for their place in the page once for
 * every wire at every change; the place does not change.
 */
export function WireLabel({ children }: { readonly children: ReactNode }) {
  const root = useStore(({ domNode }) => domNode);
  const place = useMemo(() => root?.querySelector('.react-flow__edgelabel-renderer'), [root]);
  return place ? createPortal(children, place) : null;
}

/** HTML in the canvas' coordinates, above everything on it. */
export const OnCanvas = ViewportPortal;

interface PortProps {
  readonly name: string;
  readonly side: 'input' | 'output';
  /** Distance from the node's upper edge. */
  readonly top: number;
  readonly label: string;
  readonly className: string;
  readonly children?: ReactNode;
}

/** Where wires begin and end. Drag from one to another, or click one and then the other. */
export const Port = memo(function Port({ name, side, top, label, className, children }: PortProps) {
  const isOutput = side === 'output';
  return (
    <Handle
      id={name}
      type={isOutput ? 'source' : 'target'}
      position={isOutput ? Position.Right : Position.Left}
      role="button"
      tabIndex={-1}
      aria-label={label}
      className={className}
      style={{ top }}
    >
      {children}
    </Handle>
  );
});
