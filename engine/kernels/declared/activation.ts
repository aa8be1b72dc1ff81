import { type ArgumentKind, float, int, tensor } from '../argument.ts';

/**
 * Activations by number; 0 stands for none where a kernel can end with one. p is the parameter.
 *   relu          x < 0 ? 0 : x, so that NaN stays NaN
 *   leakyRelu     x > 0 ? x : p · x
 *   elu           x > 0 ? x : p · (e^x − 1)
 *   selu          λ · (x > 0 ? x : α · (e^x − 1))
 *   softplus      ln(1 + e^x)
 *   swish         x · σ(p · x)
 *   gelu          x · Φ(x)
 *   geluTanh      x · (1 + tanh(√(2/π) · (x + 0.044715 x³))) / 2
 *   hardswish     x · min(max(x + 3, 0), 6) / 6
 *   clippedRelu   min(max(x, 0), p)
 *   hardTanh      min(max(x, −p), p)
 *   rounded       to the nearest whole number, halves to the even one
 *   sign          −1, 0 or 1
 *   shifted       x + p
 *   atLeast       max(x, p)
 *   atMost        min(x, p)
 *   error         2/√π · ∫₀ˣ e^−t² dt
 * The rest are what they are called, of x.
 */
export const activationKinds = {
  relu: 1,
  leakyRelu: 2,
  sigmoid: 3,
  tanh: 4,
  elu: 5,
  selu: 6,
  softplus: 7,
  swish: 8,
  gelu: 9,
  geluTanh: 10,
  hardswish: 11,
  clippedRelu: 12,
  hardTanh: 13,
  exponential: 14,
  logarithm: 15,
  root: 16,
  reciprocal: 17,
  floor: 18,
  ceiling: 19,
  rounded: 20,
  sign: 21,
  sine: 22,
  cosine: 23,
  error: 24,
  shifted: 25,
  atLeast: 26,
  atMost: 27,
} as const;

export type ActivationName = keyof typeof activationKinds;

/** The kinds whose gradient is computed from y; that of the others is computed from x. */
export const fromOutput: ReadonlySet<ActivationName> = new Set([
  'relu',
  'sigmoid',
  'tanh',
  'elu',
  'selu',
  'clippedRelu',
  'hardTanh',
  'exponential',
  'root',
  'reciprocal',
]);

/** Klambauer et al. 2017, "Self-Normalizing Neural Networks", equation 14. */
export const selu = { alpha: 1.6732632423543772, lambda: 1.0507009873554805 } as const;

export const activationKernels = {
  /** y = the activation `kind` of x with its parameter. Split: elements. y may be x. */
  activation: { x: tensor, y: tensor, count: int, kind: int, parameter: float },
  /** dx = dy · ∂y/∂x, computed from `given`: x, or y for the kinds named in `fromOutput`. Split: elements. dx may be dy. */
  activationGradient: { given: tensor, dy: tensor, dx: tensor, count: int, kind: int, parameter: float },
} satisfies Record<string, Record<string, ArgumentKind>>;
