import type { Memory, ReferenceKernel } from './memory.ts';
import { rounding } from './memory.ts';

export const upsampleNearest: ReferenceKernel<'upsampleNearest'> = ({ f }, a, begin, end) => {
  const [scaleH, scaleW] = [a.OH / a.H, a.OW / a.W];
  for (let plane = begin; plane < end; plane++) {
    const x = a.x + plane * a.H * a.W;
    let y = a.y + plane * a.OH * a.OW;
    for (let oh = 0; oh < a.OH; oh++) {
      const row = x + Math.floor(oh / scaleH) * a.W;
      for (let ow = 0; ow < a.OW; ow++) f[y++] = f[row + Math.floor(ow / scaleW)];
    }
  }
};

export const upsampleNearestGradient: ReferenceKernel<'upsampleNearestGradient'> = (m, a, begin, end) => {
  const { f } = m;
  const r = rounding(m);
  const [scaleH, scaleW] = [a.OH / a.H, a.OW / a.W];
  for (let plane = begin; plane < end; plane++) {
    const dy = a.dy + plane * a.OH * a.OW;
    let dx = a.dx + plane * a.H * a.W;
    for (let h = 0; h < a.H; h++) {
      for (let w = 0; w < a.W; w++) {
        let sum = 0;
        for (let i = 0; i < scaleH; i++) {
          const row = dy + (h * scaleH + i) * a.OW + w * scaleW;
          for (let j = 0; j < scaleW; j++) sum = r(sum + f[row + j]);
        }
        f[dx++] = sum;
      }
    }
  }
};

/** The two elements that o lies between, out of `size`, and the share of the second. */
function between(m: Memory, o: number, size: number, scale: number): Neighbours {
  const r = rounding(m);
  const at = Math.floor(o / scale);
  const f = r(r((o - at * scale + 0.5) / scale) - 0.5);
  return f < 0
    ? { first: Math.max(at - 1, 0), second: at, share: r(1 + f) }
    : { first: at, second: Math.min(at + 1, size - 1), share: f };
}

/** The two elements that one of the new ones lies between, and the share of the second. */
interface Neighbours {
  readonly first: number;
  readonly second: number;
  readonly share: number;
}

interface Resizing {
  readonly x: number;
  readonly y: number;
  readonly H: number;
  readonly W: number;
  readonly OH: number;
  readonly OW: number;
}

/** Planes [begin, end) of y out of those of x; `rowsAt` and `columnsAt` say what each new row and column lies between. */
function interpolate(
  m: Memory,
  a: Resizing,
  [begin, end]: readonly [number, number],
  rowsAt: (oh: number) => Neighbours,
  columnsAt: (ow: number) => Neighbours,
): void {
  const { f } = m;
  const r = rounding(m);
  for (let plane = begin; plane < end; plane++) {
    const x = a.x + plane * a.H * a.W;
    let y = a.y + plane * a.OH * a.OW;
    for (let oh = 0; oh < a.OH; oh++) {
      const rows = rowsAt(oh);
      const [row0, row1] = [x + rows.first * a.W, x + rows.second * a.W];
      const b0 = r(1 - rows.share);
      const down = (w: number): number => r(r(b0 * f[row0 + w]) + r(rows.share * f[row1 + w]));
      for (let ow = 0; ow < a.OW; ow++) {
        const columns = columnsAt(ow);
        const a0 = r(1 - columns.share);
        f[y++] = r(a0 * down(columns.first)) + r(columns.share * down(columns.second));
      }
    }
  }
}

export const upsampleLinear: ReferenceKernel<'upsampleLinear'> = (m, a, begin, end) =>
  interpolate(
    m,
    a,
    [begin, end],
    (oh) => between(m, oh, a.H, a.OH / a.H),
    (ow) => between(m, ow, a.W, a.OW / a.W),
  );

