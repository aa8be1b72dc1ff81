import { sumInBlocks } from './means.ts';
import { type Memory, type ReferenceKernel, rounding } from './memory.ts';
import { argmax } from './metrics.ts';
import { softmaxOfRow } from './softmax-of-row.ts';

/** What is the same for all rows. */
interface Rows {
  readonly C: number;
  readonly ignored: number;
  readonly smoothing: number;
}

/** The loss of a row of logits and its softmax, which may take their place. */
function lossOfRow(
  m: Memory,
  { C, ignored, smoothing }: Rows,
  logits: number,
  target: number,
  p: number,
): number {
  const r = rounding(m);
  const z = m.f.slice(logits, logits + C);
  const { greatest, sum } = softmaxOfRow(m, logits, p, C);
  const atTarget = target >= 0 && target < C ? z[target] : NaN;
  let loss = r(r(Math.log(sum)) - r(r(1 - smoothing) * r(atTarget - greatest)));
  if (smoothing !== 0) {
    let all = 0;
    for (const value of z) all = r(all + r(value - greatest));
    loss = r(loss - r(r(smoothing / C) * all));
  }
  return target === ignored ? 0 : loss;
}

function gradientOfRow(
  m: Memory,
  { C, ignored, smoothing }: Rows,
  p: number,
  target: number,
  dloss: number,
  dlogits: number,
): void {
  const { f } = m;
  const r = rounding(m);
  const share = r(smoothing / C);
  const shareOfTarget = r(r(1 - smoothing) + share);
  for (let c = 0; c < C; c++) {
    const difference = r(f[p + c] - (c === target ? shareOfTarget : share));
    f[dlogits + c] = target === ignored ? 0 : difference * dloss;
  }
}

export const softmaxCrossEntropy: ReferenceKernel<'softmaxCrossEntropy'> = (m, a, begin, end) => {
  for (let row = begin; row < end; row++) {
    const at = row * a.C;
    m.f[a.losses + row] = lossOfRow(m, a, a.logits + at, m.i[a.target + row], a.p + at);
  }
};

export const softmaxCrossEntropyGradient: ReferenceKernel<'softmaxCrossEntropyGradient'> = (
  m,
  a,
  begin,
  end,
) => {
  for (let row = begin; row < end; row++) {
    const at = row * a.C;
    gradientOfRow(m, a, a.p + at, m.i[a.target + row], m.f[a.dlosses + row], a.dlogits + at);
  }
};

export const crossEntropyWithGradient: ReferenceKernel<'crossEntropyWithGradient'> = (m, a, begin, end) => {
  if (end <= begin) return;
  const { f, i } = m;
  const r = rounding(m);
  const targets = i.slice(a.target, a.target + a.M);
  const counted = targets.filter((target) => target !== a.ignored).length;
  const dloss = r(f[a.dy] / counted);
  let hits = 0;
  const losses: number[] = [];
  for (const [row, target] of targets.entries()) {
    const logits = a.logits + row * a.C;
    const dlogits = a.dlogits + row * a.C;
    if (target !== a.ignored && argmax(m, logits, a.C) === target) hits++;
    losses.push(r(lossOfRow(m, a, logits, target, dlogits)));
    gradientOfRow(m, a, dlogits, target, dloss, dlogits);
  }
  f[a.y] = counted > 0 ? sumInBlocks(r, a.M, (row) => losses[row]) / counted : 0;
  if (a.hits === 0) return;
  f[a.hits] = hits;
  f[a.hits + 1] = counted;
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
