import type { ReferenceKernel } from './memory.ts';

export const add: ReferenceKernel<'add'> = ({ f }, a, begin, end) => {
  for (let i = begin; i < end; i++) f[a.y + i] = f[a.a + i] + f[a.b + i];
};

export const scale: ReferenceKernel<'scale'> = ({ f }, a, begin, end) => {
  for (let i = begin; i < end; i++) f[a.y + i] = a.factor * f[a.x + i];
};

export const fill: ReferenceKernel<'fill'> = ({ f }, a, begin, end) => {
  for (let i = begin; i < end; i++) f[a.y + i] = a.value;
};
