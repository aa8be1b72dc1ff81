import { type MouseEvent, useCallback, useMemo, useRef, useState } from 'react';
import {
  applyNodeChanges,
  Background,
  BackgroundVariant,
  type Connection,
  type EdgeChange,
  type FinalConnectionState,
  type IsValidConnection,
  MiniMap,
  type NodeChange,
  ReactFlow,
  ReactFlowProvider,
} from 'reactflow';
import type { FlowEnd, FlowNode, FlowProps, FlowWire } from './flow.ts';
import { fitOptions, useActions } from './flow-actions.ts';
import { useDragging } from './flow-drag.ts';
import { type CanvasEdge, type CanvasNode, edgeType, nodeType } from './flow-parts.tsx';
import { Guides } from './Guides.tsx';
import 'reactflow/dist/style.css';

/**
 * This file and the four beside it (flow-parts, flow-actions, flow-drag, flow-reading) are the only ones that know React Flow, whose
 * next version changes its interface. What the canvas shows comes in as plain nodes and wires; what a person does comes out as
 * callbacks. While a drag lasts, positions are kept here only.
 */
const panButtons = [0, 1];
const multiSelectKeys = ['Shift', 'Meta', 'Control'];
/** Where an empty canvas begins: the first node stands at its upper left, and the chain grows to the right. */
const emptyView = { x: 48, y: 96, zoom: 1 };
const noAttribution = { hideAttribution: true };
/** A selected node is lifted by 1000. */
const belowWires = -1001;
const noData: Record<string, never> = {};

export function Flow(props: FlowProps) {
  return (
    <ReactFlowProvider>
      <FlowView {...props} />
    </ReactFlowProvider>
  );
}

