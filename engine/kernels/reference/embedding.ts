import type { ReferenceKernel } from './memory.ts';
import { rounding } from './memory.ts';

export const gather: ReferenceKernel<'gather'> = ({ f, i }, a, begin, end) => {
  for (let row = begin; row < end; row++) {
    const token = i[a.tokens + row];
    for (let d = 0; d < a.D; d++) {
      const found = token >= 0 && token < a.V ? f[a.table + token * a.D + d] : NaN;
      f[a.y + row * a.D + d] = token === a.padding ? 0 : found;
    }
  }
};

export const scatterAdd: ReferenceKernel<'scatterAdd'> = (m, a, begin, end) => {
  const { f, i } = m;
  const r = rounding(m);
  for (let d = begin; d < end; d++) {
    for (let token = 0; token < a.V; token++) f[a.dtable + token * a.D + d] = 0;
    for (let row = 0; row < a.rows; row++) {
      const token = i[a.tokens + row];
      if (token < 0 || token >= a.V || token === a.padding) continue;
      const at = a.dtable + token * a.D + d;
      f[at] = r(f[at] + f[a.dy + row * a.D + d]);
    }
  }
};

export const sinusoid: ReferenceKernel<'sinusoid'> = ({ f }, a, begin, end) => {
  for (let t = begin; t < end; t++) {
    for (let d = 0; d < a.D; d++) {
      const angle = t * Math.exp((-Math.log(10000) * (d - (d % 2))) / a.D);
      f[a.y + t * a.D + d] = d % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
    }
  }
};
