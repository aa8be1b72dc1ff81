import { weightGradientBlock } from '../declared/convolution.ts';
import type { ReferenceKernel } from './memory.ts';
import { rounding } from './memory.ts';
import { sixteenSums } from './sixteen-sums.ts';

export const conv2d: ReferenceKernel<'conv2d'> = (m, a, begin, end) => {
  const { f } = m;
  const r = rounding(m);
  const { C, H, W, O, KH, KW, OH, OW, groups } = a;
  const groupIn = C / groups;
  const groupOut = O / groups;
  for (let plane = begin; plane < end; plane++) {
    const n = Math.floor(plane / O);
    const o = plane % O;
    const firstChannel = Math.floor(o / groupOut) * groupIn;
    for (let oh = 0; oh < OH; oh++) {
      for (let ow = 0; ow < OW; ow++) {
        let sum = 0;
        for (let c = 0; c < groupIn; c++) {
          const image = a.x + (n * C + firstChannel + c) * H * W;
          const kernel = a.w + (o * groupIn + c) * KH * KW;
          for (let kh = 0; kh < KH; kh++) {
            const h = oh * a.strideH + kh * a.dilationH - a.padTop;
            for (let kw = 0; kw < KW; kw++) {
              const w = ow * a.strideW + kw * a.dilationW - a.padLeft;
              if (h < 0 || h >= H || w < 0 || w >= W) continue;
              sum = r(sum + r(f[kernel + kh * KW + kw] * f[image + h * W + w]));
            }
          }
        }
        if (a.bias) sum = r(sum + f[a.bias + o]);
        f[a.y + (plane * OH + oh) * OW + ow] = a.epilogue === 1 && sum < 0 ? 0 : sum;
      }
    }
  }
};

export const conv2dDataGradient: ReferenceKernel<'conv2dDataGradient'> = (m, a, begin, end) => {
  const { f } = m;
  const r = rounding(m);
  const { C, H, W, O, KH, KW, OH, OW, groups } = a;
  const groupIn = C / groups;
  const groupOut = O / groups;
  for (let plane = begin; plane < end; plane++) {
    const n = Math.floor(plane / C);
    const c = plane % C;
    const firstOutput = Math.floor(c / groupIn) * groupOut;
    for (let h = 0; h < H; h++) {
      for (let w = 0; w < W; w++) {
        let sum = 0;
        for (let o = firstOutput; o < firstOutput + groupOut; o++) {
          const image = a.dy + (n * O + o) * OH * OW;
          const kernel = a.w + (o * groupIn + (c % groupIn)) * KH * KW;
          for (let kh = 0; kh < KH; kh++) {
            const oh = (h + a.padTop - kh * a.dilationH) / a.strideH;
            for (let kw = 0; kw < KW; kw++) {
              const ow = (w + a.padLeft - kw * a.dilationW) / a.strideW;
              if (!(isIndex(oh, OH) && isIndex(ow, OW))) continue;
              sum = r(sum + r(f[kernel + kh * KW + kw] * f[image + oh * OW + ow]));
            }
          }
        }
        f[a.dx + (plane * H + h) * W + w] = sum;
      }
    }
  }
};

const isIndex = (i: number, size: number): boolean => Number.isInteger(i) && i >= 0 && i < size;

export const conv2dWeightGradient: ReferenceKernel<'conv2dWeightGradient'> = (m, a, begin, end) => {
  const { N, C, H, W, O, KH, KW, OH, OW, groups, parts } = a;
  for (let part = Math.floor(begin / O); part * O < end; part++) {
    const first = Math.floor((N * part) / parts);
    const its = {
      ...a,
      N: Math.floor((N * (part + 1)) / parts) - first,
      x: a.x + first * C * H * W,
      dy: a.dy + first * O * OH * OW,
      dw: a.dw + (part * O * C * KH * KW) / groups,
    };
    weightGradientOfPart(m, its, Math.max(begin - part * O, 0), Math.min(end - part * O, O));
  }
};

const weightGradientOfPart: ReferenceKernel<'conv2dWeightGradient'> = (m, a, begin, end) => {
  const { f } = m;
  const r = rounding(m);
  const { N, C, H, W, O, KH, KW, OH, OW, groups } = a;
  const groupIn = C / groups;
  const groupOut = O / groups;
  const blockRows = Math.max(1, Math.floor(weightGradientBlock / OW));
  const sums = [0, 0, 0, 0];
  for (let o = begin; o < end; o++) {
    for (let c = 0; c < groupIn; c++) {
      const channel = Math.floor(o / groupOut) * groupIn + c;
      for (let tap = 0; tap < KH * KW; tap++) {
        const fromH = Math.floor(tap / KW) * a.dilationH - a.padTop;
        const fromW = (tap % KW) * a.dilationW - a.padLeft;
        let total = 0;
        for (let row0 = 0; row0 < N * OH; row0 += blockRows) {
          for (let ow0 = 0; ow0 < OW; ow0 += weightGradientBlock) {
            sums.fill(0);
            for (let row = row0; row < Math.min(row0 + blockRows, N * OH); row++) {
              const n = Math.floor(row / OH);
              const oh = row % OH;
              const h = oh * a.strideH + fromH;
              if (h < 0 || h >= H) continue;
              for (let ow = ow0; ow < Math.min(ow0 + weightGradientBlock, OW); ow++) {
                const w = ow * a.strideW + fromW;
                if (w < 0 || w >= W) continue;
                const dy = f[a.dy + ((n * O + o) * OH + oh) * OW + ow];
                const x = f[a.x + ((n * C + channel) * H + h) * W + w];
                sums[ow % 4] = r(sums[ow % 4] + r(dy * x));
              }
            }
            total = r(total + r(r(sums[0] + sums[1]) + r(sums[2] + sums[3])));
          }
        }
        f[a.dw + (o * groupIn + c) * KH * KW + tap] = total;
      }
    }
  }
};

export const addChannels: ReferenceKernel<'addChannels'> = ({ f }, a, begin, end) => {
  for (let plane = begin; plane < end; plane++) {
    const b = f[a.b + (plane % a.C)];
    for (let i = plane * a.inner; i < (plane + 1) * a.inner; i++) f[a.y + i] = f[a.x + i] + b;
  }
};

export const sumChannels: ReferenceKernel<'sumChannels'> = (m, a, begin, end) => {
  const { f } = m;
  const r = rounding(m);
  for (let c = begin; c < end; c++) {
    let total = 0;
    for (let n = 0; n < a.N; n++) {
      const plane = a.x + (n * a.C + c) * a.inner;
      total = r(total + sixteenSums(r, a.inner, (i) => f[plane + i]));
    }
    f[a.y + c] = total;
  }
};
