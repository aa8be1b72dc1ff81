import { RandomStream } from '../../random/stream.ts';
import type { ReferenceKernel } from './memory.ts';

export const shuffle: ReferenceKernel<'shuffle'> = (m, a) => {
  const y = m.i.subarray(a.y, a.y + a.count);
  const before = y.slice();
  const order = new Uint32Array(a.count);
  new RandomStream(a.seed, a.stream, a.index).permutation(order);
  for (let i = 0; i < a.count; i++) y[i] = before[order[i]];
};
