import { int, offset, tensor } from './call';
import { Lanes } from './lanes';
import { Sums } from './sums';

export class Labels {
  /** How many labels are not ignored. */
  static counted(target: usize, count: i32, ignored: v128): i32 {
    let equal = i32x4.splat(0);
    let left = count;
    for (; left >= 4; left -= 4) {
      equal = i32x4.add(equal, i32x4.eq(v128.load(target), ignored));
      target += 16;
    }
    let found =
      i32x4.extract_lane(equal, 0) +
      i32x4.extract_lane(equal, 1) +
      i32x4.extract_lane(equal, 2) +
      i32x4.extract_lane(equal, 3);
    for (; left > 0; left--) {
      found -= i32(load<i32>(target) === i32x4.extract_lane(ignored, 0));
      target += 4;
    }
    return count + found;
  }
}

export function mean(a: usize, begin: i32, end: i32): void {
  if (end <= begin) return;
  const count = int(a, 2);
  const total = Sums.inBlocks(0, tensor(a, 0), 0, count, i32x4.splat(0));
  store<f32>(tensor(a, 1), total / <f32>count);
}

export function meanGradient(a: usize, begin: i32, end: i32): void {
  const dx = tensor(a, 1);
  const share = f32x4.splat(load<f32>(tensor(a, 0)) / <f32>int(a, 2));
  for (let i = begin; i < end; i += 4) Lanes.store(dx + offset(i), share, end - i);
}

export function labelledMean(a: usize, begin: i32, end: i32): void {
  if (end <= begin) return;
  const target = tensor(a, 1);
  const count = int(a, 4);
  const ignored = i32x4.splat(int(a, 5));
  const total = Sums.inBlocks(3, tensor(a, 0), target, count, ignored);
  const counted = Labels.counted(target, count, ignored);
  store<f32>(tensor(a, 2), counted > 0 ? total / <f32>counted : 0);
  store<f32>(tensor(a, 3), <f32>counted);
}

export function labelledMeanGradient(a: usize, begin: i32, end: i32): void {
  const target = tensor(a, 1);
  const dx = tensor(a, 3);
  const share = f32x4.splat(load<f32>(tensor(a, 0)) / load<f32>(tensor(a, 2)));
  const ignored = i32x4.splat(int(a, 5));
  for (let i = begin; i < end; i += 4) {
    const at = offset(i);
    const counts = i32x4.ne(Lanes.load(target + at, end - i), ignored);
    Lanes.store(dx + at, v128.and(share, counts), end - i);
  }
}
