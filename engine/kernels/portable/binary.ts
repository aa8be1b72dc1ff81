import { offset, tensor } from './call';
import { Lanes } from './lanes';

/** What stands in the record behind the tensors, in the contract's order. */
@unmanaged
class Broadcast {
  kind: i32;
  epilogue: i32;
  n0: i32;
  n1: i32;
  n2: i32;
  n3: i32;
  n4: i32;
  a0: i32;
  a1: i32;
  a2: i32;
  a3: i32;
  a4: i32;
  b0: i32;
  b1: i32;
  b2: i32;
  b3: i32;
  b4: i32;
}

class Binary {
  @inline
  static valueOf(kind: i32, a: v128, b: v128): v128 {
    if (kind === 1) return f32x4.add(a, b);
    return kind === 2 ? f32x4.sub(a, b) : f32x4.mul(a, b);
  }

  /** Numbers side by side. No result is below `floor`, which is −∞ where there is no ReLU. */
  @inline
  static run(kind: i32, a: usize, aStep: i32, b: usize, bStep: i32, y: usize, count: i32, floor: v128): void {
    let at: usize = 0;
    if (aStep !== 0 && bStep !== 0) {
      for (let left = count; left > 0; left -= 4) {
        const value = Binary.valueOf(kind, Lanes.load(a + at, left), Lanes.load(b + at, left));
        Lanes.store(y + at, f32x4.pmax(value, floor), left);
        at += 16;
      }
    } else if (aStep !== 0) {
      const right = v128.load32_splat(b);
      for (let left = count; left > 0; left -= 4) {
        const value = Binary.valueOf(kind, Lanes.load(a + at, left), right);
        Lanes.store(y + at, f32x4.pmax(value, floor), left);
        at += 16;
      }
    } else {
      const first = v128.load32_splat(a);
      for (let left = count; left > 0; left -= 4) {
        const value = Binary.valueOf(kind, first, Lanes.load(b + at, left));
        Lanes.store(y + at, f32x4.pmax(value, floor), left);
        at += 16;
      }
    }
  }

  /** Runs along the last dimension, the others counted like the digits of a number. */
  @inline
  static all(kind: i32, record: usize, s: Broadcast, begin: i32, end: i32): void {
    const floor = f32x4.splat(s.epilogue === 1 ? 0 : -Infinity);
    let row = begin / s.n4;
    let column = begin - row * s.n4;
    let i3 = row % s.n3;
    row /= s.n3;
    let i2 = row % s.n2;
    row /= s.n2;
    let i1 = row % s.n1;
    let i0 = row / s.n1;
    for (let element = begin; element < end; ) {
      const count = min(s.n4 - column, end - element);
      const a = i0 * s.a0 + i1 * s.a1 + i2 * s.a2 + i3 * s.a3 + column * s.a4;
      const b = i0 * s.b0 + i1 * s.b1 + i2 * s.b2 + i3 * s.b3 + column * s.b4;
      const y = tensor(record, 2) + offset(element);
      Binary.run(
        kind,
        tensor(record, 0) + offset(a),
        s.a4,
        tensor(record, 1) + offset(b),
        s.b4,
        y,
        count,
        floor,
      );
      element += count;
      column = 0;
      if (++i3 < s.n3) continue;
      i3 = 0;
      if (++i2 < s.n2) continue;
      i2 = 0;
      if (++i1 < s.n1) continue;
      i1 = 0;
      i0++;
    }
  }
}

export function binary(a: usize, begin: i32, end: i32): void {
  if (begin >= end) return;
  const sizes = changetype<Broadcast>(a + 12);
  switch (sizes.kind) {
    case 1:
      Binary.all(1, a, sizes, begin, end);
      return;
    case 2:
      Binary.all(2, a, sizes, begin, end);
      return;
    default:
      Binary.all(3, a, sizes, begin, end);
  }
}
