import { offset } from './call';
import { Axis } from './convolution-axis';
import { fillBox } from './image-box';
import { Lanes } from './lanes';
import { scratch } from './scratch';

// Forward pass and data gradient: every destination is the sum, over the sources of its group and the taps of the kernel, of
// a weight times a number at a fixed distance in a box (image-box.ts). So a tile needs nothing but a list of distances:
// its sums are held in vectors over neighbouring destinations of a row while the list is walked, sources and taps in order.
//
// Scratch: pass, taps, then by turns for each block of sources: distances [source, tap], weights [rows / 4, source, tap, 4],
// box. Between two blocks the sums rest in the destination.

/** What a pass is about, and how it is cut. */
@unmanaged
export class Pass {
  source: usize;
  weights: usize;
  bias: usize;
  destination: usize;
  /** In one group. */
  sources: i32;
  rows: i32;
  groups: i32;
  /** Numbers of a plane, and of a row of the destination. */
  sourceWords: i32;
  destinationWords: i32;
  destinationPitch: i32;
  /** Distances of two rows, two sources and two groups in the weights. */
  weightRow: i32;
  weightSource: i32;
  weightGroup: i32;
  relu: i32;

  // How it is cut, set by `plan`:
  tapCount: i32;
  tapDistances: usize;
  tapIndices: usize;
  /** Addresses of distances, weights and box. */
  distances: usize;
  packed: usize;
  box: usize;
  inPlace: i32;
  pitch: i32;
  /** Numbers of one source in the box and of one of its planes, bytes from one source to the next. */
  boxWords: i32;
  planeWords: i32;
  boxBytes: usize;
  bandRows: i32;
  bandColumns: i32;
  sourceBlock: i32;
}

/** Bytes at the start of scratch for a pass and its two axes. */
const headBytes: usize = 512;
const scratchBytes: usize = 65536 * 4;
/** Behind the box, what vectors read or write too much. */
const slackBytes: usize = 128;
const mostTaps: i32 = 8192;
/** Rows whose weights are packed together. */
const rowBlock: i32 = 256;
/** A source's part of the box should not be larger, so that many sources fit. */
const bandWords: i32 = 2048;
const leastColumns: i32 = 64;

export function thePass(): Pass {
  return changetype<Pass>(scratch);
}

export function verticalAxis(): Axis {
  return changetype<Axis>(scratch + 256);
}

export function horizontalAxis(): Axis {
  return changetype<Axis>(scratch + 384);
}

/** What a tile does besides multiplying. */
const startAtDestination: i32 = 1;
const reluAtEnd: i32 = 2;

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

/** Decides on bands and blocks, and lists the distances. */
function plan(p: Pass, v: Axis, h: Axis): bool {
  p.tapDistances = scratch + headBytes;
  if (v.taps * h.taps > mostTaps) return false;
  p.tapIndices = p.tapDistances + offset(v.taps * h.taps);
  p.distances = p.tapIndices + offset(v.taps * h.taps);
  const words = <i32>((scratch + scratchBytes - slackBytes - p.distances) >> 2);

  p.inPlace = v.isInside && h.isInside ? 1 : 0;
  p.bandRows = v.count;
  p.bandColumns = h.count;
  p.pitch = h.size;
  p.boxWords = 0;
  p.boxBytes = offset(p.sourceWords);
  p.planeWords = 0;
  if (!p.inPlace) {
    const planes = v.planes * h.planes;
    const wanted = bandWords / planes;
    p.bandRows = evenly(v.count, wanted / (h.count + h.reach) - v.reach);
    const rows = p.bandRows + v.reach;
    if (rows * (h.count + h.reach) > wanted) {
      p.bandColumns = evenly(h.count, max(wanted / rows - h.reach, leastColumns));
    }
    if (planes * rows * (p.bandColumns + h.reach) > words / 2) return false;
    p.pitch = p.bandColumns + h.reach;
    p.planeWords = rows * p.pitch;
    p.boxWords = planes * p.planeWords;
    p.boxBytes = offset(p.boxWords);
  }

  p.tapCount = 0;
  for (let kh = 0; kh < v.taps; kh++) {
    if (!v.has(kh)) continue;
    for (let kw = 0; kw < h.taps; kw++) {
      if (!h.has(kw)) continue;
      const plane = v.plane(kh) * h.planes + h.plane(kw);
      const at = offset(p.tapCount++);
      store<i32>(p.tapDistances + at, plane * p.planeWords + v.shift(kh) * p.pitch + h.shift(kw));
      store<i32>(p.tapIndices + at, kh * h.taps + kw);
    }
  }

  const packedRows = (min(p.rows, rowBlock) + 3) & ~3;
  const fitting = words / max(p.boxWords + p.tapCount * (1 + packedRows), 1);
  if (fitting < 1) return false;
  p.sourceBlock = evenly(p.sources, fitting);
  const depth = p.sourceBlock * p.tapCount;
  p.packed = p.distances + offset(depth);
  p.box = p.packed + offset(depth * packedRows);
  let to = p.distances;
  for (let source = 0; source < p.sourceBlock; source++) {
    for (let tap = 0; tap < p.tapCount; tap++) {
      store<u32>(to, <u32>(source * <i32>p.boxBytes) + (load<u32>(p.tapDistances + offset(tap)) << 2));
      to += 4;
    }
  }
  return true;
}

