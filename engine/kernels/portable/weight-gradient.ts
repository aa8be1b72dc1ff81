import { offset } from './call';
import { Axis, Sizes } from './convolution-axis';
import { fillBox } from './image-box';
import { Lanes } from './lanes';
import { scratch } from './scratch';

// A weight's gradient is the product of a row of dy and of the numbers that lie at a fixed distance from it in a box
// (image-box.ts): four positions at a time, one in each lane, over a block of rows. So a tile walks a list of where fours
// of positions lie in the box, and adds what it found to dw.
//
// Scratch: block, places of fours, dy [four, row, 4], distances [source, tap], box [source, plane, row of the block, column].

/** Positions in a block, as in declared/convolution.ts. */
const blockPositions: i32 = 512;

/** What the gradient is about, and how it is cut. */
@unmanaged
export class Gradient {
  x: usize;
  dy: usize;
  dw: usize;
  v: Axis;
  h: Axis;
  /** Per group. */
  sources: i32;
  outputs: i32;
  groups: i32;
  images: i32;
  taps: i32;

  // How it is cut, set by `plan`:
  blockRows: i32;
  sourceBlock: i32;
  pitch: i32;
  /** Bytes of a plane of the box, and of all planes of one source. */
  planeBytes: usize;
  boxBytes: usize;
  places: usize;
  packed: usize;
  distances: usize;
  box: usize;

  // The block in work: rows [row0, row0 + rows) of all images, columns [column0, column0 + columns).
  row0: i32;
  rows: i32;
  column0: i32;
  columns: i32;
  fours: i32;
}

const headBytes: usize = 512;
const scratchBytes: usize = 65536 * 4;
/** Behind the box, what vectors read or write too much. */
const slackBytes: usize = 128;

export function theGradient(): Gradient {
  return changetype<Gradient>(scratch);
}

/** Does outputs [begin, end). Gives false, and does nothing, where a box would not fit into scratch or there is no row. */
export function gradient(g: Gradient, begin: i32, end: i32): bool {
  if (!plan(g)) return false;
  const allRows = g.images * g.v.count;
  for (g.row0 = 0; g.row0 < allRows; g.row0 += g.blockRows) {
    g.rows = min(allRows - g.row0, g.blockRows);
    for (g.column0 = 0; g.column0 < g.h.count; g.column0 += blockPositions) {
      g.columns = min(g.h.count - g.column0, blockPositions);
      listPlaces(g);
      const isFirst = g.row0 === 0 && g.column0 === 0;
      for (let o = begin; o < end; ) {
        const group = o / g.outputs;
        const groupEnd = min((group + 1) * g.outputs, end);
        for (let source0 = 0; source0 < g.sources; source0 += g.sourceBlock) {
          const sources = min(g.sources - source0, g.sourceBlock);
          fillBlock(g, group * g.sources + source0, sources);
          addBlock(g, o, groupEnd, source0, sources * g.taps, isFirst);
        }
        o = groupEnd;
      }
    }
  }
  return true;
}

/** Decides on the block of sources, and lists the distances. */
function plan(g: Gradient): bool {
  const v = g.v;
  const h = g.h;
  const allRows = g.images * v.count;
  g.taps = v.taps * h.taps;
  g.blockRows = max(1, blockPositions / h.count);
  const rows = min(g.blockRows, allRows);
  if (rows === 0) return false;
  const columns = (min(h.count, blockPositions) + 3) & ~3;
  const fours = rows * (columns >> 2);
  // A block that does not begin at an image's first row touches one image more.
  const images = min((rows + v.count - 2) / v.count + 1, g.images);
  g.pitch = columns + h.reach;
  // Rows are copied as whole vectors, which must not reach into the plane behind.
  const planeWords = (rows + images * v.reach) * g.pitch + 4;
  const boxWords = planeWords * v.planes * h.planes;
  g.planeBytes = offset(planeWords);
  g.boxBytes = offset(boxWords);
  g.places = scratch + headBytes;
  g.packed = g.places + offset(fours);
  g.distances = g.packed + offset(fours * 16);
  const words = <i32>((scratch + scratchBytes - slackBytes - g.distances) >> 2);
  const fitting = words / (boxWords + g.taps);
  if (fitting < 1) return false;
  const blocks = (g.sources + fitting - 1) / fitting;
  g.sourceBlock = (g.sources + blocks - 1) / blocks;
  g.box = g.distances + offset(g.sourceBlock * g.taps);
  let to = g.distances;
  for (let source = 0; source < g.sourceBlock; source++) {
    for (let kh = 0; kh < v.taps; kh++) {
      for (let kw = 0; kw < h.taps; kw++) {
        const plane = v.plane(kh) * h.planes + h.plane(kw);
        const at = source * boxWords + plane * planeWords + v.shift(kh) * g.pitch + h.shift(kw);
        store<u32>(to, at << 2);
        to += 4;
      }
    }
  }
  return true;
}

