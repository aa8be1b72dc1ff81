export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A line along which boxes stand in a row: at one x or one y, as long as what it joins. */
export interface Guide {
  readonly axis: 'x' | 'y';
  readonly at: number;
  readonly from: number;
  readonly to: number;
}

export interface Alignment {
  readonly dx: number;
  readonly dy: number;
  readonly guides: readonly Guide[];
}

/** Farther away than this, what stands in line is not seen as standing in line. */
const sight = 900;
/** The start of a box (upper edge: where wires run straight), its middle, its end. */
const parts = [0, 0.5, 1] as const;

/**
 * How far a box has to be moved, at most `reach` in either direction, to stand in line with others by the same edge or
 * by the middles; and the lines on which it then stands.
 */
export function alignBox(box: Box, others: readonly Box[], reach: number): Alignment {
  const near = others.filter(
    (other) => Math.abs(other.x - box.x) < sight && Math.abs(other.y - box.y) < sight,
  );
  const dx = nearestShift(near, box, 'x', reach);
  const dy = nearestShift(near, box, 'y', reach);
  const moved = { ...box, x: box.x + (dx ?? 0), y: box.y + (dy ?? 0) };
  return {
    dx: dx ?? 0,
    dy: dy ?? 0,
    guides: [
      ...(dx === undefined ? [] : guidesOf(moved, near, 'x')),
      ...(dy === undefined ? [] : guidesOf(moved, near, 'y')),
    ],
  };
}

const length = { x: 'width', y: 'height' } as const;
const place = (box: Box, axis: 'x' | 'y', part: number): number => box[axis] + part * box[length[axis]];

function nearestShift(others: readonly Box[], box: Box, axis: 'x' | 'y', reach: number): number | undefined {
  let best: number | undefined;
  for (const part of parts) {
    for (const other of others) {
      const shift = place(other, axis, part) - place(box, axis, part);
      if (Math.abs(shift) <= reach && (best === undefined || Math.abs(shift) < Math.abs(best))) best = shift;
    }
  }
  return best;
}

function guidesOf(box: Box, others: readonly Box[], axis: 'x' | 'y'): Guide[] {
  const across = axis === 'x' ? 'y' : 'x';
  return parts.flatMap((part): Guide[] => {
    const at = place(box, axis, part);
    const inLine = others.filter((other) => Math.abs(place(other, axis, part) - at) < 0.5);
    if (inLine.length === 0) return [];
    const all = [box, ...inLine];
    return [
      {
        axis,
        at,
        from: Math.min(...all.map((other) => other[across])),
        to: Math.max(...all.map((other) => other[across] + other[length[across]])),
      },
    ];
  });
}

/** The smallest box around several. */
export function boxAround(boxes: readonly Box[]): Box {
  const x = Math.min(...boxes.map((box) => box.x));
  const y = Math.min(...boxes.map((box) => box.y));
  return {
    x,
    y,
    width: Math.max(...boxes.map((box) => box.x + box.width)) - x,
    height: Math.max(...boxes.map((box) => box.y + box.height)) - y,
  };
}
