import { offset } from './call';
import { Axis } from './convolution-axis';
import { Pass, plan, rowBlock } from './correlation-pass';
import { fourRows, oneRow, reluAtEnd, startAtDestination } from './correlation-tiles';
import { fillBox } from './image-box';
import { Lanes } from './lanes';

// Forward pass and data gradient: every destination is the sum, over the sources of its group and the taps of the kernel, of
// a weight times a number at a fixed distance in a box (image-box.ts). So a tile needs nothing but a list of distances:
// its sums are held in vectors over neighbouring destinations of a row while the list is walked, sources and taps in order.
//
// Scratch: pass, taps, then by turns for each block of sources: distances [source, tap], weights [rows / 4, source, tap, 4],
// box. Between two blocks the sums rest in the destination.

/** Does planes [begin, end) of the destination. Gives false, and does nothing, where a box would not fit into scratch. */
export function correlate(p: Pass, v: Axis, h: Axis, begin: i32, end: i32): bool {
  if (v.count <= 0 || h.count <= 0) return true;
  if (!plan(p, v, h)) return false;
  const planes = p.groups * p.rows;
  let plane = begin;
  while (plane < end) {
    const n = plane / planes;
    const first = plane % planes;
    const left = end - plane;
    const images = first === 0 ? max(left / planes, 1) : 1;
    const rows = min(planes - first, left);
    for (let row = first; row < first + rows; ) {
      const group = row / p.rows;
      const inGroup = min(min((group + 1) * p.rows, first + rows) - row, rowBlock);
      correlateRows(p, v, h, group, row % p.rows, inGroup, n, n + images);
      row += inGroup;
    }
    plane += images * rows;
  }
  return true;
}

/** Rows [row0, row0 + rows) of a group, in images [n0, n1). */
function correlateRows(p: Pass, v: Axis, h: Axis, group: i32, row0: i32, rows: i32, n0: i32, n1: i32): void {
  const sourceBytes = offset(p.sourceWords);
  const destinationBytes = offset(p.destinationWords);
  const allRows = p.groups * p.rows;
  const allSources = p.groups * p.sources;
  const firstRow = group * p.rows + row0;
  let source0 = 0;
  do {
    const sources = p.tapCount === 0 ? p.sources : min(p.sources - source0, p.sourceBlock);
    const isLast = source0 + sources === p.sources;
    const mode = (source0 > 0 ? startAtDestination : 0) | (isLast && p.relu ? reluAtEnd : 0);
    const bias = isLast && p.bias ? p.bias + offset(firstRow) : 0;
    const depth = sources * p.tapCount;
    packWeights(p, group, row0, rows, source0, sources);
    for (let n = n0; n < n1; n++) {
      const from = p.source + <usize>(n * allSources + group * p.sources + source0) * sourceBytes;
      const to = p.destination + <usize>(n * allRows + firstRow) * destinationBytes;
      for (let i = 0; i < v.count; i += p.bandRows) {
        const bandRows = min(v.count - i, p.bandRows);
        for (let j = 0; j < h.count; j += p.bandColumns) {
          const bandColumns = min(h.count - j, p.bandColumns);
          let box = p.box;
          if (p.inPlace) box = from + offset(v.origin * h.size + h.origin);
          else if (depth > 0) {
            const planeBytes = offset(p.planeWords);
            fillBox(box, p.pitch, planeBytes, from, sourceBytes, sources, v, h, i, bandRows, j, bandColumns);
          }
          const band = to + offset((v.phase + i * v.spread) * p.destinationPitch + h.phase + j * h.spread);
          let packed = p.packed;
          for (let row = 0; row < rows; row += 4) {
            const present = rows - row;
            const at = band + <usize>row * destinationBytes;
            const added = bias ? bias + offset(row) : 0;
            if (present === 1) {
              oneRow(p, v, h, box, packed, depth, added, at, mode, bandRows, bandColumns);
            } else {
              fourRows(p, v, h, box, packed, depth, added, at, mode, bandRows, bandColumns, present);
            }
            packed += offset(depth * 4);
          }
        }
      }
    }
    source0 += sources;
  } while (source0 < p.sources);
}

/** Copies weights to [rows / 4, source, tap, 4]; rows that are not there repeat the last one. */
function packWeights(p: Pass, group: i32, row0: i32, rows: i32, source0: i32, sources: i32): void {
  const rowBytes = offset(p.weightRow);
  let to = p.packed;
  for (let row = 0; row < rows; row += 4) {
    const w0 =
      p.weights + offset(group * p.weightGroup + (row0 + row) * p.weightRow + source0 * p.weightSource);
    const w1 = row + 1 < rows ? w0 + rowBytes : w0;
    const w2 = row + 2 < rows ? w1 + rowBytes : w1;
    const w3 = row + 3 < rows ? w2 + rowBytes : w2;
    let sourceAt: usize = 0;
    for (let source = 0; source < sources; source++) {
      for (let tap = 0; tap < p.tapCount; tap++) {
        const at = sourceAt + ((<usize>load<u32>(p.tapIndices + offset(tap))) << 2);
        v128.store(to, Lanes.gather(w0 + at, w1 + at, w2 + at, w3 + at));
        to += 16;
      }
      sourceAt += offset(p.weightSource);
    }
  }
}
