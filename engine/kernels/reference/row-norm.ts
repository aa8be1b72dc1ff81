import { type ReferenceKernel, rounding } from './memory.ts';
import { type Group, momentsOf, sumInLanes } from './moments.ts';

const run = (at: number, length: number): Group => ({ at, pieces: 1, stride: length, length });

export const rowNorm: ReferenceKernel<'rowNorm'> = (m, a, begin, end) => {
  const { f } = m;
  const r = rounding(m);
  for (let row = begin; row < end; row++) {
    const first = row * a.size;
    const { mean, squares } = momentsOf(m, run(a.x + first, a.size), a.centred === 1);
    const rstd = r(1 / r(Math.sqrt(r(r(squares / r(a.size)) + a.epsilon))));
    if (a.mean) f[a.mean + row] = mean;
    if (a.rstd) f[a.rstd + row] = rstd;
    for (let i = first; i < first + a.size; i++) {
      const c = Math.floor(i / a.inner) % a.channels;
      const normal = r(r(f[a.x + i] - mean) * rstd);
      const scaled = a.gamma ? r(normal * f[a.gamma + c]) : normal;
      f[a.y + i] = a.beta ? r(scaled + f[a.beta + c]) : scaled;
    }
  }
};

export const rowNormGradient: ReferenceKernel<'rowNormGradient'> = (m, a, begin, end) => {
  const { f } = m;
  const r = rounding(m);
  // Numbers with one channel in common, or all of a row where each has a channel of its own.
  const length = a.inner === 1 ? a.size : a.inner;
  for (let row = begin; row < end; row++) {
    const first = row * a.size;
    const mean = f[a.mean + row];
    const rstd = f[a.rstd + row];
    const deviation = (i: number): number => r(f[a.x + i] - mean);
    const gamma = (i: number): number => (a.gamma ? f[a.gamma + (Math.floor(i / a.inner) % a.channels)] : 1);
    const flow = (i: number): number => r(f[a.dy + i] * gamma(i));

    let sum = 0;
    let product = 0;
    for (let at = first; at < first + a.size; at += length) {
      const term = a.inner === 1 ? flow : (i: number): number => f[a.dy + i];
      const outer = a.inner === 1 ? 1 : gamma(at);
      sum = r(sum + r(outer * sumInLanes(m, run(at, length), term)));
      product = r(product + r(outer * sumInLanes(m, run(at, length), (i) => r(term(i) * deviation(i)))));
    }
    const meanFlow = a.centred === 1 ? r(sum / r(a.size)) : 0;
    const slope = r(r(r(product * rstd) / r(a.size)) * rstd);
    for (let i = first; i < first + a.size; i++) {
      f[a.dx + i] = r(rstd * r(r(flow(i) - meanFlow) - r(deviation(i) * slope)));
    }
  }
};

export const rowNormWeightGradients: ReferenceKernel<'rowNormWeightGradients'> = (m, a, begin, end) => {
  const { f } = m;
  const r = rounding(m);
  const samples = Math.floor((a.rows * a.size) / (a.channels * a.inner));
  for (let c = begin; c < end; c++) {
    let dgamma = 0;
    let dbeta = 0;
    for (let sample = 0; sample < samples; sample++) {
      const words = run((sample * a.channels + c) * a.inner, a.inner);
      const row = Math.floor(words.at / a.size);
      const product = sumInLanes(m, words, (i) => r(f[a.dy + i] * r(f[a.x + i] - f[a.mean + row])));
      dgamma = r(dgamma + r(product * f[a.rstd + row]));
      dbeta = r(dbeta + sumInLanes(m, words, (i) => f[a.dy + i]));
    }
    f[a.dgamma + c] = dgamma;
    f[a.dbeta + c] = dbeta;
  }
};
