import { logistic } from './activations.ts';
import type { Memory, ReferenceKernel } from './memory.ts';
import { rounding } from './memory.ts';

/** A target as a number, whether it is held as one or as a label. */
const targetAt = (m: Memory, at: number, soft: number): number => (soft ? m.f[at] : m.i[at]);

/** A loss that means something only for a target from 0 to 1. */
const within = (target: number, loss: number): number => (target >= 0 && target <= 1 ? loss : NaN);

export const bceWithLogits: ReferenceKernel<'bceWithLogits'> = (m, a, begin, end) => {
  const r = rounding(m);
  const extra = r(a.positiveWeight - 1);
  for (let i = begin; i < end; i++) {
    const z = m.f[a.logits + i];
    const t = targetAt(m, a.target + i, a.soft);
    const decay = r(Math.log1p(r(Math.exp(-Math.abs(z)))));
    const plain = r(r(Math.max(z, 0) - r(z * t)) + decay);
    m.f[a.losses + i] = within(t, plain + r(r(extra * t) * r(decay + Math.max(-z, 0))));
  }
};

export const bceWithLogitsGradient: ReferenceKernel<'bceWithLogitsGradient'> = (m, a, begin, end) => {
  const r = rounding(m);
  const extra = r(a.positiveWeight - 1);
  for (let i = begin; i < end; i++) {
    const t = targetAt(m, a.target + i, a.soft);
    const p = logistic(m.f[a.logits + i], r);
    m.f[a.dlogits + i] = r(r(p - t) + r(r(extra * t) * r(p - 1))) * m.f[a.dlosses + i];
  }
};

const leastLogarithm = -100;
const leastVariance = 1e-12;

export const bce: ReferenceKernel<'bce'> = (m, a, begin, end) => {
  const r = rounding(m);
  for (let i = begin; i < end; i++) {
    const p = m.f[a.p + i];
    const t = targetAt(m, a.target + i, a.soft);
    const yes = r(Math.max(Math.log(p), leastLogarithm));
    const no = r(Math.max(Math.log1p(-p), leastLogarithm));
    m.f[a.losses + i] = within(t, r(r(t - 1) * no) - r(t * yes));
  }
};

export const bceGradient: ReferenceKernel<'bceGradient'> = (m, a, begin, end) => {
  const r = rounding(m);
  for (let i = begin; i < end; i++) {
    const p = m.f[a.p + i];
    const variance = Math.max(r(r(1 - p) * p), r(leastVariance));
    m.f[a.dp + i] = r(r(p - targetAt(m, a.target + i, a.soft)) / variance) * m.f[a.dlosses + i];
  }
};

export const squaredError: ReferenceKernel<'squaredError'> = (m, a, begin, end) => {
  const r = rounding(m);
  for (let i = begin; i < end; i++) {
    const difference = r(m.f[a.prediction + i] - m.f[a.target + i]);
    m.f[a.losses + i] = difference * difference;
  }
};

export const squaredErrorGradient: ReferenceKernel<'squaredErrorGradient'> = (m, a, begin, end) => {
  const { f } = m;
  const r = rounding(m);
  for (let i = begin; i < end; i++) {
    f[a.dprediction + i] = r(2 * r(f[a.prediction + i] - f[a.target + i])) * f[a.dlosses + i];
  }
};

export const absoluteError: ReferenceKernel<'absoluteError'> = ({ f }, a, begin, end) => {
  for (let i = begin; i < end; i++) f[a.losses + i] = Math.abs(f[a.prediction + i] - f[a.target + i]);
};

export const absoluteErrorGradient: ReferenceKernel<'absoluteErrorGradient'> = ({ f }, a, begin, end) => {
  for (let i = begin; i < end; i++) {
    const difference = f[a.prediction + i] - f[a.target + i];
    f[a.dprediction + i] = (difference > 0 ? 1 : difference < 0 ? -1 : 0) * f[a.dlosses + i];
  }
};

export const huber: ReferenceKernel<'huber'> = (m, a, begin, end) => {
  const { f } = m;
  const r = rounding(m);
  for (let i = begin; i < end; i++) {
    const size = Math.abs(r(f[a.prediction + i] - f[a.target + i]));
    f[a.losses + i] = size < a.delta ? r(0.5 * size) * size : a.delta * r(size - r(0.5 * a.delta));
  }
};

export const huberGradient: ReferenceKernel<'huberGradient'> = (m, a, begin, end) => {
  const { f } = m;
  const r = rounding(m);
  for (let i = begin; i < end; i++) {
    const difference = r(f[a.prediction + i] - f[a.target + i]);
    f[a.dprediction + i] = Math.max(Math.min(difference, a.delta), -a.delta) * f[a.dlosses + i];
  }
};
