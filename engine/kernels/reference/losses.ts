import { logistic } from './activations.ts';
import type { ReferenceKernel } from './memory.ts';
import { rounding } from './memory.ts';
import { softmaxOfRow } from './softmax.ts';

export const softmaxCrossEntropy: ReferenceKernel<'softmaxCrossEntropy'> = (m, a, begin, end) => {
  const r = rounding(m);
  for (let row = begin; row < end; row++) {
    const logits = a.logits + row * a.C;
    const target = m.i[a.target + row];
    const atTarget = target >= 0 && target < a.C ? m.f[logits + target] : NaN;
    const { greatest, sum } = softmaxOfRow(m, logits, a.p + row * a.C, a.C);
    m.f[a.losses + row] = r(Math.log(sum)) - r(atTarget - greatest);
  }
};

export const softmaxCrossEntropyGradient: ReferenceKernel<'softmaxCrossEntropyGradient'> = (
  m,
  a,
  begin,
  end,
) => {
  const { f, i } = m;
  const r = rounding(m);
  for (let row = begin; row < end; row++) {
    for (let c = 0; c < a.C; c++) {
      const at = row * a.C + c;
      f[a.dlogits + at] = r(f[a.p + at] - (c === i[a.target + row] ? 1 : 0)) * f[a.dlosses + row];
    }
  }
};

export const bceWithLogits: ReferenceKernel<'bceWithLogits'> = (m, a, begin, end) => {
  const r = rounding(m);
  for (let i = begin; i < end; i++) {
    const z = m.f[a.logits + i];
    const linear = r(Math.max(z, 0) - r(z * m.i[a.target + i]));
    m.f[a.losses + i] = linear + r(Math.log1p(r(Math.exp(-Math.abs(z)))));
  }
};

export const bceWithLogitsGradient: ReferenceKernel<'bceWithLogitsGradient'> = (m, a, begin, end) => {
  const r = rounding(m);
  for (let i = begin; i < end; i++) {
    m.f[a.dlogits + i] = r(logistic(m.f[a.logits + i], r) - m.i[a.target + i]) * m.f[a.dlosses + i];
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

const blockSize = 256;

export const mean: ReferenceKernel<'mean'> = (m, a, begin, end) => {
  if (end <= begin) return;
  const { f } = m;
  const r = rounding(m);
  let total = 0;
  for (let block = 0; block < a.count; block += blockSize) {
    let sum = 0;
    for (let i = block; i < Math.min(block + blockSize, a.count); i++) sum = r(sum + f[a.x + i]);
    total = r(total + sum);
  }
  f[a.y] = total / a.count;
};

export const meanGradient: ReferenceKernel<'meanGradient'> = ({ f }, a, begin, end) => {
  for (let i = begin; i < end; i++) f[a.dx + i] = f[a.dy] / a.count;
};
