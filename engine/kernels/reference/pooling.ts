import type { Memory, ReferenceKernel } from './memory.ts';
import { rounding } from './memory.ts';

interface Window {
  readonly H: number;
  readonly W: number;
  readonly kernelH: number;
  readonly kernelW: number;
  readonly strideH: number;
  readonly strideW: number;
  readonly top: number;
  readonly left: number;
}

/** The part of a window that lies inside its plane. */
function inside(a: Window, oh: number, ow: number) {
  const h = oh * a.strideH - a.top;
  const w = ow * a.strideW - a.left;
  return {
    h,
    w,
    h0: Math.max(h, 0),
    h1: Math.min(h + a.kernelH, a.H),
    w0: Math.max(w, 0),
    w1: Math.min(w + a.kernelW, a.W),
  };
}

/** Place of the first largest element of a window, or of its last NaN; x is the first word of the plane. */
function placeOfLargest({ f }: Memory, a: Window, x: number, oh: number, ow: number): number {
  const { h0, h1, w0, w1 } = inside(a, oh, ow);
  let best = -Infinity;
  let place = h0 * a.W + w0;
  for (let h = h0; h < h1; h++) {
    for (let w = w0; w < w1; w++) {
      const v = f[x + h * a.W + w];
      if (v > best || Number.isNaN(v)) {
        best = v;
        place = h * a.W + w;
      }
    }
  }
  return place;
}

export const maxPool: ReferenceKernel<'maxPool'> = (m, a, begin, end) => {
  for (let plane = begin; plane < end; plane++) {
    const x = a.x + plane * a.H * a.W;
    let y = a.y + plane * a.OH * a.OW;
    for (let oh = 0; oh < a.OH; oh++) {
      for (let ow = 0; ow < a.OW; ow++) m.f[y++] = m.f[x + placeOfLargest(m, a, x, oh, ow)];
    }
  }
};

export const maxPoolGradient: ReferenceKernel<'maxPoolGradient'> = (m, a, begin, end) => {
  const { f } = m;
  for (let plane = begin; plane < end; plane++) {
    const x = a.x + plane * a.H * a.W;
    const dx = a.dx + plane * a.H * a.W;
    let dy = a.dy + plane * a.OH * a.OW;
    f.fill(0, dx, dx + a.H * a.W);
    for (let oh = 0; oh < a.OH; oh++) {
      for (let ow = 0; ow < a.OW; ow++) f[dx + placeOfLargest(m, a, x, oh, ow)] += f[dy++];
    }
  }
};

export const averagePool: ReferenceKernel<'averagePool'> = (m, a, begin, end) => {
  const { f } = m;
  const r = rounding(m);
  for (let plane = begin; plane < end; plane++) {
    const x = a.x + plane * a.H * a.W;
    let y = a.y + plane * a.OH * a.OW;
    for (let oh = 0; oh < a.OH; oh++) {
      for (let ow = 0; ow < a.OW; ow++) {
        const { h0, h1, w0, w1 } = inside(a, oh, ow);
        let sum = 0;
        for (let h = h0; h < h1; h++) for (let w = w0; w < w1; w++) sum = r(sum + f[x + h * a.W + w]);
        f[y++] = sum / (a.countPadding ? a.kernelH * a.kernelW : (h1 - h0) * (w1 - w0));
      }
    }
  }
};

export const averagePoolGradient: ReferenceKernel<'averagePoolGradient'> = (m, a, begin, end) => {
  const { f } = m;
  const r = rounding(m);
  for (let plane = begin; plane < end; plane++) {
    const dx = a.dx + plane * a.H * a.W;
    const dy = a.dy + plane * a.OH * a.OW;
    f.fill(0, dx, dx + a.H * a.W);
    for (let oh = 0; oh < a.OH; oh++) {
      for (let kw = 0; kw < a.kernelW; kw++) {
        for (let ow = 0; ow < a.OW; ow++) {
          const { w, h0, h1, w0, w1 } = inside(a, oh, ow);
          if (w + kw < 0 || w + kw >= a.W) continue;
          const count = a.countPadding ? a.kernelH * a.kernelW : (h1 - h0) * (w1 - w0);
          const share = r(f[dy + oh * a.OW + ow] / count);
          for (let h = h0; h < h1; h++) f[dx + h * a.W + w + kw] += share;
        }
      }
    }
  }
};

/** Where the bin `o` of `count` bins over `size` elements begins and ends. */
const binStart = (o: number, count: number, size: number): number => Math.floor((o * size) / count);
const binEnd = (o: number, count: number, size: number): number => Math.ceil(((o + 1) * size) / count);

export const adaptiveAveragePool: ReferenceKernel<'adaptiveAveragePool'> = (m, a, begin, end) => {
  const { f } = m;
  const r = rounding(m);
  for (let plane = begin; plane < end; plane++) {
    const x = a.x + plane * a.H * a.W;
    let y = a.y + plane * a.OH * a.OW;
    for (let oh = 0; oh < a.OH; oh++) {
      const [h0, h1] = [binStart(oh, a.OH, a.H), binEnd(oh, a.OH, a.H)];
      for (let ow = 0; ow < a.OW; ow++) {
        const [w0, w1] = [binStart(ow, a.OW, a.W), binEnd(ow, a.OW, a.W)];
        const lanes = [0, 0, 0, 0];
        for (let h = h0; h < h1; h++) {
          for (let i = 0; i < w1 - w0; i++) lanes[i & 3] = r(lanes[i & 3] + f[x + h * a.W + w0 + i]);
        }
        const sum = r(r(lanes[0] + lanes[1]) + r(lanes[2] + lanes[3]));
        f[y++] = sum / ((h1 - h0) * (w1 - w0));
      }
    }
  }
};

export const adaptiveAveragePoolGradient: ReferenceKernel<'adaptiveAveragePoolGradient'> = (
  m,
  a,
  begin,
  end,
) => {
  const { f } = m;
  const r = rounding(m);
  for (let plane = begin; plane < end; plane++) {
    const dx = a.dx + plane * a.H * a.W;
    let dy = a.dy + plane * a.OH * a.OW;
    f.fill(0, dx, dx + a.H * a.W);
    for (let oh = 0; oh < a.OH; oh++) {
      const [h0, h1] = [binStart(oh, a.OH, a.H), binEnd(oh, a.OH, a.H)];
      for (let ow = 0; ow < a.OW; ow++) {
        const [w0, w1] = [binStart(ow, a.OW, a.W), binEnd(ow, a.OW, a.W)];
        const share = r(f[dy++] / ((h1 - h0) * (w1 - w0)));
        for (let h = h0; h < h1; h++) for (let w = w0; w < w1; w++) f[dx + h * a.W + w] += share;
      }
    }
  }
};
