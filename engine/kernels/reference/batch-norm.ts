import { type Memory, type ReferenceKernel, rounding } from './memory.ts';
import { blocksOf, type Group, momentsOf, sumInLanes } from './moments.ts';

interface Sizes {
  readonly N: number;
  readonly C: number;
  readonly inner: number;
}

/** The words of channel c of a tensor [N, C, inner]. */
const channel = (tensor: number, { N, C, inner }: Sizes, c: number): Group => ({
  at: tensor + c * inner,
  pieces: N,
  stride: C * inner,
  length: inner,
});

function forEachWord({ at, pieces, stride, length }: Group, act: (i: number) => void): void {
  for (let piece = 0; piece < pieces; piece++) {
    for (let n = 0; n < length; n++) act(at + piece * stride + n);
  }
}

interface Affine {
  readonly gamma: number;
  readonly beta: number;
  readonly epsilon: number;
}

/** What channel c is multiplied by, 1 / √(variance + ε) alone and times gamma, and what is added. */
function scaleOf(m: Memory, a: Affine, variance: number, c: number) {
  const { f } = m;
  const r = rounding(m);
  const rstd = r(1 / r(Math.sqrt(r(variance + a.epsilon))));
  return {
    rstd,
    scale: a.gamma ? r(f[a.gamma + c] * rstd) : rstd,
    shift: a.beta ? f[a.beta + c] : 0,
  };
}

function normalise(
  m: Memory,
  a: Sizes &
    Affine & { readonly x: number; readonly residual: number; readonly y: number; readonly epilogue: number },
  c: number,
  mean: number,
  variance: number,
): void {
  const { f } = m;
  const r = rounding(m);
  const { scale, shift } = scaleOf(m, a, variance, c);
  forEachWord(channel(a.x, a, c), (i) => {
    const normal = r(r(r(f[i] - mean) * scale) + shift);
    const y = a.residual === 0 ? normal : r(normal + f[a.residual + i - a.x]);
    f[a.y + i - a.x] = a.epilogue === 1 && y < 0 ? 0 : y;
  });
}

export const batchNorm: ReferenceKernel<'batchNorm'> = (m, a, begin, end) => {
  const { f } = m;
  const r = rounding(m);
  for (let c = begin; c < end; c++) {
    const { mean, squares } = momentsOf(m, channel(a.x, a, c), true);
    const variance = r(squares / r(a.N * a.inner));
    f[a.mean + c] = mean;
    f[a.variance + c] = variance;
    normalise(m, a, c, mean, variance);
  }
};

export const batchNormInference: ReferenceKernel<'batchNormInference'> = (m, a, begin, end) => {
  for (let c = begin; c < end; c++) normalise(m, a, c, m.f[a.mean + c], m.f[a.variance + c]);
};

export const batchNormGradient: ReferenceKernel<'batchNormGradient'> = (m, a, begin, end) => {
  const { f } = m;
  const r = rounding(m);
  for (let c = begin; c < end; c++) {
    const mean = f[a.mean + c];
    const { rstd, scale, shift } = scaleOf(m, a, f[a.variance + c], c);
    const words = channel(a.x, a, c);
    const deviation = (i: number): number => r(f[i] - mean);
    /** dy, or 0 where the relu behind let nothing through. */
    const flow = (i: number): number =>
      a.epilogue === 1 && !(r(r(deviation(i) * scale) + shift) > 0) ? 0 : f[a.dy + i - a.x];

    let sum = 0;
    let product = 0;
    for (const block of blocksOf(words)) {
      sum = r(sum + sumInLanes(m, block, flow));
      product = r(product + sumInLanes(m, block, (i) => r(flow(i) * deviation(i))));
    }
    const dgamma = r(product * rstd);
    f[a.dgamma + c] = dgamma;
    f[a.dbeta + c] = sum;

    const count = r(a.N * a.inner);
    const meanFlow = r(sum / count);
    const slope = r(r(dgamma / count) * rstd);
    forEachWord(words, (i) => {
      f[a.dx + i - a.x] = r(scale * r(r(flow(i) - meanFlow) - r(deviation(i) * slope)));
    });
  }
};

export const updateRunningStatistics: ReferenceKernel<'updateRunningStatistics'> = (m, a, begin, end) => {
  const { f } = m;
  const r = rounding(m);
  const fresh = r(1 - a.momentum);
  for (let c = begin; c < end; c++) {
    const variance = r(a.correction * f[a.variance + c]);
    f[a.runningMean + c] = r(r(a.momentum * f[a.runningMean + c]) + r(fresh * f[a.mean + c]));
    f[a.runningVariance + c] = r(r(a.momentum * f[a.runningVariance + c]) + r(fresh * variance));
  }
};
