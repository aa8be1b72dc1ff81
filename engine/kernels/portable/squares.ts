import { float, int, offset, tensor } from './call';
import { Lanes } from './lanes';

const blockSize = 4096;

export function addSquares(a: usize, begin: i32, end: i32): void {
  if (end <= begin) return;
  const sum = tensor(a, 0);
  const x = tensor(a, 1);
  const count = int(a, 3);
  let total: f64 = 0;
  for (let block = 0; block < count; block += blockSize)
    total += squaresOf(x, block, min(block + blockSize, count));
  const before: f64 = sum === 0 ? 0 : load<f32>(sum);
  store<f32>(tensor(a, 2), <f32>(before + <f64>float(a, 4) * total));
}

/** Sixteen partial sums in four vectors, added lane to lane until one is left. */
function squaresOf(x: usize, begin: i32, end: i32): f32 {
  let s0 = f32x4.splat(0);
  let s1 = f32x4.splat(0);
  let s2 = f32x4.splat(0);
  let s3 = f32x4.splat(0);
  for (let i = begin; i < end; i += 16) {
    const at = x + offset(i);
    const n = end - i;
    const x0 = Lanes.load(at, n);
    const x1 = n > 4 ? Lanes.load(at + 16, n - 4) : f32x4.splat(0);
    const x2 = n > 8 ? Lanes.load(at + 32, n - 8) : f32x4.splat(0);
    const x3 = n > 12 ? Lanes.load(at + 48, n - 12) : f32x4.splat(0);
    s0 = f32x4.add(s0, f32x4.mul(x0, x0));
    s1 = f32x4.add(s1, f32x4.mul(x1, x1));
    s2 = f32x4.add(s2, f32x4.mul(x2, x2));
    s3 = f32x4.add(s3, f32x4.mul(x3, x3));
  }
  const four = f32x4.add(f32x4.add(s0, s2), f32x4.add(s1, s3));
  const two = f32x4.add(four, i32x4.shuffle(four, four, 2, 3, 0, 1));
  return f32x4.extract_lane(two, 0) + f32x4.extract_lane(two, 1);
}

export function addSquaresGradient(a: usize, begin: i32, end: i32): void {
  const x = tensor(a, 0);
  const dx = tensor(a, 2);
  const factor = f32x4.mul(f32x4.splat(float(a, 4)), v128.load32_splat(tensor(a, 1)));
  for (let i = begin; i < end; i += 4) {
    const at = offset(i);
    const n = end - i;
    Lanes.store(dx + at, f32x4.mul(factor, Lanes.load(x + at, n)), n);
  }
}
