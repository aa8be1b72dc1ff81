import { type DragEvent, type RefObject, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { Text } from '../../engine/declaration/text.ts';
import { drawnDeclaration } from '../../engine/document/placeholder.ts';
import { checkWire } from '../../engine/document/wiring.ts';
import { formatWhole } from '../charts/figures.ts';
import { useTheme } from '../design/theme.ts';
import { addAny } from '../document/add-any.ts';
import { enterBlock } from '../document/block-commands.ts';
import {
  connect,
  gridSize,
  moveNodes,
  nodeWidth,
  type Point,
  portHeight,
  rewire,
  snap,
} from '../document/commands.ts';
import { markCss } from '../document/marks.ts';
import { keyOfNote, noteOfKey } from '../document/notes.ts';
import { select, selectNodes, selectNotes, useDocumentStore } from '../document/store.ts';
import { FindBar } from '../find/FindBar.tsx';
import { useT, useText } from '../i18n/i18n.ts';
import { editNote } from '../keys/rename.ts';
import { draggedLayer, layerDragType } from '../palette/drag.ts';
import { SampleControl } from '../preview/SampleControl.tsx';
import { showAddAt, showOverlay } from '../workspace/state.ts';
import { canvasActivity, setCanvasMoving, titleZoom } from './activity.ts';
import { Breadcrumb } from './Breadcrumb.tsx';
import css from './Canvas.module.css';
import { CanvasHint } from './CanvasHint.tsx';
import { CanvasMenu, type MenuAt } from './CanvasMenu.tsx';
import type { FlowActions, FlowEnd, FlowNode, FlowWire } from './flow.ts';
import { Flow } from './flow-adapter.tsx';
import { startGlow } from './glow.ts';
import { categoryColor } from './LayerIcon.tsx';
import { portLabel, wireFacts } from './labels.ts';
import { NodeCard } from './NodeCard.tsx';
import { NoteCard } from './NoteCard.tsx';
import { type Refusal, RefusalNote } from './RefusalNote.tsx';
import { ViewControls } from './ViewControls.tsx';
import { canvasView, focusWhenShown, setCanvasView } from './view.ts';
import { WireView } from './WireView.tsx';
import { dragOverWire, dropOnWire, leaveWire } from './wire-drop.ts';

/** The network as a drawing: everything a person does with the mouse becomes a command on the document. */
export function Canvas() {
  const t = useT();
  // Every level is a drawing of its own, with a view of its own.
  const opened = useDocumentStore((state) => [state.opened, ...state.level].join('/'));
  const isEmpty = useDocumentStore((state) => state.document.nodes.length === 0);
  const dark = useTheme((state) => state.theme === 'dark');
  const frame = useRef<HTMLDivElement>(null);
  const nodes = useFlowNodes();
  const wires = useFlowWires();
  const [refusal, setRefusal] = useState<Refusal>();
  const [menu, setMenu] = useState<MenuAt>();
  const [zoom, setZoom] = useState(100);
  const view = useRef<FlowActions | undefined>(undefined);

  useFocusAtLevel(frame);
  useEffect(() => (frame.current === null ? undefined : startGlow(frame.current)), []);

  const onReady = useCallback((actions: FlowActions) => {
    view.current = actions;
    setCanvasView(actions);
  }, []);
  const onZoom = useCallback((next: number) => {
    canvasActivity.zoom = next;
    canvasActivity.detail = next < titleZoom ? 'title' : 'full';
    if (frame.current !== null) frame.current.dataset['detail'] = canvasActivity.detail;
    setZoom(Math.round(next * 100));
  }, []);
  const onMoving = useCallback((moving: boolean) => {
    setCanvasMoving(moving);
  }, []);
  const onConnect = useCallback((from: FlowEnd, to: FlowEnd) => void connect(from, to), []);
  const onRefused = useCallback((from: FlowEnd, to: FlowEnd, at: { x: number; y: number }) => {
    const reason = refusalOf(from, to);
    if (reason !== undefined) setRefusal({ reason, at });
  }, []);
  const onReconnect = useCallback(
    (wire: string, from: FlowEnd, to: FlowEnd) => void rewire(wire, from, to),
    [],
  );
  const onConnectToNothing = useCallback(
    (end: FlowEnd, isOutput: boolean, at: { x: number; y: number }, moved: string | undefined) => {
      const point = view.current?.toCanvas(at);
      if (point === undefined) return;
      const place = isOutput ? point : { x: point.x - nodeWidth, y: point.y };
      showAddAt({ at: place, open: { end, isOutput, moved } });
    },
    [],
  );
  const pointer = useRef({ x: 0, y: 0 });
  const onDrag = useCallback((ids: readonly string[], at: Point, middle: () => Point) => {
    const [only] = ids.length === 1 ? ids : [];
    pointer.current = at;
    if (only !== undefined && noteOfKey(only) === undefined) dragOverWire({ node: only }, at, middle);
  }, []);
  const onMoved = useCallback((positions: ReadonlyMap<string, { x: number; y: number }>) => {
    const [[id, at] = []] = positions;
    const isNode = id !== undefined && noteOfKey(id) === undefined;
    const dropped = isNode && at !== undefined ? dropOnWire({ node: id }, at) : undefined;
    if (dropped?.refusal !== undefined) setRefusal({ reason: dropped.refusal, at: pointer.current });
    if (dropped === undefined || dropped.refusal !== undefined) moveNodes(positions);
  }, []);
  const onMenu = useCallback(
    (
      event: { preventDefault(): void; clientX: number; clientY: number },
      target: { node?: string; wire?: string },
    ) => {
      event.preventDefault();
      const { selection } = useDocumentStore.getState();
      const note = target.node === undefined ? undefined : noteOfKey(target.node);
      if (note !== undefined) {
        if (selection.notes?.has(note) !== true) selectNotes([note]);
      } else if (target.node !== undefined && !selection.nodes.has(target.node)) selectNodes([target.node]);
      if (target.wire !== undefined) select({ nodes: new Set(), wires: new Set([target.wire]) });
      setMenu({ x: event.clientX, y: event.clientY });
    },
    [],
  );

  const onDragOver = (event: DragEvent): void => {
    if (!event.dataTransfer.types.includes(layerDragType)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = 'copy';
    const type = draggedLayer();
    if (type !== undefined) dragOverWire({ type }, { x: event.clientX, y: event.clientY });
  };
  const onDrop = (event: DragEvent): void => {
    const type = event.dataTransfer.getData(layerDragType);
    const at = view.current?.toCanvas({ x: event.clientX, y: event.clientY });
    if (type === '' || at === undefined) return;
    event.preventDefault();
    const place = { x: snap(at.x - nodeWidth / 2), y: snap(at.y - 16) };
    dragOverWire({ type }, { x: event.clientX, y: event.clientY });
    const dropped = dropOnWire({ type }, { x: place.x, y: snap(at.y - portHeight) });
    if (dropped?.refusal !== undefined)
      setRefusal({ reason: dropped.refusal, at: { x: event.clientX, y: event.clientY } });
    if (dropped === undefined || dropped.refusal !== undefined) addAny(type, place);
  };

  return (
    <section
      ref={frame}
      className={css['canvas']}
      aria-label={t('canvas.title')}
      data-canvas
      tabIndex={-1}
      onDragOver={onDragOver}
      onDragLeave={(event) => {
        // From one element of the canvas to another, nothing is left.
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) leaveWire();
      }}
      onDrop={onDrop}
      onPointerDownCapture={() => {
        setRefusal(undefined);
        // Shift would stretch a selection of text elsewhere to here.
        window.getSelection()?.removeAllRanges();
      }}
      onKeyDownCapture={() => setRefusal(undefined)}
      onKeyDown={enterAndLeave}
      onFocus={selectFocusedNode}
    >
      <Flow
        key={opened}
        nodes={nodes}
        wires={wires}
        Node={NodeCard}
        Note={NoteCard}
        Wire={WireView}
        grid={gridSize}
        dark={dark}
        labels={{ minimap: t('canvas.minimap'), node: t('canvas.nodeHelp'), wire: t('canvas.wireHelp') }}
        canConnect={canConnect}
        onConnect={onConnect}
        onReconnect={onReconnect}
        onConnectRefused={onRefused}
        onConnectToNothing={onConnectToNothing}
        onSelect={changeSelection}
        onDrag={onDrag}
        onMoved={onMoved}
        onMoving={onMoving}
        onZoom={onZoom}
        onReady={onReady}
        onMenu={onMenu}
      />
      <Breadcrumb />
      {isEmpty ? <CanvasHint onAdd={() => showOverlay('add')} /> : null}
      <FindBar />
      <div className={css['foot']}>
        <ViewControls zoom={zoom} />
        <SampleControl isFar={zoom < titleZoom * 100} />
      </div>
      <RefusalNote refusal={refusal} onDone={() => setRefusal(undefined)} />
      <CanvasMenu at={menu} onClose={() => setMenu(undefined)} />
    </section>
  );
}

/**
 * Going into a block takes the keyboard to the canvas, coming out to the node that was left; from a list elsewhere that
 * led there it is not taken away.
 */
function useFocusAtLevel(frame: RefObject<HTMLElement | null>): void {
  const level = useDocumentStore((state) => state.level);
  const before = useRef(level);
  useEffect(() => {
    if (before.current === level) return;
    before.current = level;
    const { activeElement } = document;
    if (activeElement !== document.body && frame.current?.contains(activeElement) === false) return;
    frame.current?.focus({ preventScroll: true });
    const [node] = useDocumentStore.getState().selection.nodes;
    if (node !== undefined) focusWhenShown(node);
  }, [level, frame]);
}

const refusalOf = (from: FlowEnd, to: FlowEnd): Text | undefined => {
  const { document, analysis } = useDocumentStore.getState();
  return checkWire(document, from, to, analysis);
};

const canConnect = (from: FlowEnd, to: FlowEnd): boolean => refusalOf(from, to) === undefined;

function changeSelection(
  kind: 'nodes' | 'wires',
  changes: readonly { readonly id: string; readonly selected: boolean }[],
): void {
  const { selection } = useDocumentStore.getState();
  const next = new Set(selection[kind]);
  const notes = new Set(selection.notes);
  for (const { id, selected } of changes) {
    const note = noteOfKey(id);
    const set = note === undefined ? next : notes;
    if (selected) set.add(note ?? id);
    else set.delete(note ?? id);
  }
  select({ ...selection, [kind]: next, notes });
}

/** Enter on a block goes inside, on another node to its main parameter, Escape in a field back to its node. */
function enterAndLeave(event: React.KeyboardEvent): void {
  const { target, key } = event;
  if (!(target instanceof HTMLElement) || event.nativeEvent.isComposing) return;
  if (key === 'Enter' && target.matches('.react-flow__node')) {
    event.preventDefault();
    const note = noteOfKey(target.dataset['id'] ?? '');
    if (note !== undefined) return editNote(note);
    if (enterBlock(target.dataset['id'] ?? '')) return;
    target.querySelector<HTMLElement>('input, button[role="combobox"]')?.focus();
  } else if (key === 'Escape' && !target.matches('.react-flow__node')) {
    const node = target.closest<HTMLElement>('.react-flow__node');
    if (node === null) return;
    event.preventDefault();
    node.focus({ preventScroll: true });
  }
}

/** Walking with Tab selects, so that the inspector follows; a click is left to the canvas. */
function selectFocusedNode(event: React.FocusEvent): void {
  const { target } = event;
  if (!(target instanceof HTMLElement) || !target.matches('.react-flow__node:focus-visible')) return;
  const id = target.dataset['id'];
  const { selection } = useDocumentStore.getState();
  const note = id === undefined ? undefined : noteOfKey(id);
  if (note !== undefined) {
    if (selection.notes?.has(note) !== true) selectNotes([note]);
    return;
  }
  const isAlone = id !== undefined && selection.nodes.size === 1 && selection.nodes.has(id);
  if (id !== undefined && !isAlone) selectNodes([id]);
  if (id !== undefined) canvasView()?.reveal(id);
}

/** Nodes in topological order, so that Tab walks them that way; those that are in no order yet follow. */
function useFlowNodes(): readonly FlowNode[] {
  const t = useT();
  const text = useText();
  const analysis = useDocumentStore((state) => state.analysis);
  const document = useDocumentStore((state) => state.document);
  const problemsOf = useDocumentStore((state) => state.problemsOf);
  const selected = useDocumentStore((state) => state.selection.nodes);
  const selectedNotes = useDocumentStore((state) => state.selection.notes);
  const notes = useMemo(
    () =>
      (document.notes ?? []).map(
        ({ id, text: words, position, size, color }): FlowNode => ({
          id: keyOfNote(id),
          position,
          size,
          selected: selectedNotes?.has(id) === true,
          label: t('notes.label', { text: words === '' ? t('notes.empty') : words }),
          color: markCss(color ?? 'none'),
        }),
      ),
    [document.notes, selectedNotes, t],
  );
  const nodes = useMemo(() => {
    const rank = new Map(analysis.topology.order.map(({ id }, i) => [id, i]));
    const ranked = document.nodes.toSorted(
      (a, b) => (rank.get(a.id) ?? Infinity) - (rank.get(b.id) ?? Infinity) || 0,
    );
    return ranked.map((node) => {
      const definition = drawnDeclaration(document, node);
      const count = analysis.nodes.get(node.id)?.parameterCount ?? 0;
      const problems = problemsOf.get(node.id) ?? [];
      const parts = [
        node.name,
        text(definition.title),
        count === 0 ? '' : t('canvas.parameters', { count, shown: formatWhole(count) }),
        ...problems.map(({ message }) => text(message)),
      ];
      return {
        id: node.id,
        position: node.position,
        selected: false,
        label: parts.filter((part) => part !== '').join(', '),
        color: categoryColor(definition.category),
      };
    });
  }, [analysis, document, problemsOf, t, text]);
  return useMemo(() => [...notes, ...marked(nodes, selected)], [notes, nodes, selected]);
}

/** Those that are selected; the others are the same objects as before. */
const marked = <T extends { readonly id: string; readonly selected: boolean }>(
  items: readonly T[],
  selected: ReadonlySet<string>,
): readonly T[] =>
  selected.size === 0
    ? items
    : items.map((item) => (selected.has(item.id) ? { ...item, selected: true } : item));

function useFlowWires(): readonly FlowWire[] {
  const t = useT();
  const text = useText();
  const analysis = useDocumentStore((state) => state.analysis);
  const document = useDocumentStore((state) => state.document);
  const problemsOf = useDocumentStore((state) => state.problemsOf);
  const selected = useDocumentStore((state) => state.selection.wires);
  const wires = useMemo(() => {
    const endOf = ({ node, port }: FlowEnd, side: 'inputs' | 'outputs'): string => {
      const known = analysis.topology.nodes.get(node);
      return `${known?.name ?? node} ${text(portLabel(document.blocks, known?.type, side, port))}`;
    };
    return document.wires.map((wire) => {
      const { shape, clash } = wireFacts({ analysis, document, problemsOf }, wire);
      const ends = {
        from: endOf(wire.from, 'outputs'),
        to: endOf(wire.to, 'inputs'),
      };
      const known = shape ?? t('canvas.unknownShape');
      return {
        id: wire.id,
        from: wire.from,
        to: wire.to,
        selected: false,
        label: t(clash === undefined ? 'canvas.wire' : 'canvas.wireClash', { ...ends, shape: known }),
      };
    });
  }, [analysis, document, problemsOf, t, text]);
  return useMemo(() => marked(wires, selected), [wires, selected]);
}
