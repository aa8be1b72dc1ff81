import { type ActivationName, activationKinds, selu } from '../declared/activation.ts';
import { type Memory, type ReferenceKernel, rounding } from './memory.ts';

type Round = (x: number) => number;

interface Activation {
  readonly value: (x: number, p: number, r: Round) => number;
  /** ∂y/∂x · dy from x, or from y for the kinds that the declaration names. */
  readonly gradient: (given: number, dy: number, p: number, r: Round) => number;
}

/** 1 / (1 + e^−x), in the form whose exponential cannot overflow. */
export function logistic(x: number, r: Round): number {
  const e = r(Math.exp(-Math.abs(x)));
  return r((x >= 0 ? 1 : e) / r(1 + e));
}

/** erf x = 2/√π · e^−x² · Σ 2ⁿ x²ⁿ⁺¹ / (1 · 3 · … · (2n + 1)): all terms of one sign. */
export function errorFunction(x: number): number {
  if (Number.isNaN(x)) return x;
  if (Math.abs(x) > 6) return Math.sign(x);
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > 1e-18 * Math.abs(sum); n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

function halvesToEven(x: number): number {
  const below = Math.floor(x);
  if (x - below !== 0.5) return Math.round(x);
  return below % 2 === 0 ? below : below + 1;
}

const normal = {
  distribution: (x: number): number => (1 + errorFunction(x / Math.SQRT2)) / 2,
  density: (x: number): number => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI),
};

const rootTwoOverPi = Math.sqrt(2 / Math.PI);
const cubic = 0.044715;
const inner = (x: number): number => rootTwoOverPi * (x + cubic * x * x * x);

const activations: Readonly<Record<ActivationName, Activation>> = {
  relu: {
    value: (x) => (x < 0 ? 0 : x),
    gradient: (y, dy) => (y > 0 ? dy : 0),
  },
  leakyRelu: {
    value: (x, p) => (x > 0 ? x : p * x),
    gradient: (x, dy, p) => (x > 0 ? dy : p * dy),
  },
  sigmoid: {
    value: (x, _p, r) => logistic(x, r),
    gradient: (y, dy, _p, r) => r(dy * y) * r(1 - y),
  },
  tanh: {
    value: (x) => Math.tanh(x),
    gradient: (y, dy, _p, r) => dy * r(1 - r(y * y)),
  },
  elu: {
    value: (x, p) => (x > 0 ? x : p * Math.expm1(x)),
    gradient: (y, dy, p, r) => (y > 0 ? dy : dy * r(y + p)),
  },
  selu: {
    value: (x) => selu.lambda * (x > 0 ? x : selu.alpha * Math.expm1(x)),
    gradient: (y, dy) => dy * (y > 0 ? selu.lambda : y + selu.lambda * selu.alpha),
  },
  softplus: {
    value: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
    gradient: (x, dy, _p, r) => dy * logistic(x, r),
  },
  swish: {
    value: (x, p, r) => x * logistic(r(p * x), r),
    gradient: (x, dy, p) => {
      const s = 1 / (1 + Math.exp(-p * x));
      return dy * s * (1 + p * x * (1 - s));
    },
  },
  gelu: {
    value: (x) => x * normal.distribution(x),
    gradient: (x, dy) => dy * (normal.distribution(x) + x * normal.density(x)),
  },
  geluTanh: {
    value: (x) => (x * (1 + Math.tanh(inner(x)))) / 2,
    gradient: (x, dy) => {
      const t = Math.tanh(inner(x));
      const slope = rootTwoOverPi * (1 + 3 * cubic * x * x);
      return dy * ((1 + t) / 2 + (x * (1 - t * t) * slope) / 2);
    },
  },
  clippedRelu: {
    value: (x, p) => (x < 0 ? 0 : x > p ? p : x),
    gradient: (y, dy, p) => (y > 0 && y < p ? dy : 0),
  },
  hardTanh: {
    value: (x, p) => (x < -p ? -p : x > p ? p : x),
    gradient: (y, dy, p) => (y > -p && y < p ? dy : 0),
  },
  atLeast: {
    value: (x, p) => (x < p ? p : x),
    gradient: (x, dy, p) => (x > p ? dy : 0),
  },
  atMost: {
    value: (x, p) => (x > p ? p : x),
    gradient: (x, dy, p) => (x < p ? dy : 0),
  },
  exponential: {
    value: (x) => Math.exp(x),
    gradient: (y, dy) => dy * y,
  },
  logarithm: {
    value: (x) => Math.log(x),
    gradient: (x, dy) => dy / x,
  },
  root: {
    value: (x) => Math.sqrt(x),
    gradient: (y, dy, _p, r) => dy / r(y + y),
  },
  reciprocal: {
    value: (x) => 1 / x,
    gradient: (y, dy, _p, r) => -dy * r(y * y),
  },
  floor: { value: Math.floor, gradient: () => 0 },
  ceiling: { value: Math.ceil, gradient: () => 0 },
  rounded: { value: halvesToEven, gradient: () => 0 },
  sign: { value: Math.sign, gradient: () => 0 },
  sine: {
    value: (x) => Math.sin(x),
    gradient: (x, dy) => dy * Math.cos(x),
  },
  cosine: {
    value: (x) => Math.cos(x),
    gradient: (x, dy) => -dy * Math.sin(x),
  },
  shifted: {
    value: (x, p) => x + p,
    gradient: (_x, dy) => dy,
  },
  error: {
    value: errorFunction,
    gradient: (x, dy) => (dy * 2 * Math.exp(-x * x)) / Math.sqrt(Math.PI),
  },
  hardswish: {
    value: (x) => (x * Math.min(Math.max(x + 3, 0), 6)) / 6,
    gradient: (x, dy) => (x <= -3 ? 0 : x >= 3 ? dy : (dy * (2 * x + 3)) / 6),
  },
};

const byKind: ReadonlyMap<number, Activation> = new Map(
  Object.entries(activations).map(([name, activation]) => [
    activationKinds[name as ActivationName],
    activation,
  ]),
);

/** The activation of that number applied to one value; for kernels that end with one. */
export function activated(m: Memory, kind: number, x: number, parameter = 0): number {
  const activation = byKind.get(kind);
  return activation === undefined ? x : activation.value(x, parameter, rounding(m));
}

export const activation: ReferenceKernel<'activation'> = (m, a, begin, end) => {
  for (let i = begin; i < end; i++) m.f[a.y + i] = activated(m, a.kind, m.f[a.x + i], a.parameter);
};

export const activationGradient: ReferenceKernel<'activationGradient'> = (m, a, begin, end) => {
  const r = rounding(m);
  const { gradient } = byKind.get(a.kind) as Activation;
  for (let i = begin; i < end; i++) m.f[a.dx + i] = gradient(m.f[a.given + i], m.f[a.dy + i], a.parameter, r);
};
