import { offset } from './call';
import { Axis } from './convolution-axis';
import { Pass } from './correlation-pass';
import { Lanes } from './lanes';

/** What a tile does besides multiplying. */
export const startAtDestination: i32 = 1;
export const reluAtEnd: i32 = 2;

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
export function fourRows(
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
export function oneRow(
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