function FlowView(props: FlowProps) {
  const { Node: NodeView, Note: NoteView, Wire: WireView, onSelect, onMoved, onMoving, onZoom } = props;
  const nodeTypes = useMemo(
    () => ({ layer: nodeType(NodeView), note: nodeType(NoteView) }),
    [NodeView, NoteView],
  );
  const edgeTypes = useMemo(() => ({ wire: edgeType(WireView) }), [WireView]);
  const [nodes, setNodes] = useNodesInView(props.nodes);
  const edges = useEdgesInView(props.wires);
  const view = useRef<'fitted' | 'chosen'>('chosen');
  useActions(props.onReady, view);
  // On an empty canvas a fit would wait for the first node and move it away from where it was dropped.
  const [hadNodes] = useState(() => {
    if (props.nodes.length > 0) view.current = 'fitted';
    return props.nodes.length > 0;
  });

  // Read when something happens, so that the callbacks themselves never change.
  const latest = useRef(props);
  latest.current = props;

  const { guides, align, end } = useDragging();
  const placed = useMemo(() => nodes.map(placedNode), [nodes]);
  const shown = useRef(nodes);
  shown.current = nodes;
  const onNodesChange = useCallback(
    (changes: NodeChange<CanvasNode>[]) => {
      const aligned = align(changes, shown.current);
      setNodes((current) => applyNodeChanges(aligned, current));
      const selects = changes.filter((change) => change.type === 'select');
      if (selects.length > 0) onSelect('nodes', selects);
    },
    [setNodes, onSelect, align],
  );
  const onEdgesChange = useCallback(
    (changes: EdgeChange<CanvasEdge>[]) => {
      const selects = changes.filter((change) => change.type === 'select');
      if (selects.length > 0) onSelect('wires', selects);
    },
    [onSelect],
  );

  const startMoving = useCallback(() => onMoving(true), [onMoving]);
  const startView = useCallback(
    (event: unknown) => {
      // Without an event it was moved by a command, which has said so already.
      if (event !== null) view.current = 'chosen';
      onMoving(true);
    },
    [onMoving],
  );
  const stopMoving = useCallback(() => onMoving(false), [onMoving]);
  const stopDrag = useCallback(
    (_: unknown, __: unknown, dragged: CanvasNode[]) => {
      onMoving(false);
      onMoved(end(dragged));
    },
    [onMoved, onMoving, end],
  );

  const onNodeDrag = useCallback((event: unknown, node: CanvasNode, dragged: CanvasNode[]) => {
    const middle = () => {
      const box = document.querySelector(`.react-flow__node[data-id="${CSS.escape(node.id)}"]`);
      const { x, y, width, height } = box?.getBoundingClientRect() ?? new DOMRect();
      return { x: x + width / 2, y: y + height / 2 };
    };
    latest.current.onDrag(
      dragged.map(({ id }) => id),
      pointOf(event as globalThis.MouseEvent | TouchEvent),
      middle,
    );
  }, []);

  const isValidConnection: IsValidConnection<CanvasEdge> = useCallback((connection) => {
    const ends = endsOf(connection);
    return ends !== undefined && latest.current.canConnect(ends.from, ends.to);
  }, []);
  const onConnect = useCallback((connection: Connection) => {
    const ends = endsOf(connection);
    if (ends !== undefined) latest.current.onConnect(ends.from, ends.to);
  }, []);
  const onReconnect = useCallback((edge: CanvasEdge, connection: Connection) => {
    const ends = endsOf(connection);
    if (ends !== undefined) latest.current.onReconnect(edge.id, ends.from, ends.to);
  }, []);
  // The wire whose end is in the air; it hears of the end after onConnectEnd does.
  const reconnecting = useRef<string | undefined>(undefined);
  const onReconnectStart = useCallback((_: unknown, edge: CanvasEdge) => {
    reconnecting.current = edge.id;
  }, []);
  const onReconnectEnd = useCallback(() => {
    reconnecting.current = undefined;
  }, []);
  const onConnectEnd = useCallback(
    (event: globalThis.MouseEvent | TouchEvent, state: FinalConnectionState) => {
      const point = pointOf(event);
      const start = state.fromHandle && { node: state.fromHandle.nodeId, port: state.fromHandle.id ?? '' };
      if (!start || state.isValid === true) return;
      const isOutput = state.fromHandle?.type === 'source';
      if (state.toHandle === null) {
        if (state.toNode === null)
          latest.current.onConnectToNothing(start, isOutput, point, reconnecting.current);
        return;
      }
      const end = { node: state.toHandle.nodeId, port: state.toHandle.id ?? '' };
      const [from, to] = isOutput ? [start, end] : [end, start];
      latest.current.onConnectRefused(from, to, point);
    },
    [],
  );

  const onNodeMenu = useCallback(
    (event: MouseEvent, node: CanvasNode) => latest.current.onMenu(event, { node: node.id }),
    [],
  );
  const onEdgeMenu = useCallback(
    (event: MouseEvent, edge: CanvasEdge) => latest.current.onMenu(event, { wire: edge.id }),
    [],
  );
  const onPaneMenu = useCallback(
    (event: MouseEvent | globalThis.MouseEvent) => latest.current.onMenu(event, {}),
    [],
  );
  const onMove = useCallback((_: unknown, { zoom }: { zoom: number }) => onZoom(zoom), [onZoom]);
  const nodeColor = useMemo(() => {
    const colors = new Map(props.nodes.map(({ id, color }) => [id, color]));
    return ({ id }: { id: string }): string => colors.get(id) ?? 'gray';
  }, [props.nodes]);
  const { node: nodeHelp, wire: wireHelp } = props.labels;
  const ariaLabels = useMemo(
    () => ({ 'node.a11yDescription.default': nodeHelp, 'edge.a11yDescription.default': wireHelp }),
    [nodeHelp, wireHelp],
  );
  const snapGrid = useMemo((): [number, number] => [props.grid, props.grid], [props.grid]);

  return (
    <ReactFlow<CanvasNode, CanvasEdge>
      nodes={placed}
      edges={edges}
      nodeTypes={nodeTypes}
      edgeTypes={edgeTypes}
      onNodesChange={onNodesChange}
      onEdgesChange={onEdgesChange}
      onNodeDragStart={startMoving}
      onNodeDrag={onNodeDrag}
      onNodeDragStop={stopDrag}
      onSelectionDragStart={startMoving}
      onSelectionDragStop={(event, dragged) => stopDrag(event, undefined, dragged)}
      onMoveStart={startView}
      onMove={onMove}
      onMoveEnd={stopMoving}
      isValidConnection={isValidConnection}
      onConnect={onConnect}
      onReconnect={onReconnect}
      onReconnectStart={onReconnectStart}
      onReconnectEnd={onReconnectEnd}
      onConnectEnd={onConnectEnd}
      onNodeContextMenu={onNodeMenu}
      onEdgeContextMenu={onEdgeMenu}
      onPaneContextMenu={onPaneMenu}
      colorMode={props.dark ? 'dark' : 'light'}
      fitView={hadNodes}
      defaultViewport={emptyView}
      fitViewOptions={fitOptions}
      minZoom={0.1}
      maxZoom={2.5}
      snapToGrid
      snapGrid={snapGrid}
      connectionRadius={28}
      panOnDrag={panButtons}
      multiSelectionKeyCode={multiSelectKeys}
      // The studio has its own keys for all of it (keys/), which know menus, fields and both platforms.
      deleteKeyCode={null}
      disableKeyboardA11y
      zoomOnDoubleClick={false}
      proOptions={noAttribution}
      ariaLabelConfig={ariaLabels}
    >
      <Background variant={BackgroundVariant.Dots} gap={props.grid} size={1.2} />
      <Guides guides={guides} />
      <MiniMap
        pannable
        zoomable
        ariaLabel={props.labels.minimap}
        nodeColor={nodeColor}
        nodeBorderRadius={12}
      />
    </ReactFlow>
  );
}

