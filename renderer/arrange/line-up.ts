import type { Box, Places } from './lay-out.ts';

/** What several boxes can be brought into: one row or column, or equal gaps between them. */
export type LineUp = 'row' | 'column' | 'spaceAcross' | 'spaceDown';

export function linedUp(boxes: readonly Box[], how: LineUp): Places {
  switch (how) {
    case 'row':
      return inLine(boxes, 'y');
    case 'column':
      return inLine(boxes, 'x');
    case 'spaceAcross':
      return spaced(boxes, 'x', 'width');
    case 'spaceDown':
      return spaced(boxes, 'y', 'height');
  }
}

/** At the place of the first: of those that stand in it already, most stay. */
function inLine(boxes: readonly Box[], axis: 'x' | 'y'): Places {
  const least = Math.min(...boxes.map((box) => box[axis]));
  return boxes.map(({ id, x, y }) => [id, { x, y, [axis]: least }] as const);
}

/** The outermost stay; the gaps between all become equal. */
function spaced(boxes: readonly Box[], axis: 'x' | 'y', length: 'width' | 'height'): Places {
  const sorted = boxes.toSorted((a, b) => a[axis] - b[axis]);
  const [first, last] = [sorted[0], sorted.at(-1)];
  if (first === undefined || last === undefined || sorted.length < 3) return [];
  const filled = sorted.slice(0, -1).reduce((sum, box) => sum + box[length], 0);
  const gap = (last[axis] - first[axis] - filled) / (sorted.length - 1);
  let at = first[axis];
  return sorted.map((box) => {
    const place = { x: box.x, y: box.y, [axis]: Math.round(at) };
    at += box[length] + gap;
    return [box.id, place] as const;
  });
}
