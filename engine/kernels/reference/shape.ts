import type { Memory, ReferenceKernel } from './memory.ts';
import { rounding } from './memory.ts';

/** Moves a word, be it a number or a whole number; in float64 mode these are kept apart, and both are moved. */
function moveWord({ f, i }: Memory, from: number, to: number): void {
  if (f instanceof Float64Array) f[to] = f[from];
  i[to] = i[from];
}

export const copy: ReferenceKernel<'copy'> = (m, a, begin, end) => {
  for (let plane = begin; plane < end; plane++) {
    const i3 = plane % a.n3;
    const i2 = Math.floor(plane / a.n3) % a.n2;
    const i1 = Math.floor(plane / (a.n3 * a.n2)) % a.n1;
    const i0 = Math.floor(plane / (a.n3 * a.n2 * a.n1));
    const from = a.x + a.from + i0 * a.s0 + i1 * a.s1 + i2 * a.s2 + i3 * a.s3;
    for (let i4 = 0; i4 < a.n4; i4++) {
      for (let i5 = 0; i5 < a.n5; i5++) {
        moveWord(m, from + i4 * a.s4 + i5 * a.s5, a.y + (plane * a.n4 + i4) * a.n5 + i5);
      }
    }
  }
};

export const concat: ReferenceKernel<'concat'> = (m, a, begin, end) => {
  const parts = [
    [a.a, a.runA],
    [a.b, a.runB],
    [a.c, a.runC],
    [a.d, a.runD],
    [a.e, a.runE],
    [a.f, a.runF],
  ] as const;
  const width = parts.reduce((sum, [, run]) => sum + run, 0);
  for (let row = begin; row < end; row++) {
    let to = a.y + row * width;
    for (const [from, run] of parts) {
      for (let at = 0; at < run; at++, to++) {
        if (from) moveWord(m, from + row * run + at, to);
        else m.f[to] = m.i[to] = 0;
      }
    }
  }
};

export const meanOver: ReferenceKernel<'meanOver'> = (m, a, begin, end) => {
  const { f } = m;
  const r = rounding(m);
  for (let outer = begin; outer < end; outer++) {
    for (let i = 0; i < a.inner; i++) {
      let sum = 0;
      for (let n = 0; n < a.count; n++) sum = r(sum + f[a.x + (outer * a.count + n) * a.inner + i]);
      f[a.y + outer * a.inner + i] = sum / a.count;
    }
  }
};

export const meanOverGradient: ReferenceKernel<'meanOverGradient'> = ({ f }, a, begin, end) => {
  for (let outer = begin; outer < end; outer++) {
    for (let n = 0; n < a.count; n++) {
      for (let i = 0; i < a.inner; i++) {
        f[a.dx + (outer * a.count + n) * a.inner + i] = f[a.dy + outer * a.inner + i] / a.count;
      }
    }
  }
};

export const choose: ReferenceKernel<'choose'> = ({ f }, a, begin, end) => {
  for (let i = begin; i < end; i++) {
    const from = f[a.condition + i] === 0 ? a.b : a.a;
    f[a.y + i] = from === 0 ? a.value : f[from + i];
  }
};

export const convert: ReferenceKernel<'convert'> = ({ f, i: whole }, a, begin, end) => {
  for (let i = begin; i < end; i++) {
    if (a.whole === 1) whole[a.y + i] = Math.trunc(f[a.x + i]);
    else f[a.y + i] = whole[a.x + i];
  }
};

export const cumulativeSum: ReferenceKernel<'cumulativeSum'> = (m, a, begin, end) => {
  const r = rounding(m);
  for (let column = begin * a.inner; column < end * a.inner; column++) {
    const start = Math.floor(column / a.inner) * a.count * a.inner + (column % a.inner);
    let total = 0;
    for (let n = 0; n < a.count; n++) {
      const at = start + (a.reverse === 1 ? a.count - 1 - n : n) * a.inner;
      const sum = r(total + m.f[a.x + at]);
      m.f[a.y + at] = a.exclusive === 1 ? total : sum;
      total = sum;
    }
  }
};
