import { type KeyboardEvent, type PointerEvent, useState } from 'react';

/** Where the pointer is, in CSS pixels from the corner of what it is in. */
export interface PointerPlace {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** The innermost element there. */
  readonly target: Element;
}

interface Pointing<T> {
  readonly at: (place: PointerPlace) => T | undefined;
  /** Where a key leads from what is pointed at: the same if nowhere, undefined to point at nothing. */
  readonly moved: (key: string, from: T | undefined) => T | undefined;
}

/** What of a picture the pointer or the arrow keys point at, and what its element needs for that. */
export function usePointed<T>({ at, moved }: Pointing<T>) {
  const [pointed, point] = useState<T>();
  const handlers = {
    tabIndex: 0,
    onPointerMove(event: PointerEvent<HTMLElement>): void {
      const { left, top, width, height } = event.currentTarget.getBoundingClientRect();
      const target = event.target as Element;
      point(at({ x: event.clientX - left, y: event.clientY - top, width, height, target }));
    },
    onPointerLeave: (): void => point(undefined),
    onKeyDown(event: KeyboardEvent): void {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const next = moved(event.key, pointed);
      if (next === pointed) return;
      event.preventDefault();
      event.stopPropagation();
      point(next);
    },
    onBlur: (): void => point(undefined),
  };
  return { pointed, handlers };
}

export interface GridPlace {
  readonly row: number;
  readonly column: number;
}

/** The arrow keys walk through things in their order, Home and End to the first and the last, Escape leaves them. */
export function movedAlong<T>(key: string, from: T | undefined, order: readonly T[]): T | undefined {
  const at = from === undefined ? -1 : order.indexOf(from);
  const go = (next: number): T | undefined => order[Math.min(order.length - 1, Math.max(0, next))];
  switch (key) {
    case 'ArrowRight':
      return go(at + 1);
    case 'ArrowLeft':
      return go(at - 1);
    case 'Home':
      return go(0);
    case 'End':
      return go(order.length - 1);
    case 'Escape':
      return undefined;
    default:
      return from;
  }
}

/** The arrow keys walk from `start` through a grid, Escape leaves it. */
export function movedInGrid(
  key: string,
  from: GridPlace | undefined,
  { rows, columns, start }: { readonly rows: number; readonly columns: number; readonly start: GridPlace },
): GridPlace | undefined {
  const { row, column } = from ?? start;
  const inside = (row: number, column: number): GridPlace => ({
    row: Math.min(Math.max(0, row), rows - 1),
    column: Math.min(Math.max(0, column), columns - 1),
  });
  switch (key) {
    case 'ArrowUp':
      return inside(row - 1, column);
    case 'ArrowDown':
      return inside(row + 1, column);
    case 'ArrowLeft':
      return inside(row, column - 1);
    case 'ArrowRight':
      return inside(row, column + 1);
    case 'Escape':
      return undefined;
    default:
      return from;
  }
}
