import { useCallback, useRef, useState } from 'react';
import { type NodeChange, type NodePositionChange, useReactFlow } from 'reactflow';
import { alignBox, type Box, boxAround, type Guide } from './alignment.ts';
import type { CanvasEdge, CanvasNode } from './flow-parts.tsx';

/** How near, in pixels of the screen, nodes have to be to a line to be drawn to it. */
const reach = 6;
const noGuides: readonly Guide[] = [];

interface Dragging {
  /** undefined while nothing is dragged. */
  readonly guides: readonly Guide[] | undefined;
  /** Changes of React Flow with the positions of what is dragged drawn to the lines. */
  readonly align: (
    changes: readonly NodeChange<CanvasNode>[],
    nodes: readonly CanvasNode[],
  ) => NodeChange<CanvasNode>[];
  /** Where a drag has left nodes; afterwards there is none. */
  readonly end: (dragged: readonly CanvasNode[]) => Map<string, { x: number; y: number }>;
}

/** Nodes that are dragged snap to lines along which others stand. */
export function useDragging(): Dragging {
  const flow = useReactFlow<CanvasNode, CanvasEdge>();
  const [guides, setGuides] = useState<readonly Guide[]>();
  const left = useRef(new Map<string, { x: number; y: number }>());

  const align = useCallback(
    (changes: readonly NodeChange<CanvasNode>[], nodes: readonly CanvasNode[]): NodeChange<CanvasNode>[] => {
      const moves = changes.filter(
        (change): change is NodePositionChange & { position: { x: number; y: number } } =>
          change.type === 'position' && change.position !== undefined,
      );
      if (moves.length === 0) return [...changes];
      const moving = new Map(moves.map(({ id, position }) => [id, position]));
      const box = ({ id, position, measured }: CanvasNode): Box => ({
        ...(moving.get(id) ?? position),
        width: measured?.width ?? 0,
        height: measured?.height ?? 0,
      });
      const whole = boxAround(nodes.filter(({ id }) => moving.has(id)).map(box));
      const others = nodes.filter(({ id }) => !moving.has(id)).map(box);
      const { dx, dy, guides: lines } = alignBox(whole, others, reach / flow.getZoom());
      const isDragged = moves.some(({ dragging }) => dragging);
      setGuides(!isDragged ? undefined : lines.length === 0 ? noGuides : lines);
      return changes.map((change) => {
        if (change.type !== 'position' || change.position === undefined) return change;
        const position = { x: Math.round(change.position.x + dx), y: Math.round(change.position.y + dy) };
        left.current.set(change.id, position);
        return { ...change, position };
      });
    },
    [flow],
  );
  const end = useCallback((dragged: readonly CanvasNode[]) => {
    const positions = new Map(dragged.map(({ id, position }) => [id, left.current.get(id) ?? position]));
    left.current = new Map();
    setGuides(undefined);
    return positions;
  }, []);
  return { guides, align, end };
}
