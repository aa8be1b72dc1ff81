import { int, offset, tensor } from './call';
import { Lanes } from './lanes';
import { Sums } from './sums';

class SumOver {
  @inline
  static all(term: i32, a: usize, begin: i32, end: i32): void {
    const x = tensor(a, 0);
    const w = tensor(a, 1);
    const y = tensor(a, 2);
    const count = int(a, 4);
    const inner = int(a, 5);
    if (inner === 1) {
      for (let row = begin; row < end; row++) {
        const at = offset(count) * <usize>row;
        store<f32>(y + offset(row), f32x4.extract_lane(Sums.of(term, x + at, w + at, count), 0));
      }
      return;
    }
    for (let element = begin; element < end; ) {
      const outer = element / inner;
      const column = element - outer * inner;
      const columns = min(inner - column, end - element);
      const at = offset(inner) * <usize>(outer * count) + offset(column);
      SumOver.columns(term, x + at, w + at, y + offset(element), count, offset(inner), columns);
      element += columns;
    }
  }

  /** Columns side by side; `pitch` bytes from one of a column's `count` numbers to the next. */
  @inline
  static columns(term: i32, x: usize, w: usize, y: usize, count: i32, pitch: usize, columns: i32): void {
    let left = columns;
    for (; left >= 16; left -= 16) {
      let s0 = f32x4.splat(0);
      let s1 = s0;
      let s2 = s0;
      let s3 = s0;
      let at: usize = 0;
      for (let n = 0; n < count; n++) {
        s0 = f32x4.add(s0, Sums.termOf(term, x + at, w + at, 4));
        s1 = f32x4.add(s1, Sums.termOf(term, x + at + 16, w + at + 16, 4));
        s2 = f32x4.add(s2, Sums.termOf(term, x + at + 32, w + at + 32, 4));
        s3 = f32x4.add(s3, Sums.termOf(term, x + at + 48, w + at + 48, 4));
        at += pitch;
      }
      v128.store(y, s0);
      v128.store(y, s1, 16);
      v128.store(y, s2, 32);
      v128.store(y, s3, 48);
      x += 64;
      w += 64;
      y += 64;
    }
    for (; left > 0; left -= 4) {
      let sum = f32x4.splat(0);
      let at: usize = 0;
      for (let n = 0; n < count; n++) {
        sum = f32x4.add(sum, Sums.termOf(term, x + at, w + at, left));
        at += pitch;
      }
      Lanes.store(y, sum, left);
      x += 16;
      w += 16;
      y += 16;
    }
  }
}

export function sumOver(a: usize, begin: i32, end: i32): void {
  switch (int(a, 6)) {
    case 0:
      SumOver.all(0, a, begin, end);
      return;
    case 1:
      SumOver.all(1, a, begin, end);
      return;
    default:
      SumOver.all(2, a, begin, end);
  }
}