export const upsampleLinearGradient: ReferenceKernel<'upsampleLinearGradient'> = (m, a, begin, end) => {
  const { f } = m;
  const r = rounding(m);
  const scaleW = a.OW / a.W;
  for (let plane = begin; plane < end; plane++) {
    const dx = a.dx + plane * a.H * a.W;
    f.fill(0, dx, dx + a.H * a.W);
    for (let oh = 0; oh < a.OH; oh++) {
      const dy = a.dy + (plane * a.OH + oh) * a.OW;
      const rows = between(m, oh, a.H, a.OH / a.H);
      const b0 = r(1 - rows.share);
      const spread = (column: number, d: number): void => {
        f[dx + rows.first * a.W + column] += r(d * b0);
        f[dx + rows.second * a.W + column] += r(d * rows.share);
      };
      for (let j = 0; j < scaleW; j++) {
        for (let ow = j; ow < a.OW; ow += scaleW) {
          const { first, share } = between(m, ow, a.W, scaleW);
          spread(first, r(r(1 - share) * f[dy + ow]));
        }
        for (let ow = j; ow < a.OW; ow += scaleW) {
          const { second, share } = between(m, ow, a.W, scaleW);
          spread(second, r(share * f[dy + ow]));
        }
      }
    }
  }
};

/** The two elements that o of `to` lies between, out of `from`, and the share of the second. */
function around(m: Memory, o: number, from: number, to: number, corners: number): Neighbours {
  const [place, unit] = corners
    ? [o * (from - 1), Math.max(to - 1, 1)]
    : [Math.max((2 * o + 1) * from - to, 0), 2 * to];
  const first = Math.floor(place / unit);
  const share = rounding(m)((place - first * unit) / unit);
  return { first, second: Math.min(first + 1, from - 1), share };
}

export const resizeLinear: ReferenceKernel<'resizeLinear'> = (m, a, begin, end) =>
  interpolate(
    m,
    a,
    [begin, end],
    (oh) => around(m, oh, a.H, a.OH, a.corners),
    (ow) => around(m, ow, a.W, a.OW, a.corners),
  );

export const resizeLinearGradient: ReferenceKernel<'resizeLinearGradient'> = (m, a, begin, end) => {
  const { f } = m;
  const r = rounding(m);
  for (let plane = begin; plane < end; plane++) {
    const dx = a.dx + plane * a.H * a.W;
    let dy = a.dy + plane * a.OH * a.OW;
    f.fill(0, dx, dx + a.H * a.W);
    for (let oh = 0; oh < a.OH; oh++) {
      const rows = around(m, oh, a.H, a.OH, a.corners);
      const b0 = r(1 - rows.share);
      const spread = (column: number, d: number): void => {
        f[dx + rows.first * a.W + column] += r(d * b0);
        f[dx + rows.second * a.W + column] += r(d * rows.share);
      };
      for (let ow = 0; ow < a.OW; ow++) {
        const { first, second, share } = around(m, ow, a.W, a.OW, a.corners);
        const d = f[dy++];
        spread(first, r(r(1 - share) * d));
        spread(second, r(share * d));
      }
    }
  }
};

export const zeroPad: ReferenceKernel<'zeroPad'> = ({ f }, a, begin, end) => {
  for (let plane = begin; plane < end; plane++) {
    const x = a.x + plane * a.H * a.W;
    const y = a.y + plane * a.OH * a.OW;
    f.fill(a.value, y, y + a.OH * a.OW);
    for (let h = 0; h < a.H; h++) {
      for (let w = 0; w < a.W; w++) f[y + (h + a.top) * a.OW + w + a.left] = f[x + h * a.W + w];
    }
  }
};

export const zeroPadGradient: ReferenceKernel<'zeroPadGradient'> = ({ f }, a, begin, end) => {
  for (let plane = begin; plane < end; plane++) {
    const dx = a.dx + plane * a.H * a.W;
    const dy = a.dy + plane * a.OH * a.OW;
    for (let h = 0; h < a.H; h++) {
      for (let w = 0; w < a.W; w++) f[dx + h * a.W + w] = f[dy + (h + a.top) * a.OW + w + a.left];
    }
  }
};
