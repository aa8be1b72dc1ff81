import { int, offset, tensor } from './call';
import { Lanes } from './lanes';
import { Sums } from './sums';

const blockSize: i32 = 256;

export function mean(a: usize, begin: i32, end: i32): void {
  if (end <= begin) return;
  const x = tensor(a, 0);
  const count = int(a, 2);
  let total: f32 = 0;
  for (let block = 0; block < count; block += blockSize) {
    const sum = Sums.of(0, x + offset(block), 0, min(blockSize, count - block));
    total += f32x4.extract_lane(sum, 0);
  }
  store<f32>(tensor(a, 1), total / <f32>count);
}

export function meanGradient(a: usize, begin: i32, end: i32): void {
  const dx = tensor(a, 1);
  const share = f32x4.splat(load<f32>(tensor(a, 0)) / <f32>int(a, 2));
  for (let i = begin; i < end; i += 4) Lanes.store(dx + offset(i), share, end - i);
}

export function labelledMean(a: usize, begin: i32, end: i32): void {
  if (end <= begin) return;
  const x = tensor(a, 0);
  const target = tensor(a, 1);
  const count = int(a, 4);
  const ignored = i32x4.splat(int(a, 5));
  let total: f32 = 0;
  let counted = 0;
  for (let block = 0; block < count; block += blockSize) {
    const size = min(blockSize, count - block);
    const sum = labelledSum(x + offset(block), target + offset(block), size, ignored);
    total += f32x4.extract_lane(sum, 0);
    counted += counts(target + offset(block), size, ignored);
  }
  store<f32>(tensor(a, 2), counted > 0 ? total / <f32>counted : 0);
  store<f32>(tensor(a, 3), <f32>counted);
}

/** `Sums.of` of what is not ignored. */
function labelledSum(x: usize, target: usize, count: i32, ignored: v128): v128 {
  let s0 = f32x4.splat(0);
  let s1 = s0;
  let s2 = s0;
  let s3 = s0;
  let left = count;
  for (; left >= 16; left -= 16) {
    s0 = f32x4.add(s0, v128.andnot(v128.load(x), i32x4.eq(v128.load(target), ignored)));
    s1 = f32x4.add(s1, v128.andnot(v128.load(x, 16), i32x4.eq(v128.load(target, 16), ignored)));
    s2 = f32x4.add(s2, v128.andnot(v128.load(x, 32), i32x4.eq(v128.load(target, 32), ignored)));
    s3 = f32x4.add(s3, v128.andnot(v128.load(x, 48), i32x4.eq(v128.load(target, 48), ignored)));
    x += 64;
    target += 64;
  }
  if (left > 0) s0 = f32x4.add(s0, labelledTerm(x, target, left, ignored));
  if (left > 4) s1 = f32x4.add(s1, labelledTerm(x + 16, target + 16, left - 4, ignored));
  if (left > 8) s2 = f32x4.add(s2, labelledTerm(x + 32, target + 32, left - 8, ignored));
  if (left > 12) s3 = f32x4.add(s3, labelledTerm(x + 48, target + 48, left - 12, ignored));
  return Sums.joined(s0, s1, s2, s3);
}

function labelledTerm(x: usize, target: usize, left: i32, ignored: v128): v128 {
  return v128.andnot(Lanes.load(x, left), i32x4.eq(Lanes.load(target, left), ignored));
}

/** How many labels are not ignored. */
function counts(target: usize, count: i32, ignored: v128): i32 {
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
