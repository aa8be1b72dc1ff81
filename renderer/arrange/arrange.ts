import { canvasView } from '../canvas/view.ts';
import { notify } from '../design/toast.tsx';
import { gridSize, moveNodes, nodeWidth, portHeight } from '../document/commands.ts';
import { type DocumentState, useDocumentStore } from '../document/store.ts';
import { translate } from '../i18n/i18n.ts';
import { pictureRoom } from '../preview/picture-room.ts';
import type { Box, Direction, Places } from './lay-out.ts';
import { layoutThread } from './layout-thread.ts';
import { type LineUp, linedUp } from './line-up.ts';

/** Where a node has not been drawn yet. */
const usualHeight = 120;

const thread = layoutThread();

/**
 * Lays out what is selected if that is several nodes, else all that is drawn, as one step of the history. What a person
 * does meanwhile counts: a layout that comes after the drawing has changed is dropped.
 */
export async function arrange(direction: Direction): Promise<void> {
  const { document } = useDocumentStore.getState();
  const boxes = boxesToArrange(useDocumentStore.getState());
  if (boxes.length < 2) return;
  const wires = document.wires.map(({ from, to }) => ({ from: from.node, to: to.node }));
  const places = await thread.find('arrange', {
    boxes,
    wires,
    direction,
    portHeight,
    grid: gridSize,
  });
  if (places === undefined) {
    notify({ tone: 'error', title: translate('arrange.refused'), detail: translate('arrange.tooDeep') });
    return;
  }
  if (useDocumentStore.getState().document !== document) return;
  await show(places, boxes.length === document.nodes.length);
}

/** Brings the selected nodes into line, or spaces them evenly. */
export async function lineUp(how: LineUp): Promise<void> {
  const places = linedUp(boxesToArrange(useDocumentStore.getState()), how);
  if (places.length > 0) await show(places, false);
}

export const canLineUp = ({ selection }: DocumentState): boolean => selection.nodes.size > 1;
export const canSpace = ({ selection }: DocumentState): boolean => selection.nodes.size > 2;

function boxesToArrange({ document, selection }: DocumentState): Box[] {
  const nodes =
    selection.nodes.size > 1 ? document.nodes.filter(({ id }) => selection.nodes.has(id)) : document.nodes;
  const sizes = canvasView()?.sizes();
  return nodes.map((node) => {
    const { width, height } = sizes?.get(node.id) ?? { width: nodeWidth, height: usualHeight };
    return { id: node.id, ...node.position, width, height: height + pictureRoom(node) };
  });
}

/** Nodes glide to their places; only then is it a step of the history. */
async function show(places: Places, all: boolean): Promise<void> {
  const { document } = useDocumentStore.getState();
  const positions = new Map(places);
  await canvasView()?.glide(positions);
  if (useDocumentStore.getState().document !== document) return;
  moveNodes(positions, undefined, 'arrange');
  if (all) requestAnimationFrame(() => canvasView()?.fitView());
}
