import { type ArgumentKind, int, tensor } from '../argument.ts';

/** Arithmetic of two operands, by number. */
export const binaryKinds = { add: 1, subtract: 2, multiply: 3 } as const;

/** Dimensions that `binary` can take: neighbours in which the operands are broadcast alike are one. */
export const mostBroadcastDimensions = 5;

/** What `sumOver` sums, by number. */
export const sumTerms = { plain: 0, product: 1, productBelow0: 2 } as const;

export const broadcastKernels = {
  /**
   * y [n0, …, n4], dense, = a + b, a − b or a · b (kind), then the epilogue (0 none, 1 relu). Element (i0, …, i4) reads
   * a[i0·a0 + … + i4·a4] and b[i0·b0 + … + i4·b4]; a stride of 0 broadcasts, and those of the last dimension are 0 or 1, not
   * both 0. Split: elements of y. y may be an operand that is not broadcast.
   */
  binary: {
    a: tensor,
    b: tensor,
    y: tensor,
    kind: int,
    epilogue: int,
    n0: int,
    n1: int,
    n2: int,
    n3: int,
    n4: int,
    a0: int,
    a1: int,
    a2: int,
    a3: int,
    a4: int,
    b0: int,
    b1: int,
    b2: int,
    b3: int,
    b4: int,
  },
  /**
   * y [outer, inner] = Σ_n of x [outer, count, inner], of x · w, or of w > 0 ? 0 : x · w (term); w is as large as x, and absent
   * where it is not asked for. n in order from 0 where inner > 1. Where inner = 1, element n goes to sum n mod 16 of 16 sums, each
   * in order from 0; then, with sums 4v … 4v + 3 as vector v, (v₀ + v₁) + (v₂ + v₃) and of its lanes (l₀ + l₁) + (l₂ + l₃).
   * Split: elements of y.
   */
  sumOver: { x: tensor, w: tensor, y: tensor, outer: int, count: int, inner: int, term: int },
  /**
   * y = x > 0 ? z : slope[c] · z of x, z, y [N, C, inner], slope [C]. With z = x it is PReLU, with z = dy its dx. Split: elements.
   * y may be x or z.
   */
  prelu: { x: tensor, slope: tensor, z: tensor, y: tensor, N: int, C: int, inner: int },
} satisfies Record<string, Record<string, ArgumentKind>>;