/** The size of parts of `count`, each at most `most` and all alike but the last; at least 1. */
function evenly(count: i32, most: i32): i32 {
  const parts = (count + max(most, 1) - 1) / max(most, 1);
  return parts === 0 ? 1 : (count + parts - 1) / parts;
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

/** Four numbers of a row of the destination, `spread` bytes apart. */
class Four {
  @inline
  static load(from: usize, left: i32, spread: usize): v128 {
    return spread === 4 ? Lanes.load(from, left) : Four.loadSpread(from, left, spread);
  }

  @inline
  static store(to: usize, v: v128, left: i32, spread: usize): void {
    if (spread === 4) Lanes.store(to, v, left);
    else Four.storeSpread(to, v, left, spread);
  }

  static loadSpread(from: usize, left: i32, spread: usize): v128 {
    let v = v128.load32_zero(from);
    if (left > 1) v = v128.load32_lane(from + spread, v, 1);
    if (left > 2) v = v128.load32_lane(from + spread * 2, v, 2);
    return left > 3 ? v128.load32_lane(from + spread * 3, v, 3) : v;
  }

  static storeSpread(to: usize, v: v128, left: i32, spread: usize): void {
    v128.store32_lane(to, v, 0);
    if (left > 1) v128.store32_lane(to + spread, v, 1);
    if (left > 2) v128.store32_lane(to + spread * 2, v, 2);
    if (left > 3) v128.store32_lane(to + spread * 3, v, 3);
  }
}

class Sum {
  @inline
  static start(from: usize, left: i32, spread: usize, mode: i32): v128 {
    return mode & startAtDestination ? Four.load(from, left, spread) : f32x4.splat(0);
  }

  /** sum + weight · number, rounded twice */
  @inline
  static add(sum: v128, weight: v128, number: v128): v128 {
    return f32x4.add(sum, f32x4.mul(weight, number));
  }

  @inline
  static finish(sum: v128, bias: v128, mode: i32): v128 {
    const biased = f32x4.add(sum, bias);
    return mode & reluAtEnd ? f32x4.pmax(biased, f32x4.splat(0)) : biased;
  }
}

/** Up to four rows over a band, two groups of four neighbouring destinations at a time. */
function fourRows(
  p: Pass,
  v: Axis,
  h: Axis,
  box: usize,
  packed: usize,
  depth: i32,
  bias: usize,
  to: usize,
  mode: i32,
  bandRows: i32,
  bandColumns: i32,
  present: i32,
): void {
  const zero = f32x4.splat(0);
  const pitch = offset(p.pitch);
  const rowStep = offset(v.spread * p.destinationPitch);
  const spread = offset(h.spread);
  const plane = offset(p.destinationWords);
  // Rows that are not there go with the first one; they are not stored.
  const plane1: usize = present > 1 ? plane : 0;
  const plane2: usize = present > 2 ? plane * 2 : 0;
  const plane3: usize = present > 3 ? plane * 3 : 0;
  const b0 = bias ? v128.load32_splat(bias) : zero;
  const b1 = bias && present > 1 ? v128.load32_splat(bias, 4) : zero;
  const b2 = bias && present > 2 ? v128.load32_splat(bias, 8) : zero;
  const b3 = bias && present > 3 ? v128.load32_splat(bias, 12) : zero;
  const distancesEnd = p.distances + offset(depth);
  let row = 0;
  let column = 0;
  while (row < bandRows) {
    const from0 = box + <usize>row * pitch + offset(column);
    const to0 = to + <usize>row * rowStep + <usize>column * spread;
    const left0 = bandColumns - column;
    column += 4;
    if (column >= bandColumns) {
      column = 0;
      row++;
    }
    let from1 = from0;
    let to1 = to0;
    let left1 = 0;
    if (row < bandRows) {
      from1 = box + <usize>row * pitch + offset(column);
      to1 = to + <usize>row * rowStep + <usize>column * spread;
      left1 = bandColumns - column;
      column += 4;
      if (column >= bandColumns) {
        column = 0;
        row++;
      }
    }
    let l0 = Sum.start(to0, left0, spread, mode);
    let l1 = Sum.start(to0 + plane1, left0, spread, mode);
    let l2 = Sum.start(to0 + plane2, left0, spread, mode);
    let l3 = Sum.start(to0 + plane3, left0, spread, mode);
    let r0 = Sum.start(to1, left1, spread, mode);
    let r1 = Sum.start(to1 + plane1, left1, spread, mode);
    let r2 = Sum.start(to1 + plane2, left1, spread, mode);
    let r3 = Sum.start(to1 + plane3, left1, spread, mode);
    let w = packed;
    for (let distance = p.distances; distance < distancesEnd; distance += 4) {
      const at = <usize>load<u32>(distance);
      const left = v128.load(from0 + at);
      const right = v128.load(from1 + at);
      const w0 = v128.load32_splat(w);
      l0 = Sum.add(l0, w0, left);
      r0 = Sum.add(r0, w0, right);
      const w1 = v128.load32_splat(w, 4);
      l1 = Sum.add(l1, w1, left);
      r1 = Sum.add(r1, w1, right);
      const w2 = v128.load32_splat(w, 8);
      l2 = Sum.add(l2, w2, left);
      r2 = Sum.add(r2, w2, right);
      const w3 = v128.load32_splat(w, 12);
      l3 = Sum.add(l3, w3, left);
      r3 = Sum.add(r3, w3, right);
      w += 16;
    }
    Four.store(to0, Sum.finish(l0, b0, mode), left0, spread);
    Four.store(to0 + plane, Sum.finish(l1, b1, mode), left0, spread);
    if (present > 2) Four.store(to0 + plane2, Sum.finish(l2, b2, mode), left0, spread);
    if (present > 3) Four.store(to0 + plane3, Sum.finish(l3, b3, mode), left0, spread);
    if (left1 > 0) {
      Four.store(to1, Sum.finish(r0, b0, mode), left1, spread);
      Four.store(to1 + plane, Sum.finish(r1, b1, mode), left1, spread);
      if (present > 2) Four.store(to1 + plane2, Sum.finish(r2, b2, mode), left1, spread);
      if (present > 3) Four.store(to1 + plane3, Sum.finish(r3, b3, mode), left1, spread);
    }
  }
}

/** One row over a band: four times eight neighbouring destinations at a time. What a depthwise convolution is made of. */
function oneRow(
  p: Pass,
  v: Axis,
  h: Axis,
  box: usize,
  packed: usize,
  depth: i32,
  bias: usize,
  to: usize,
  mode: i32,
  bandRows: i32,
  bandColumns: i32,
): void {
  const pitch = offset(p.pitch);
  const rowStep = offset(v.spread * p.destinationPitch);
  const spread = offset(h.spread);
  const added = bias ? v128.load32_splat(bias) : f32x4.splat(0);
  const distancesEnd = p.distances + offset(depth);
  let row0 = 0;
  let column0 = 0;
  while (row0 < bandRows) {
    // Eights that are not there go with the first one; they are not stored.
    let row1 = row0;
    let column1 = column0 + 8;
    if (column1 >= bandColumns) {
      row1++;
      column1 = 0;
    }
    const has1 = row1 < bandRows;
    let row2 = row1;
    let column2 = column1 + 8;
    if (column2 >= bandColumns) {
      row2++;
      column2 = 0;
    }
    const has2 = row2 < bandRows;
    let row3 = row2;
    let column3 = column2 + 8;
    if (column3 >= bandColumns) {
      row3++;
      column3 = 0;
    }
    const has3 = row3 < bandRows;
    const from0 = box + <usize>row0 * pitch + offset(column0);
    const from1 = has1 ? box + <usize>row1 * pitch + offset(column1) : from0;
    const from2 = has2 ? box + <usize>row2 * pitch + offset(column2) : from0;
    const from3 = has3 ? box + <usize>row3 * pitch + offset(column3) : from0;
    const to0 = to + <usize>row0 * rowStep + <usize>column0 * spread;
    const to1 = has1 ? to + <usize>row1 * rowStep + <usize>column1 * spread : to0;
    const to2 = has2 ? to + <usize>row2 * rowStep + <usize>column2 * spread : to0;
    const to3 = has3 ? to + <usize>row3 * rowStep + <usize>column3 * spread : to0;
    let l0 = Eight.startLeft(to0, bandColumns - column0, spread, mode);
    let r0 = Eight.startRight(to0, bandColumns - column0, spread, mode);
    let l1 = Eight.startLeft(to1, bandColumns - column1, spread, mode);
    let r1 = Eight.startRight(to1, bandColumns - column1, spread, mode);
    let l2 = Eight.startLeft(to2, bandColumns - column2, spread, mode);
    let r2 = Eight.startRight(to2, bandColumns - column2, spread, mode);
    let l3 = Eight.startLeft(to3, bandColumns - column3, spread, mode);
    let r3 = Eight.startRight(to3, bandColumns - column3, spread, mode);
    let w = packed;
    for (let distance = p.distances; distance < distancesEnd; distance += 4) {
      const at = <usize>load<u32>(distance);
      const weight = v128.load32_splat(w);
      l0 = Sum.add(l0, weight, v128.load(from0 + at));
      r0 = Sum.add(r0, weight, v128.load(from0 + at, 16));
      l1 = Sum.add(l1, weight, v128.load(from1 + at));
      r1 = Sum.add(r1, weight, v128.load(from1 + at, 16));
      l2 = Sum.add(l2, weight, v128.load(from2 + at));
      r2 = Sum.add(r2, weight, v128.load(from2 + at, 16));
      l3 = Sum.add(l3, weight, v128.load(from3 + at));
      r3 = Sum.add(r3, weight, v128.load(from3 + at, 16));
      w += 16;
    }
    Eight.store(to0, l0, r0, added, bandColumns - column0, spread, mode);
    if (has1) Eight.store(to1, l1, r1, added, bandColumns - column1, spread, mode);
    if (has2) Eight.store(to2, l2, r2, added, bandColumns - column2, spread, mode);
    if (has3) Eight.store(to3, l3, r3, added, bandColumns - column3, spread, mode);
    row0 = row3;
    column0 = column3 + 8;
    if (column0 >= bandColumns) {
      row0++;
      column0 = 0;
    }
  }
}

class Eight {
  @inline
  static startLeft(from: usize, left: i32, spread: usize, mode: i32): v128 {
    return Sum.start(from, left, spread, mode);
  }

  @inline
  static startRight(from: usize, left: i32, spread: usize, mode: i32): v128 {
    return left > 4 ? Sum.start(from + spread * 4, left - 4, spread, mode) : f32x4.splat(0);
  }

  @inline
  static store(to: usize, l: v128, r: v128, bias: v128, left: i32, spread: usize, mode: i32): void {
    Four.store(to, Sum.finish(l, bias, mode), left, spread);
    if (left > 4) Four.store(to + spread * 4, Sum.finish(r, bias, mode), left - 4, spread);
  }
}
