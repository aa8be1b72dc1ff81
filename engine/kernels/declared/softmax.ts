import { int, tensor } from '../argument.ts';

/**
 * Softmax over the middle dimension of x [M, N, inner]: each of the M · inner columns of N numbers for itself, its maximum
 * subtracted first. A sum over a column takes n in order where inner > 1. Where inner = 1 a column is a row, and element n goes
 * to sum n mod 16 of 16 sums, each in order from 0; then, with sums 4v … 4v + 3 as vector v, (v₀ + v₁) + (v₂ + v₃) and of its
 * lanes (l₀ + l₁) + (l₂ + l₃). Split: columns, in all of them. Results may take the place of an input.
 */
const sizes = { M: int, N: int, inner: int } as const;

export const softmaxKernels = {
  /** y = e^(x − max) / Σ_n e^(x − max). */
  softmax: { x: tensor, y: tensor, ...sizes },
  /** dx = y ⊙ (dy − Σ_n dy ⊙ y). */
  softmaxGradient: { y: tensor, dy: tensor, dx: tensor, ...sizes },
  /** y = (x − max) − ln Σ_n e^(x − max). */
  logSoftmax: { x: tensor, y: tensor, ...sizes },
  /** dx = dy − e^y Σ_n dy. */
  logSoftmaxGradient: { y: tensor, dy: tensor, dx: tensor, ...sizes },
} as const;
