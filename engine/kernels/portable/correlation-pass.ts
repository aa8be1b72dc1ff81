import { offset } from './call';
import { Axis } from './convolution-axis';
import { scratch } from './scratch';

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
export const rowBlock: i32 = 256;
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

/** Decides on bands and blocks, and lists the distances. */
export function plan(p: Pass, v: Axis, h: Axis): bool {
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
