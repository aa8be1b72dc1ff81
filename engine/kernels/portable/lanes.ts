/**
 * Four float32 lanes and the memory they come from. The last one to three elements of a range go through the same vector
 * arithmetic as all others, so that no element's bits depend on where a share ends.
 */
export class Lanes {
  /** The next four numbers, or as many as are `left`, followed by zeros. */
  @inline
  static load(from: usize, left: i32): v128 {
    return left >= 4 ? v128.load(from) : Lanes.loadFirst(from, left);
  }

  /** Writes the lanes that are `left`. */
  @inline
  static store(to: usize, v: v128, left: i32): void {
    if (left >= 4) v128.store(to, v);
    else Lanes.storeFirst(to, v, left);
  }

  /** One number from each of four rows. */
  @inline
  static gather(p0: usize, p1: usize, p2: usize, p3: usize): v128 {
    const one = v128.load32_zero(p0);
    const two = v128.load32_lane(p1, one, 1);
    const three = v128.load32_lane(p2, two, 2);
    return v128.load32_lane(p3, three, 3);
  }

  /** One number to each of four rows. */
  @inline
  static scatter(v: v128, p0: usize, p1: usize, p2: usize, p3: usize): void {
    v128.store32_lane(p0, v, 0);
    v128.store32_lane(p1, v, 1);
    v128.store32_lane(p2, v, 2);
    v128.store32_lane(p3, v, 3);
  }

  /** The first 1 … 3 numbers; the other lanes are 0. */
  static loadFirst(from: usize, count: i32): v128 {
    if (count === 1) return v128.load32_zero(from);
    const two = v128.load64_zero(from);
    return count === 2 ? two : v128.load32_lane(from, two, 2, 8);
  }

  /** Writes lanes 0 … count − 1, count in 1 … 3. */
  static storeFirst(to: usize, v: v128, count: i32): void {
    if (count === 1) {
      v128.store32_lane(to, v, 0);
      return;
    }
    v128.store64_lane(to, v, 0);
    if (count === 3) v128.store32_lane(to, v, 2, 8);
  }
}
