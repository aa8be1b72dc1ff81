import { Functions } from './functions';
import { Lanes } from './lanes';
import { Power } from './softmax-power';

/** Four columns side by side, or as many as are left; `pitch` bytes from one of a column's N numbers to the next. */
export class FourColumns {
  static greatest(x: usize, N: i32, pitch: usize, left: i32): v128 {
    let greatest = f32x4.splat(-Infinity);
    for (let n = 0; n < N; n++) {
      greatest = f32x4.pmax(greatest, Lanes.load(x, left));
      x += pitch;
    }
    return greatest;
  }

  static softmax(x: usize, y: usize, N: i32, pitch: usize, left: i32): void {
    const greatest = FourColumns.greatest(x, N, pitch, left);
    let sum = f32x4.splat(0);
    let to = y;
    for (let n = 0; n < N; n++) {
      const e = Power.of(Lanes.load(x, left), greatest);
      sum = f32x4.add(sum, e);
      Lanes.store(to, e, left);
      x += pitch;
      to += pitch;
    }
    for (let n = 0; n < N; n++) {
      Lanes.store(y, f32x4.div(Lanes.load(y, left), sum), left);
      y += pitch;
    }
  }

  static logSoftmax(x: usize, y: usize, N: i32, pitch: usize, left: i32): void {
    const greatest = FourColumns.greatest(x, N, pitch, left);
    let sum = f32x4.splat(0);
    let from = x;
    for (let n = 0; n < N; n++) {
      sum = f32x4.add(sum, Power.of(Lanes.load(from, left), greatest));
      from += pitch;
    }
    const logarithm = Functions.log(sum);
    for (let n = 0; n < N; n++) {
      Lanes.store(y, f32x4.sub(f32x4.sub(Lanes.load(x, left), greatest), logarithm), left);
      x += pitch;
      y += pitch;
    }
  }

  static softmaxGradient(y: usize, dy: usize, dx: usize, N: i32, pitch: usize, left: i32): void {
    let sum = f32x4.splat(0);
    let at: usize = 0;
    for (let n = 0; n < N; n++) {
      sum = f32x4.add(sum, f32x4.mul(Lanes.load(dy + at, left), Lanes.load(y + at, left)));
      at += pitch;
    }
    at = 0;
    for (let n = 0; n < N; n++) {
      const difference = f32x4.sub(Lanes.load(dy + at, left), sum);
      Lanes.store(dx + at, f32x4.mul(Lanes.load(y + at, left), difference), left);
      at += pitch;
    }
  }

  static logSoftmaxGradient(y: usize, dy: usize, dx: usize, N: i32, pitch: usize, left: i32): void {
    let sum = f32x4.splat(0);
    let at: usize = 0;
    for (let n = 0; n < N; n++) {
      sum = f32x4.add(sum, Lanes.load(dy + at, left));
      at += pitch;
    }
    at = 0;
    for (let n = 0; n < N; n++) {
      const share = f32x4.mul(Functions.exp(Lanes.load(y + at, left)), sum);
      Lanes.store(dx + at, f32x4.sub(Lanes.load(dy + at, left), share), left);
      at += pitch;
    }
  }
}
