import { int, tensor } from '../argument.ts';

/**
 * Sizes of a convolution: x [N, C, H, W], w [O, C / groups, KH, KW], y [N, O, OH, OW]. Tap (kh, kw) of the output at
 * (oh, ow) reads the image at (oh · strideH + kh · dilationH − padTop, ow · strideW + kw · dilationW − padLeft); outside
 * the image there are zeros, and a kernel may leave such taps out. Right and bottom padding follow from OH and OW.
 */
const sizes = {
  N: int,
  C: int,
  H: int,
  W: int,
  O: int,
  KH: int,
  KW: int,
  strideH: int,
  strideW: int,
  padTop: int,
  padLeft: int,
  OH: int,
  OW: int,
  dilationH: int,
  dilationW: int,
  groups: int,
} as const;

export const convolutionKernels = {
  /**
   * y = x ∗ w (+ bias [O]), then the epilogue (0 none, 1 relu). Every element's sum starts at 0, takes the channels of its
   * group in order, for each of them kh, for each of those kw, then the bias. Split: the N · O planes of y.
   */
  conv2d: { x: tensor, w: tensor, bias: tensor, y: tensor, ...sizes, epilogue: int },
  /**
   * dx = ∂loss/∂x from dy, written whole. Every element's sum starts at 0, takes the outputs of its group in order, for each
   * of them kh, for each of those kw. Also the forward pass of a transposed convolution. Split: the N · C planes of dx.
   */
  conv2dDataGradient: { dy: tensor, w: tensor, dx: tensor, ...sizes },
  /**
   * dw [parts, O, C / groups, KH, KW] = ∂loss/∂w, part p from images ⌊N · p / parts⌋ up to ⌊N · (p + 1) / parts⌋ alone. The rows
   * (n, oh) of a part's dy are taken in blocks of ⌊512 / OW⌋ (at least 1), rows of more than 512 columns in blocks of 512
   * columns. Within a block there are four sums, each of which starts at 0: column ow belongs to sum ow mod 4; rows in
   * order, columns in order. Then (s₀ + s₁) + (s₂ + s₃), and the blocks in order, from 0. Split: parts · O.
   */
  conv2dWeightGradient: { x: tensor, dy: tensor, dw: tensor, ...sizes, parts: int },
  /** y [N, C, inner] = x + b [C], b[c] to all of channel c. Split: the N · C planes of y. y may be x. */
  addChannels: { x: tensor, b: tensor, y: tensor, N: int, C: int, inner: int },
  /**
   * y [C] = Σ_n Σ_i x [N, C, inner]. A plane is summed in 16 sums, element i in sum i mod 16, each in order from 0; then, with
   * sums 4v … 4v + 3 as vector v, (v₀ + v₁) + (v₂ + v₃) and of its lanes (l₀ + l₁) + (l₂ + l₃); then the planes in order,
   * from 0. Split: C.
   */
  sumChannels: { x: tensor, y: tensor, N: int, C: int, inner: int },
} as const;

/** Positions of dy, at most, that are summed before the sum is added to dw. */
export const weightGradientBlock = 512;
