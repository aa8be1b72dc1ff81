import { int, offset, tensor } from './call';
import { Lanes } from './lanes';

export function prelu(a: usize, begin: i32, end: i32): void {
  const x = tensor(a, 0);
  const slope = tensor(a, 1);
  const z = tensor(a, 2);
  const y = tensor(a, 3);
  const C = int(a, 5);
  const inner = int(a, 6);
  const zero = f32x4.splat(0);
  for (let element = begin; element < end; ) {
    // Either a row of all channels, or a channel of one sample, from the element on.
    const length = inner === 1 ? C : inner;
    const place = element % length;
    const count = min(length - place, end - element);
    const channel = inner === 1 ? place : (element / inner) % C;
    let slopes = v128.load32_splat(slope + offset(channel));
    for (let i = 0; i < count; i += 4) {
      const at = offset(element + i);
      const left = count - i;
      if (inner === 1) slopes = Lanes.load(slope + offset(channel + i), left);
      const value = Lanes.load(z + at, left);
      const isAbove = f32x4.gt(Lanes.load(x + at, left), zero);
      Lanes.store(y + at, v128.bitselect(value, f32x4.mul(slopes, value), isAbove), left);
    }
    element += count;
  }
}
