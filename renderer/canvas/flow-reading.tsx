import { type ComponentType, memo, useCallback, useEffect, useMemo, useRef } from 'react';
import {
  type Edge,
  type EdgeProps,
  Handle,
  type Node,
  type NodeProps,
  Position,
  ReactFlow,
  ReactFlowProvider,
  useReactFlow,
  type Viewport,
} from 'reactflow';
import { motionMs } from '../design/motion.ts';
import type { ZoomActions } from './flow.ts';
import css from './flow-reading.module.css';
import 'reactflow/dist/style.css';

interface Point {
  readonly x: number;
  readonly y: number;
}

export interface ReadNode<D> {
  readonly id: string;
  readonly place: Point;
  readonly data: D;
}

export interface ReadWire {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  /** Its accessible name. */
  readonly label: string;
  /** Points between its ends. */
  readonly way: readonly Point[];
}

export interface ReadingActions extends ZoomActions {
  /** Brings a node to the middle. */
  center(node: string): void;
}

interface ReadingProps<D> {
  readonly nodes: readonly ReadNode<D>[];
  readonly wires: readonly ReadWire[];
  readonly size: { readonly width: number; readonly height: number };
  /** A stable component, as large as `size`. */
  readonly Node: ComponentType<{ readonly data: D; readonly isChosen: boolean }>;
  readonly chosen: string | undefined;
  readonly dark: boolean;
  readonly onChoose: (node: string | undefined) => void;
  readonly onZoom: (zoom: number) => void;
  readonly onReady: (actions: ReadingActions) => void;
}

type Box<D> = Node<{ readonly shown: D }, 'read'>;
type Line = Edge<{ readonly way: readonly Point[] }, 'read'>;

const zooms = { least: 0.02, most: 2.5, readable: 0.5, atStart: 0.85 } as const;
const fitOptions = { padding: 0.06, maxZoom: 1.15, minZoom: zooms.least } as const;
/** Between the upper edge and the first node, where not all is shown. */
const topGap = 24;
const noAttribution = { hideAttribution: true };

/** A graph to look at, from top to bottom: nothing in it can be moved or wired. Only what is in sight is drawn. */
export function ReadingFlow<D>(props: ReadingProps<D>) {
  return (
    <ReactFlowProvider>
      <ReadingView {...props} />
    </ReactFlowProvider>
  );
}

function ReadingView<D>(props: ReadingProps<D>) {
  const { nodes, wires, size, Node: View, chosen, dark, onChoose, onZoom, onReady } = props;
  const root = useRef<HTMLDivElement>(null);
  useReadingActions(root, props, onReady);
  const nodeTypes = useMemo(
    () => ({
      read: memo(({ data, selected }: NodeProps<Box<D>>) => (
        <>
          <Handle type="target" position={Position.Top} isConnectable={false} aria-hidden />
          <View data={data.shown} isChosen={selected} />
          <Handle type="source" position={Position.Bottom} isConnectable={false} aria-hidden />
        </>
      )),
    }),
    [View],
  );
  const boxes = useMemo(() => nodes.map((node) => boxOf(node, size)), [nodes, size]);
  const shown = useMemo(
    () => boxes.map((box) => (box.id === chosen ? { ...box, selected: true, zIndex: 1 } : box)),
    [boxes, chosen],
  );
  const lines = useMemo(
    () =>
      wires.map(({ id, from, to, way, label }): Line => {
        const isNear = from === chosen || to === chosen;
        return {
          id,
          type: 'read',
          source: from,
          target: to,
          data: { way },
          ariaLabel: label,
          ...(isNear && { className: css['near'] ?? '', zIndex: 1 }),
        };
      }),
    [wires, chosen],
  );
  const onMove = useCallback((_: unknown, { zoom }: Viewport) => onZoom(zoom), [onZoom]);
  return (
    <ReactFlow<Box<D>, Line>
      ref={root}
      className={css['reading'] ?? ''}
      nodes={shown}
      edges={lines}
      nodeTypes={nodeTypes}
      edgeTypes={edgeTypes}
      onNodeClick={(_, { id }) => onChoose(id)}
      onPaneClick={() => onChoose(undefined)}
      onMove={onMove}
      colorMode={dark ? 'dark' : 'light'}
      minZoom={zooms.least}
      maxZoom={zooms.most}
      onlyRenderVisibleElements
      nodesDraggable={false}
      nodesConnectable={false}
      nodesFocusable={false}
      edgesFocusable={false}
      elementsSelectable={false}
      deleteKeyCode={null}
      selectionKeyCode={null}
      disableKeyboardA11y
      zoomOnDoubleClick={false}
      proOptions={noAttribution}
    />
  );
}

