import { Lanes } from './lanes';

/** Four float32 that stand `pitch` bytes apart. Where fewer are left, spare lanes repeat the last and are not written. */
export class Strided {
  @inline
  static load(from: usize, pitch: usize, left: i32): v128 {
    if (left >= 4) {
      if (pitch === 4) return v128.load(from);
      // Every second of eight; the eighth is read for nothing.
      if (pitch === 8) return v128.shuffle<f32>(v128.load(from), v128.load(from, 16), 0, 2, 4, 6);
      return Lanes.gather(from, from + pitch, from + 2 * pitch, from + 3 * pitch);
    }
    const last = <usize>(left - 1);
    return Lanes.gather(
      from,
      from + min<usize>(1, last) * pitch,
      from + min<usize>(2, last) * pitch,
      from + last * pitch,
    );
  }

  @inline
  static store(to: usize, v: v128, pitch: usize, left: i32): void {
    if (left >= 4 && pitch === 4) {
      v128.store(to, v);
      return;
    }
    v128.store32_lane(to, v, 0);
    if (left > 1) v128.store32_lane(to + pitch, v, 1);
    if (left > 2) v128.store32_lane(to + 2 * pitch, v, 2);
    if (left > 3) v128.store32_lane(to + 3 * pitch, v, 3);
  }
}
