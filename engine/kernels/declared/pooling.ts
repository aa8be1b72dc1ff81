import { float, int, tensor } from '../argument.ts';

/**
 * Pooling, resizing and padding of planes: x [planes, H, W], y [planes, OH, OW], planes = N · C. A signal is a plane with
 * H = OH = 1. Split: planes, in all of them; every gradient writes all of dx.
 */
const sizes = { planes: int, H: int, W: int, OH: int, OW: int } as const;

/** The window of y[oh, ow] begins at row oh · strideH − top and column ow · strideW − left; what lies outside x is left out. */
const window = {
  ...sizes,
  kernelH: int,
  kernelW: int,
  strideH: int,
  strideW: int,
  top: int,
  left: int,
} as const;

export const poolingKernels = {
  /** y = the largest of each window; NaN where it holds one. */
  maxPool: { x: tensor, y: tensor, ...window },
  /** dx = Σ dy over the windows whose first largest element it is, oh and then ow in order. */
  maxPoolGradient: { x: tensor, dy: tensor, dx: tensor, ...window },
  /** y = Σ window / count, rows and then columns in order; count = kernelH · kernelW with countPadding, else what lies inside. */
  averagePool: { x: tensor, y: tensor, ...window, countPadding: int },
  /** dx = Σ dy / count over the windows that it lies in: oh in order, then its columns in the window in order. */
  averagePoolGradient: { dy: tensor, dx: tensor, ...window, countPadding: int },
  /**
   * y[oh, ow] = mean of rows ⌊oh H / OH⌋ … ⌈(oh + 1) H / OH⌉ − 1 and columns alike. Each row of the bin is summed in four
   * lanes, the element at place i of the row in lane i & 3; the lanes go on from row to row and come to (0 + 1) + (2 + 3).
   */
  adaptiveAveragePool: { x: tensor, y: tensor, ...sizes },
  /** dx = Σ dy / count over the bins that it lies in, oh and then ow in order. */
  adaptiveAveragePoolGradient: { dy: tensor, dx: tensor, ...sizes },

  /** y[oh, ow] = x[⌊oh H / OH⌋, ⌊ow W / OW⌋]; OH and OW are multiples of H and W (so for the three below). */
  upsampleNearest: { x: tensor, y: tensor, ...sizes },
  /** dx[h, w] = Σ dy over the elements that come from it, rows and then columns in order. */
  upsampleNearestGradient: { dy: tensor, dx: tensor, ...sizes },
  /**
   * y[oh, ow] = a₀ (b₀ x₀₀ + b₁ x₁₀) + a₁ (b₀ x₀₁ + b₁ x₁₁) between the four elements around its middle, those at the edge
   * going on beyond it. Row oh = h s + i with f = (i + ½) / s − ½ lies between rows h − 1 and h, b₁ = 1 + f, where f < 0,
   * and between h and h + 1, b₁ = f, elsewhere; b₀ = 1 − b₁. Columns alike.
   */
  upsampleLinear: { x: tensor, y: tensor, ...sizes },
  /**
   * dx = Σ dy · its share: oh in order, then the place j of a column among the s that come from one, in order; first what
   * falls to the elements on the left, a₀ dy b₀ above and a₀ dy b₁ below, w in order, then a₁ dy b₀ and a₁ dy b₁ to those on
   * the right.
   */
  upsampleLinearGradient: { dy: tensor, dx: tensor, ...sizes },

  /**
   * The same blend between the four elements around a place, for any sizes: row oh lies at h = oh (H − 1) / (OH − 1) with
   * corners, else at max(0, ((2 oh + 1) H − OH) / (2 OH)); b₁ is what h has beyond its whole part. Columns alike.
   */
  resizeLinear: { x: tensor, y: tensor, ...sizes, corners: int },
  /** dx = Σ dy · its share, oh and then ow in order: a₀ dy b₀ and a₀ dy b₁ on the left, then a₁ dy b₀ and a₁ dy b₁. */
  resizeLinearGradient: { dy: tensor, dx: tensor, ...sizes, corners: int },

  /** y[oh, ow] = x[oh − top, ow − left], `value` outside x. */
  zeroPad: { x: tensor, y: tensor, ...sizes, top: int, left: int, value: float },
  /** dx[h, w] = dy[h + top, w + left]. */
  zeroPadGradient: { dy: tensor, dx: tensor, ...sizes, top: int, left: int },
};
