import { int, offset, tensor } from './call';
import { Functions } from './functions';
import { Lanes } from './lanes';

// Four rows at a time, one per lane, so that each row sums its numbers in order. Where fewer than four rows are left,
// the spare lanes repeat the last row: they read and write the very same numbers.

export class FourRows {
  /** y = e^(x − greatest), divided by its sum, which is handed back; `pitch` bytes of four rows. */
  static normalise(
    greatest: v128,
    pitch: usize,
    x0: usize,
    x1: usize,
    x2: usize,
    x3: usize,
    y0: usize,
    y1: usize,
    y2: usize,
    y3: usize,
  ): v128 {
    let sum = f32x4.splat(0);
    for (let n: usize = 0; n < pitch; n += 4) {
      const x = Lanes.gather(x0 + n, x1 + n, x2 + n, x3 + n);
      const e = Functions.exp(f32x4.sub(x, greatest));
      sum = f32x4.add(sum, e);
      Lanes.scatter(e, y0 + n, y1 + n, y2 + n, y3 + n);
    }
    for (let n: usize = 0; n < pitch; n += 4) {
      const e = Lanes.gather(y0 + n, y1 + n, y2 + n, y3 + n);
      Lanes.scatter(f32x4.div(e, sum), y0 + n, y1 + n, y2 + n, y3 + n);
    }
    return sum;
  }
}

export function softmax(a: usize, begin: i32, end: i32): void {
  const x = tensor(a, 0);
  const y = tensor(a, 1);
  const pitch = offset(int(a, 3));
  for (let row = begin; row < end; row += 4) {
    const row0 = <usize>row * pitch;
    const row1 = row + 1 < end ? row0 + pitch : row0;
    const row2 = row + 2 < end ? row1 + pitch : row1;
    const row3 = row + 3 < end ? row2 + pitch : row2;
    const x0 = x + row0;
    const x1 = x + row1;
    const x2 = x + row2;
    const x3 = x + row3;
    let greatest = f32x4.splat(-Infinity);
    for (let n: usize = 0; n < pitch; n += 4) {
      greatest = f32x4.pmax(greatest, Lanes.gather(x0 + n, x1 + n, x2 + n, x3 + n));
    }
    FourRows.normalise(greatest, pitch, x0, x1, x2, x3, y + row0, y + row1, y + row2, y + row3);
  }
}

export function softmaxGradient(a: usize, begin: i32, end: i32): void {
  const y = tensor(a, 0);
  const dy = tensor(a, 1);
  const dx = tensor(a, 2);
  const pitch = offset(int(a, 4));
  for (let row = begin; row < end; row += 4) {
    const row0 = <usize>row * pitch;
    const row1 = row + 1 < end ? row0 + pitch : row0;
    const row2 = row + 2 < end ? row1 + pitch : row1;
    const row3 = row + 3 < end ? row2 + pitch : row2;
    const y0 = y + row0;
    const y1 = y + row1;
    const y2 = y + row2;
    const y3 = y + row3;
    const dy0 = dy + row0;
    const dy1 = dy + row1;
    const dy2 = dy + row2;
    const dy3 = dy + row3;
    let sum = f32x4.splat(0);
    for (let n: usize = 0; n < pitch; n += 4) {
      const d = Lanes.gather(dy0 + n, dy1 + n, dy2 + n, dy3 + n);
      sum = f32x4.add(sum, f32x4.mul(d, Lanes.gather(y0 + n, y1 + n, y2 + n, y3 + n)));
    }
    for (let n: usize = 0; n < pitch; n += 4) {
      const d = Lanes.gather(dy0 + n, dy1 + n, dy2 + n, dy3 + n);
      const p = Lanes.gather(y0 + n, y1 + n, y2 + n, y3 + n);
      const result = f32x4.mul(p, f32x4.sub(d, sum));
      Lanes.scatter(result, dx + row0 + n, dx + row1 + n, dx + row2 + n, dx + row3 + n);
    }
  }
}