/** Where each four of the block's positions lies in a plane of the box. */
function listPlaces(g: Gradient): void {
  let oh = g.row0 % g.v.count;
  let boxRow = 0;
  let to = g.places;
  for (let row = 0; row < g.rows; row++) {
    for (let column = 0; column < g.columns; column += 4) {
      store<u32>(to, (boxRow * g.pitch + column) << 2);
      to += 4;
    }
    boxRow++;
    oh++;
    if (oh === g.v.count) {
      oh = 0;
      boxRow += g.v.reach;
    }
  }
  g.fours = <i32>((to - g.places) >> 2);
}

/** Copies what the block reads of the images' channels [channel0, channel0 + sources). */
function fillBlock(g: Gradient, channel0: i32, sources: i32): void {
  const v = g.v;
  const channels = g.groups * g.sources;
  const sourceBytes = offset(v.size * g.h.size);
  let n = g.row0 / v.count;
  let oh = g.row0 % v.count;
  let boxRow = 0;
  for (let row = 0; row < g.rows; ) {
    const rows = min(v.count - oh, g.rows - row);
    let from = g.x + <usize>(n * channels + channel0) * sourceBytes;
    let to = g.box + offset(boxRow * g.pitch);
    for (let source = 0; source < sources; source++) {
      fillBox(to, g.pitch, g.planeBytes, from, sourceBytes, 1, v, g.h, oh, rows, g.column0, g.columns);
      from += sourceBytes;
      to += g.boxBytes;
    }
    row += rows;
    boxRow += rows + v.reach;
    oh = 0;
    n++;
  }
}

/** Adds the block's share to dw of outputs [o0, o1) and `depth` weights from those of source0 on. */
function addBlock(g: Gradient, o0: i32, o1: i32, source0: i32, depth: i32, isFirst: bool): void {
  const pitch = offset(g.sources * g.taps);
  let dw = g.dw + <usize>o0 * pitch + offset(source0 * g.taps);
  for (let o = o0; o < o1; o += 4) {
    const present = o1 - o;
    if (present === 1) {
      packOutputs(g, o, 1, 1);
      oneOutput(g, dw, depth, isFirst);
    } else {
      packOutputs(g, o, present, 4);
      fourOutputs(g, dw, pitch, depth, min(present, 4), isFirst);
    }
    dw += pitch * 4;
  }
}

/** Copies the block's fours of dy, `width` outputs side by side; those that are not there repeat the last one. */
function packOutputs(g: Gradient, o0: i32, present: i32, width: i32): void {
  const outputs = g.groups * g.outputs;
  const step = offset(width * 4);
  let n = g.row0 / g.v.count;
  let oh = g.row0 % g.v.count;
  let to = g.packed;
  for (let row = 0; row < g.rows; row++) {
    for (let i = 0; i < width; i++) {
      const o = o0 + min(i, present - 1);
      let from = g.dy + offset(((n * outputs + o) * g.v.count + oh) * g.h.count + g.column0);
      let at = to + offset(i * 4);
      for (let left = g.columns; left > 0; left -= 4) {
        v128.store(at, Lanes.load(from, left));
        from += 16;
        at += step;
      }
    }
    to += <usize>((g.columns + 3) >> 2) * step;
    oh++;
    if (oh === g.v.count) {
      oh = 0;
      n++;
    }
  }
}

class Products {
  /** sum + dy · x, rounded twice */
  @inline
  static add(sum: v128, dy: v128, x: v128): v128 {
    return f32x4.add(sum, f32x4.mul(dy, x));
  }

  /** The sums of four vectors' lanes, (l₀ + l₁) + (l₂ + l₃) of each. */
  @inline
  static across(a: v128, b: v128, c: v128, d: v128): v128 {
    const ab = f32x4.add(i32x4.shuffle(a, b, 0, 4, 2, 6), i32x4.shuffle(a, b, 1, 5, 3, 7));
    const cd = f32x4.add(i32x4.shuffle(c, d, 0, 4, 2, 6), i32x4.shuffle(c, d, 1, 5, 3, 7));
    return f32x4.add(i64x2.shuffle(ab, cd, 0, 2), i64x2.shuffle(ab, cd, 1, 3));
  }

  /** Adds the first two lanes of `sums`, or the first alone, to dw. */
  @inline
  static addPair(dw: usize, sums: v128, isPair: bool, isFirst: bool): void {
    if (isPair) {
      const before = isFirst ? f32x4.splat(0) : v128.load64_zero(dw);
      v128.store64_lane(dw, f32x4.add(before, sums), 0);
    } else {
      Products.addOne(dw, f32x4.extract_lane(sums, 0), isFirst);
    }
  }

