import { float, int, tensor } from '../argument.ts';

/**
 * Updates of weights. In all of them `rate` is the address of a float cell, and the weight first loses the share
 * rate · decay of itself (decoupled weight decay; decay 0 is none). Split: elements.
 */
export const optimizerKernels = {
  /** w ← w − rate · decay · w − rate · dw. */
  sgdUpdate: { w: tensor, dw: tensor, rate: tensor, count: int, decay: float },
  /** v ← β v + gain · dw; w ← w − rate · decay · w − rate · v. gain = 1 − β (moving average) or 1 (PyTorch's form). */
  momentumUpdate: {
    w: tensor,
    dw: tensor,
    v: tensor,
    rate: tensor,
    count: int,
    beta: float,
    gain: float,
    decay: float,
  },
  /** v ← β v + dw; w ← w − rate · decay · w − rate · (dw + β v). */
  nesterovUpdate: { w: tensor, dw: tensor, v: tensor, rate: tensor, count: int, beta: float, decay: float },
  /**
   * s ← β s + gain · dw²; u = dw / (√(s + inner) + outer); v ← momentum · v + u, or without v: v = u;
   * w ← w − rate · decay · w − rate · v. RMSProp has gain = 1 − β, Adagrad β = gain = 1; one of inner and outer is 0.
   */
  rmspropUpdate: {
    w: tensor,
    dw: tensor,
    s: tensor,
    v: tensor,
    rate: tensor,
    count: int,
    beta: float,
    gain: float,
    inner: float,
    outer: float,
    momentum: float,
    decay: float,
  },
  /**
   * m ← β₁ m + gain₁ dw; s ← β₂ s + gain₂ dw²; w ← w − rate · decay · w − rate · (m / c₁) / (√(s / c₂) + ε).
   * `corrections` holds c₁ = 1 − β₁ᵗ and c₂ = 1 − β₂ᵗ; gain = 1 − β, which float32 numbers β would give too inexactly.
   */
  adamUpdate: {
    w: tensor,
    dw: tensor,
    m: tensor,
    s: tensor,
    rate: tensor,
    corrections: tensor,
    count: int,
    beta1: float,
    beta2: float,
    gain1: float,
    gain2: float,
    epsilon: float,
    decay: float,
  },

  /**
   * y [1] = sum [1] (0 where absent) + factor · Σ x². Blocks of 4096 elements: within a block, square i is added to the
   * partial sum i mod 16 in order, then the partial sums j and j + 8, j + 4, j + 2, j + 1 are added; the blocks' sums
   * are added in float64, in order, and what comes of it is rounded once. Not split.
   */
  addSquares: { sum: tensor, x: tensor, y: tensor, count: int, factor: float },
  /** dx = (factor · dy) · x, dy a scalar. Split: elements. */
  addSquaresGradient: { x: tensor, dy: tensor, dx: tensor, count: int, factor: float },
  /** norm [1] ← √squares; factor [1] = min(1, limit / (norm + 1e-6)). Not split. */
  clipFactor: { squares: tensor, norm: tensor, factor: tensor, limit: float },
  /** dw ← factor [1] · dw. Split: elements. */
  clipByNorm: { dw: tensor, factor: tensor, count: int },
  /** dw ← dw kept within −limit … limit. Split: elements. */
  clipByValue: { dw: tensor, count: int, limit: float },
} as const;
