import { Functions } from './functions';

// Softmax and cross-entropy of two classes, the commonest number there is: four rows are two whole vectors, and need not be
// collected number by number. Every row's arithmetic is that of cross-entropy.ts. What is the same for all rows is made
// outside the loops, where V8 would not bring it.

export class TwoClasses {
  @inline
  static first(z: usize): v128 {
    return i32x4.shuffle(v128.load(z), v128.load(z, 16), 0, 2, 4, 6);
  }

  @inline
  static second(z: usize): v128 {
    return i32x4.shuffle(v128.load(z), v128.load(z, 16), 1, 3, 5, 7);
  }

  /** p [4, 2] of four rows, and the sums of powers by which they were divided. */
  @inline
  static softmax(z: usize, p: usize, one: v128): v128 {
    const z0 = TwoClasses.first(z);
    const z1 = TwoClasses.second(z);
    const greatest = f32x4.pmax(z0, z1);
    const e = Functions.exp(f32x4.sub(f32x4.pmin(z1, z0), greatest));
    // The greater one's power is e^0 = 1, and NaN where it is infinite.
    const power = f32x4.add(one, f32x4.sub(greatest, greatest));
    const sum = f32x4.add(power, e);
    const greater = f32x4.div(power, sum);
    const smaller = f32x4.div(e, sum);
    const isSecond = f32x4.lt(z0, z1);
    const p0 = v128.bitselect(smaller, greater, isSecond);
    const p1 = v128.bitselect(greater, smaller, isSecond);
    v128.store(p, i32x4.shuffle(p0, p1, 0, 4, 1, 5));
    v128.store(p, i32x4.shuffle(p0, p1, 2, 6, 3, 7), 16);
    return sum;
  }

  /** The losses of four rows whose powers have that sum: 0 where the label is ignored, NaN where it is no class. */
  @inline
  static loss(
    z: usize,
    sum: v128,
    wanted: v128,
    ignored: v128,
    kept: v128,
    share: v128,
    smooths: bool,
    zero: v128,
    second: v128,
    nan: v128,
  ): v128 {
    const z0 = TwoClasses.first(z);
    const z1 = TwoClasses.second(z);
    const greatest = f32x4.pmax(z0, z1);
    const isFirst = v128.bitselect(z0, nan, i32x4.eq(wanted, zero));
    const atTarget = v128.bitselect(z1, isFirst, i32x4.eq(wanted, second));
    let loss = f32x4.sub(Functions.log(sum), f32x4.mul(kept, f32x4.sub(atTarget, greatest)));
    if (smooths) {
      const all = f32x4.add(f32x4.add(zero, f32x4.sub(z0, greatest)), f32x4.sub(z1, greatest));
      loss = f32x4.sub(loss, f32x4.mul(share, all));
    }
    return v128.andnot(loss, i32x4.eq(wanted, ignored));
  }

  /** dlogits of two rows: (p − share of the class) · dloss, 0 where the label is ignored. */
  @inline
  static gradient(
    p: v128,
    wanted: v128,
    dloss: v128,
    ignored: v128,
    share: v128,
    shareOfTarget: v128,
    classes: v128,
  ): v128 {
    const isTarget = i32x4.eq(wanted, classes);
    const expected = v128.bitselect(shareOfTarget, share, isTarget);
    const result = f32x4.mul(f32x4.sub(p, expected), dloss);
    return v128.andnot(result, i32x4.eq(wanted, ignored));
  }
}
