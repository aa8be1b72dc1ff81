import { int, offset, tensor } from './call';
import { Lanes } from './lanes';

class Prelu {
  @inline
  static valueOf(x: v128, slope: v128, z: v128): v128 {
    return v128.bitselect(z, f32x4.mul(slope, z), f32x4.gt(x, f32x4.splat(0)));
  }

  /** Numbers that have one slope in common. */
  static channel(x: usize, slope: usize, z: usize, y: usize, count: i32): void {
    const slopes = v128.load32_splat(slope);
    for (let left = count; left > 0; left -= 4) {
      Lanes.store(y, Prelu.valueOf(Lanes.load(x, left), slopes, Lanes.load(z, left)), left);
      x += 16;
      z += 16;
      y += 16;
    }
  }

  /** Numbers with a slope each. */
  static row(x: usize, slope: usize, z: usize, y: usize, count: i32): void {
    for (let left = count; left > 0; left -= 4) {
      const slopes = Lanes.load(slope, left);
      Lanes.store(y, Prelu.valueOf(Lanes.load(x, left), slopes, Lanes.load(z, left)), left);
      x += 16;
      slope += 16;
      z += 16;
      y += 16;
    }
  }
}

export function prelu(a: usize, begin: i32, end: i32): void {
  const C = int(a, 5);
  const inner = int(a, 6);
  // Either a row of all channels, or a channel of one sample, from the element on.
  const length = inner === 1 ? C : inner;
  for (let element = begin; element < end; ) {
    const place = element % length;
    const count = min(length - place, end - element);
    const at = offset(element);
    const x = tensor(a, 0) + at;
    const slope = tensor(a, 1) + offset(inner === 1 ? place : (element / inner) % C);
    const z = tensor(a, 2) + at;
    const y = tensor(a, 3) + at;
    if (inner === 1) Prelu.row(x, slope, z, y, count);
    else Prelu.channel(x, slope, z, y, count);
    element += count;
  }
}
