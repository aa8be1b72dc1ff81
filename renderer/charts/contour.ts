/** Line pieces [x0, y0, x1, y1] in cells, where a field over size × size cell centres crosses zero (marching squares). */
export function contourSegments(field: (cell: number) => number, size: number): number[] {
  const segments: number[] = [];
  for (let row = 0; row + 1 < size; row++) {
    for (let column = 0; column + 1 < size; column++) {
      const i = row * size + column;
      const corners = [field(i), field(i + 1), field(i + size + 1), field(i + size)] as const; // clockwise
      const crossings: number[] = [];
      for (let side = 0; side < 4; side++) {
        const from = corners[side];
        const to = corners[(side + 1) % 4];
        if (from > 0 === to > 0) continue;
        const t = from / (from - to);
        const [x, y] = along[side]?.(t) ?? [0, 0];
        crossings.push(column + 0.5 + x, row + 0.5 + y);
      }
      // Two crossings make one piece; four (a saddle) make two.
      segments.push(...crossings.slice(0, 4), ...crossings.slice(4, 8));
    }
  }
  return segments;
}

const along: readonly ((t: number) => readonly [x: number, y: number])[] = [
  (t) => [t, 0],
  (t) => [1, t],
  (t) => [1 - t, 1],
  (t) => [0, 1 - t],
];
