import { create } from 'zustand';
import type { Text } from '../../engine/declaration/text.ts';
import type { Point } from '../document/commands.ts';
import { canStandInWire, insertLayer, insertNode, tryInsertion } from '../document/insert.ts';
import { canvasView } from './view.ts';

/** The wire that a layer in the air would go into, and whether it fits there. */
interface DropTarget {
  readonly wire: string | undefined;
  readonly fits: boolean;
}

const nowhere: DropTarget = { wire: undefined, fits: false };

/** What is marked while something is dragged over the canvas. */
export const useDropTarget = create<DropTarget>(() => nowhere);

type Dragged = { readonly type: string } | { readonly node: string };

/** What was tried last: while the pointer stays over one wire, the answer stays. */
let tried = '';

/** Marks the wire under the pointer or under the middle of what is dragged, where that could stand in one. */
export function dragOverWire(dragged: Dragged, pointer: Point, middle?: () => Point): void {
  const view = canStandInWire(dragged) ? canvasView() : undefined;
  const wire = view?.wireAt(pointer) ?? (middle && view?.wireAt(middle()));
  const attempt = JSON.stringify([dragged, wire]);
  if (attempt === tried) return;
  tried = attempt;
  useDropTarget.setState(
    wire === undefined ? nowhere : { wire, fits: !('refusal' in tryInsertion(wire, dragged)) },
  );
}

export function leaveWire(): void {
  tried = '';
  useDropTarget.setState(nowhere);
}

/**
 * Puts what was dragged into the marked wire. Undefined where none is marked: it is then to be placed as it is; a
 * refusal says why it could not go into the wire, and it is to be placed too.
 */
export function dropOnWire(dragged: Dragged, at: Point): { readonly refusal: Text | undefined } | undefined {
  const { wire } = useDropTarget.getState();
  leaveWire();
  if (wire === undefined) return undefined;
  return {
    refusal: 'type' in dragged ? insertLayer(dragged.type, wire, at) : insertNode(dragged.node, wire, at),
  };
}
