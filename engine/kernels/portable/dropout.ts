import { float, int, offset, tensor } from './call';
import { Lanes } from './lanes';
import { drawnWords, philoxBlocks } from './philox';
import { scratch } from './scratch';

export function dropout(a: usize, begin: i32, end: i32): void {
  const step = load<i32>(tensor(a, 2));
  dropElements(tensor(a, 0), tensor(a, 1), begin, end, step, float(a, 4), int(a, 5), int(a, 6));
}

/** Elements [begin, end) of x and y, whose element 0 lies at these addresses. Each call of Philox serves 32 neighbouring elements. */
export function dropElements(
  x: usize,
  y: usize,
  begin: i32,
  end: i32,
  step: i32,
  rate: f32,
  seed: i32,
  stream: i32,
): void {
  if (rate >= 1) {
    // No word reaches 2³²; nor does it fit the comparison below.
    for (let i = begin; i < end; i += 4) Lanes.store(y + offset(i), f32x4.splat(0), end - i);
    return;
  }
  // A whole number is ≥ rate · 2³² exactly when it is ≥ the next whole number from there.
  const threshold = i32x4.splat(<i32>(<u32>ceil(<f64>rate * 4294967296)));
  const keptShare = f32x4.splat(<f32>1 - rate);
  for (let i = begin & ~(drawnWords - 1); i < end; i += drawnWords) {
    philoxBlocks(scratch, i >> 2, step, seed, stream);
    for (let four = 0; four < drawnWords; four += 4) {
      const keep = i32x4.ge_u(v128.load(scratch + offset(four)), threshold);
      keepFour(x, y, i + four, keep, keptShare, begin, end);
    }
  }
}

/** y = keep ? x / keptShare : 0 for those of the elements i … i + 3 that lie in [begin, end). */
function keepFour(x: usize, y: usize, i: i32, keep: v128, keptShare: v128, begin: i32, end: i32): void {
  const first = max(i, begin);
  const n = min(i + 4, end) - first;
  if (n <= 0) return;
  if (first > i) {
    const bytes = i8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    keep = i8x16.swizzle(keep, i8x16.add(bytes, i8x16.splat(<i8>((first - i) << 2))));
  }
  const at = offset(first);
  Lanes.store(y + at, v128.and(keep, f32x4.div(Lanes.load(x + at, n), keptShare)), n);
}