  /** The last two lanes as the first two. */
  @inline
  static upper(v: v128): v128 {
    return i64x2.shuffle(v, v, 1, 0);
  }

  @inline
  static addOne(dw: usize, sum: f32, isFirst: bool): void {
    const before: f32 = isFirst ? 0 : load<f32>(dw);
    store<f32>(dw, before + sum);
  }
}

/** Two weights at a time, of two to four outputs. */
function fourOutputs(g: Gradient, dw: usize, pitch: usize, depth: i32, present: i32, isFirst: bool): void {
  const placesEnd = g.places + offset(g.fours);
  const zero = f32x4.splat(0);
  let distance = g.distances;
  for (let k = 0; k < depth; k += 2) {
    const isPair = k + 1 < depth;
    const box0 = g.box + <usize>load<u32>(distance);
    const box1 = isPair ? g.box + <usize>load<u32>(distance, 4) : box0;
    let a0 = zero;
    let a1 = zero;
    let b0 = zero;
    let b1 = zero;
    let c0 = zero;
    let c1 = zero;
    let d0 = zero;
    let d1 = zero;
    let dy = g.packed;
    for (let place = g.places; place < placesEnd; place += 4) {
      const at = <usize>load<u32>(place);
      const x0 = v128.load(box0 + at);
      const x1 = v128.load(box1 + at);
      const a = v128.load(dy);
      a0 = Products.add(a0, a, x0);
      a1 = Products.add(a1, a, x1);
      const b = v128.load(dy, 16);
      b0 = Products.add(b0, b, x0);
      b1 = Products.add(b1, b, x1);
      const c = v128.load(dy, 32);
      c0 = Products.add(c0, c, x0);
      c1 = Products.add(c1, c, x1);
      const d = v128.load(dy, 48);
      d0 = Products.add(d0, d, x0);
      d1 = Products.add(d1, d, x1);
      dy += 64;
    }
    const ab = Products.across(a0, a1, b0, b1);
    const cd = Products.across(c0, c1, d0, d1);
    Products.addPair(dw, ab, isPair, isFirst);
    Products.addPair(dw + pitch, Products.upper(ab), isPair, isFirst);
    if (present > 2) Products.addPair(dw + pitch * 2, cd, isPair, isFirst);
    if (present > 3) Products.addPair(dw + pitch * 3, Products.upper(cd), isPair, isFirst);
    distance += 8;
    dw += 8;
  }
}

/** Five weights of one output at a time. What a depthwise convolution is made of. */
function oneOutput(g: Gradient, dw: usize, depth: i32, isFirst: bool): void {
  const placesEnd = g.places + offset(g.fours);
  const zero = f32x4.splat(0);
  for (let k = 0; k < depth; k += 5) {
    // Weights that are not there repeat the last one.
    const last = depth - 1;
    const box0 = g.box + <usize>load<u32>(g.distances + offset(k));
    const box1 = g.box + <usize>load<u32>(g.distances + offset(min(k + 1, last)));
    const box2 = g.box + <usize>load<u32>(g.distances + offset(min(k + 2, last)));
    const box3 = g.box + <usize>load<u32>(g.distances + offset(min(k + 3, last)));
    const box4 = g.box + <usize>load<u32>(g.distances + offset(min(k + 4, last)));
    let s0 = zero;
    let s1 = zero;
    let s2 = zero;
    let s3 = zero;
    let s4 = zero;
    let from = g.packed;
    for (let place = g.places; place < placesEnd; place += 4) {
      const at = <usize>load<u32>(place);
      const dy = v128.load(from);
      s0 = Products.add(s0, dy, v128.load(box0 + at));
      s1 = Products.add(s1, dy, v128.load(box1 + at));
      s2 = Products.add(s2, dy, v128.load(box2 + at));
      s3 = Products.add(s3, dy, v128.load(box3 + at));
      s4 = Products.add(s4, dy, v128.load(box4 + at));
      from += 16;
    }
    const sums = Products.across(s0, s1, s2, s3);
    const others = Products.across(s4, zero, zero, zero);
    Products.addOne(dw, f32x4.extract_lane(sums, 0), isFirst);
    if (k + 1 < depth) Products.addOne(dw + 4, f32x4.extract_lane(sums, 1), isFirst);
    if (k + 2 < depth) Products.addOne(dw + 8, f32x4.extract_lane(sums, 2), isFirst);
    if (k + 3 < depth) Products.addOne(dw + 12, f32x4.extract_lane(sums, 3), isFirst);
    if (k + 4 < depth) Products.addOne(dw + 16, f32x4.extract_lane(others, 0), isFirst);
    dw += 20;
  }
}
