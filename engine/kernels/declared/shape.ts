import { float, int, tensor } from '../argument.ts';

/** Kernels that put numbers elsewhere, or the same numbers in more than one place. */
export const shapeKernels = {
  /**
   * y [n0, …, n5], dense, = x[from + i0·s0 + … + i5·s5]: a part of x, its dimensions in any order. Whole words are copied,
   * whatever they hold. Split: n0·n1·n2·n3.
   */
  copy: {
    x: tensor,
    y: tensor,
    from: int,
    n0: int,
    n1: int,
    n2: int,
    n3: int,
    n4: int,
    n5: int,
    s0: int,
    s1: int,
    s2: int,
    s3: int,
    s4: int,
    s5: int,
  },
  /**
   * Each row of y [rows, runA + … + runF] = the row of a [rows, runA], then that of b, and so on. A part that is absent
   * is zeros. Split: rows.
   */
  concat: {
    a: tensor,
    b: tensor,
    c: tensor,
    d: tensor,
    e: tensor,
    f: tensor,
    y: tensor,
    rows: int,
    runA: int,
    runB: int,
    runC: int,
    runD: int,
    runE: int,
    runF: int,
  },
  /**
   * values [outer, k, inner] = the k largest of x [outer, count, inner] along its middle axis, the largest first, and the
   * places int32 where they stand; with sign = −1 the smallest. Of equal numbers the first comes first, with last = 1 the
   * last. NaN comes behind everything. Split: outer.
   */
  topK: {
    x: tensor,
    values: tensor,
    places: tensor,
    outer: int,
    count: int,
    inner: int,
    k: int,
    sign: int,
    last: int,
  },
  /**
   * dx [outer, count, inner] = 0 but for dvalues [outer, k, inner], which are added along its middle axis at places int32
   * [outer, k, inner], the first of them first. Split: outer.
   */
  addAtPlaces: {
    dvalues: tensor,
    places: tensor,
    dx: tensor,
    outer: int,
    count: int,
    inner: int,
    k: int,
  },
  /**
   * y = condition ≠ 0 ? a : b, element by element; NaN counts as not 0. Where a or b is absent, `value` stands for it.
   * Split: elements. y may be a or b.
   */
  choose: { condition: tensor, a: tensor, b: tensor, y: tensor, count: int, value: float },
  /** y = x with whole = 1 as int32, cut towards 0, where x is float32; with whole = 0 as float32, where x is int32. Split: elements. */
  convert: { x: tensor, y: tensor, count: int, whole: int },
  /**
   * y [outer, count, inner] = the sums of x along its middle axis up to each place, with exclusive = 1 up to the one before,
   * with reverse = 1 from the last place back. Split: outer.
   */
  cumulativeSum: {
    x: tensor,
    y: tensor,
    outer: int,
    count: int,
    inner: int,
    exclusive: int,
    reverse: int,
  },
  /** y [outer, inner] = Σ_n x [outer, count, inner] / count, n in order. Split: outer. */
  meanOver: { x: tensor, y: tensor, outer: int, count: int, inner: int },
  /** dx [outer, count, inner] = dy [outer, inner] / count. Split: outer. */
  meanOverGradient: { dy: tensor, dx: tensor, outer: int, count: int, inner: int },
} as const;
