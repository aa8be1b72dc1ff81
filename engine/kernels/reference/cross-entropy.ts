import type { ReferenceKernel } from './memory.ts';
import { rounding } from './memory.ts';
import { softmaxOfRow } from './softmax-of-row.ts';

export const softmaxCrossEntropy: ReferenceKernel<'softmaxCrossEntropy'> = (m, a, begin, end) => {
  const { f, i } = m;
  const r = rounding(m);
  const kept = r(1 - a.smoothing);
  const share = r(a.smoothing / a.C);
  for (let row = begin; row < end; row++) {
    const logits = a.logits + row * a.C;
    const target = i[a.target + row];
    const atTarget = target >= 0 && target < a.C ? f[logits + target] : NaN;
    const { greatest, sum } = softmaxOfRow(m, logits, a.p + row * a.C, a.C);
    let loss = r(r(Math.log(sum)) - r(kept * r(atTarget - greatest)));
    if (a.smoothing !== 0) {
      let all = 0;
      for (let c = 0; c < a.C; c++) all = r(all + r(f[logits + c] - greatest));
      loss = r(loss - r(share * all));
    }
    f[a.losses + row] = target === a.ignored ? 0 : loss;
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
  const share = r(a.smoothing / a.C);
  const shareOfTarget = r(r(1 - a.smoothing) + share);
  for (let row = begin; row < end; row++) {
    const target = i[a.target + row];
    for (let c = 0; c < a.C; c++) {
      const at = row * a.C + c;
      const difference = r(f[a.p + at] - (c === target ? shareOfTarget : share));
      f[a.dlogits + at] = target === a.ignored ? 0 : difference * f[a.dlosses + row];
    }
  }
};

export const softCrossEntropy: ReferenceKernel<'softCrossEntropy'> = (m, a, begin, end) => {
  const { f } = m;
  const r = rounding(m);
  const kept = r(1 - a.smoothing);
  const share = r(a.smoothing / a.C);
  for (let row = begin; row < end; row++) {
    const at = row * a.C;
    const { greatest, sum } = softmaxOfRow(m, a.logits + at, a.p + at, a.C);
    const logarithm = r(Math.log(sum));
    let loss = 0;
    for (let c = at; c < at + a.C; c++) {
      const t = f[a.target + c];
      if (!(t >= 0 && t <= 1)) loss = NaN;
      const q = r(r(kept * t) + share);
      loss = r(loss + r(q * r(logarithm - r(f[a.logits + c] - greatest))));
    }
    f[a.losses + row] = loss;
  }
};

export const softCrossEntropyGradient: ReferenceKernel<'softCrossEntropyGradient'> = (m, a, begin, end) => {
  const { f } = m;
  const r = rounding(m);
  const kept = r(1 - a.smoothing);
  const share = r(a.smoothing / a.C);
  const smoothed = (c: number): number => r(r(kept * f[a.target + c]) + share);
  for (let row = begin; row < end; row++) {
    const at = row * a.C;
    let sum = 0;
    for (let c = at; c < at + a.C; c++) sum = r(sum + smoothed(c));
    for (let c = at; c < at + a.C; c++) {
      f[a.dlogits + c] = r(r(f[a.p + c] * sum) - smoothed(c)) * f[a.dlosses + row];
    }
  }
};

export const nll: ReferenceKernel<'nll'> = ({ f, i }, a, begin, end) => {
  for (let row = begin; row < end; row++) {
    const target = i[a.target + row];
    const loss = target >= 0 && target < a.C ? -f[a.logp + row * a.C + target] : NaN;
    f[a.losses + row] = target === a.ignored ? 0 : loss;
  }
};

export const nllGradient: ReferenceKernel<'nllGradient'> = ({ f, i }, a, begin, end) => {
  for (let row = begin; row < end; row++) {
    const target = i[a.target + row];
    for (let c = 0; c < a.C; c++) {
      f[a.dlogp + row * a.C + c] = c === target && target !== a.ignored ? -f[a.dlosses + row] : 0;
    }
  }
};