function pointOf(event: globalThis.MouseEvent | TouchEvent): { x: number; y: number } {
  const at = 'clientX' in event ? event : (event.changedTouches[0] ?? { clientX: 0, clientY: 0 });
  return { x: at.clientX, y: at.clientY };
}

const endsOf = ({
  source,
  sourceHandle,
  target,
  targetHandle,
}: Connection | CanvasEdge): { from: FlowEnd; to: FlowEnd } | undefined =>
  sourceHandle && targetHandle
    ? { from: { node: source, port: sourceHandle }, to: { node: target, port: targetHandle } }
    : undefined;

/** React Flow's nodes: those of the document, with the sizes it measured and the positions of a drag under way. */
function useNodesInView(nodes: readonly FlowNode[]) {
  const [view, setView] = useState<CanvasNode[]>(() => nodes.map((node) => viewOf(node, undefined)));
  const [shown, setShown] = useState(nodes);
  let current = view;
  if (shown !== nodes) {
    const before = new Map(view.map((node) => [node.id, node]));
    current = nodes.map((node) => viewOf(node, before.get(node.id)));
    setShown(nodes);
    setView(current);
  }
  return [current, setView] as const;
}

const placedNodes = new WeakMap<CanvasNode, CanvasNode>();

/**
 * At its place by `left` and `top`. React Flow moves each node by a transform, which makes it a part of the picture of its
 * own: the browser assigns all of them to layers anew in every frame.
 */
function placedNode(node: CanvasNode): CanvasNode {
  const before = placedNodes.get(node);
  if (before !== undefined) return before;
  const { x, y } = node.position;
  const placed: CanvasNode = { ...node, style: { left: x, top: y, transform: 'none' } };
  placedNodes.set(node, placed);
  return placed;
}

function viewOf(node: FlowNode, before: CanvasNode | undefined): CanvasNode {
  const position = before?.dragging ? before.position : node.position;
  if (
    before !== undefined &&
    before.position.x === position.x &&
    before.position.y === position.y &&
    before.selected === node.selected &&
    before.ariaLabel === node.label &&
    before.width === node.size?.width &&
    before.height === node.size?.height
  ) {
    return before;
  }
  return {
    ...before,
    id: node.id,
    type: node.size === undefined ? 'layer' : 'note',
    ...(node.size !== undefined && { ...node.size, zIndex: belowWires }),
    position: { ...position },
    selected: node.selected,
    ariaLabel: node.label,
    data: noData,
  };
}

/** A wire that is as it was stays the same object: React Flow draws every other one anew. */
function useEdgesInView(wires: readonly FlowWire[]): CanvasEdge[] {
  const before = useRef<ReadonlyMap<string, CanvasEdge>>(new Map());
  return useMemo(() => {
    const edges = wires.map((wire) => edgeOf(wire, before.current.get(wire.id)));
    before.current = new Map(edges.map((edge) => [edge.id, edge]));
    return edges;
  }, [wires]);
}

function edgeOf({ id, from, to, selected, label }: FlowWire, before: CanvasEdge | undefined): CanvasEdge {
  if (
    before !== undefined &&
    before.source === from.node &&
    before.sourceHandle === from.port &&
    before.target === to.node &&
    before.targetHandle === to.port &&
    before.selected === selected &&
    before.ariaLabel === label
  ) {
    return before;
  }
  return {
    id,
    type: 'wire',
    source: from.node,
    sourceHandle: from.port,
    target: to.node,
    targetHandle: to.port,
    selected,
    ariaLabel: label,
    data: noData,
  };
}