/** Its size and where wires end are told, as the handles are in the page: what is out of sight is never measured. */
function boxOf<D>({ id, place, data }: ReadNode<D>, size: ReadingProps<D>['size']): Box<D> {
  const { width, height } = size;
  const end = { x: width / 2, width: 1, height: 1 };
  return {
    id,
    type: 'read',
    position: { ...place },
    width,
    height,
    measured: { width, height },
    handles: [
      { ...end, type: 'target', position: Position.Top, y: 0 },
      { ...end, type: 'source', position: Position.Bottom, y: height },
    ],
    data: { shown: data },
  };
}

const edgeTypes = {
  read: memo(({ sourceX, sourceY, targetX, targetY, data }: EdgeProps<Line>) => {
    const ends = [{ x: sourceX, y: sourceY }, ...(data?.way ?? []), { x: targetX, y: targetY }];
    return <path className="react-flow__edge-path" fill="none" d={downwards(ends)} />;
  }),
};

/** A line through points, upright at each of them. */
function downwards([first, ...rest]: readonly Point[]): string {
  if (first === undefined) return '';
  let { x, y } = first;
  const parts = [`M${x} ${y}`];
  for (const next of rest) {
    const middle = (y + next.y) / 2;
    parts.push(`C${x} ${middle} ${next.x} ${middle} ${next.x} ${next.y}`);
    ({ x, y } = next);
  }
  return parts.join('');
}

function useReadingActions<D>(
  root: React.RefObject<HTMLDivElement | null>,
  props: ReadingProps<D>,
  onReady: (actions: ReadingActions) => void,
): void {
  const flow = useReactFlow<Box<D>, Line>();
  const latest = useRef(props);
  latest.current = props;
  useEffect(() => {
    const { clientWidth = 1, clientHeight = 1 } = root.current ?? {};
    const { nodes, size, chosen } = latest.current;
    const placeOf = (id: string): Point | undefined =>
      latest.current.nodes.find((node) => node.id === id)?.place;
    const center = (id: string, zoom: number, duration: number): void => {
      const place = placeOf(id);
      if (place === undefined) return;
      const { width, height } = latest.current.size;
      void flow.setCenter(place.x + width / 2, place.y + height / 2, { zoom, duration });
    };
    const rights = nodes.map(({ place }) => place.x + size.width);
    const bottoms = nodes.map(({ place }) => place.y + size.height);
    const fits = Math.min(clientWidth / Math.max(...rights, 1), clientHeight / Math.max(...bottoms, 1));
    // All of it where it can be read then; else what was asked for, or its beginning.
    if (chosen !== undefined) center(chosen, zooms.atStart, 0);
    else if (fits >= zooms.readable || nodes[0] === undefined) void flow.fitView(fitOptions);
    else {
      const { x, y } = nodes[0].place;
      const zoom = zooms.atStart;
      void flow.setViewport({
        x: clientWidth / 2 - (x + size.width / 2) * zoom,
        y: topGap - y * zoom,
        zoom,
      });
    }
    const duration = motionMs();
    onReady({
      fitView: () => void flow.fitView({ ...fitOptions, duration }),
      zoomIn: () => void flow.zoomIn({ duration }),
      zoomOut: () => void flow.zoomOut({ duration }),
      zoomTo: (zoom) => void flow.zoomTo(zoom, { duration }),
      center: (id) => center(id, Math.max(flow.getZoom(), zooms.readable), duration),
    });
  }, [flow, onReady, root]);
}
