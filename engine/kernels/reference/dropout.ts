import { philox } from '../../random/philox.ts';
import type { ReferenceKernel } from './memory.ts';
import { rounding } from './memory.ts';

export const dropout: ReferenceKernel<'dropout'> = (m, a, begin, end) => {
  const words = new Uint32Array(4);
  const step = m.i[a.step];
  const threshold = a.rate * 2 ** 32;
  const keptShare = rounding(m)(1 - a.rate);
  for (let i = begin; i < end; i++) {
    philox(words, i >>> 2, step, 0, 0, a.seed, a.stream);
    m.f[a.y + i] = words[i & 3] >= threshold ? m.f[a.x + i] / keptShare : 0;
  }
};

export const dropoutChannels: ReferenceKernel<'dropoutChannels'> = (m, a, begin, end) => {
  const words = new Uint32Array(4);
  const step = m.i[a.step];
  const threshold = a.rate * 2 ** 32;
  const keptShare = rounding(m)(1 - a.rate);
  for (let channel = begin; channel < end; channel++) {
    philox(words, channel >>> 2, step, 0, 0, a.seed, a.stream);
    const isKept = words[channel & 3] >= threshold;
    for (let i = channel * a.inner; i < (channel + 1) * a.inner; i++) {
      m.f[a.y + i] = isKept ? m.f[a.x + i] / keptShare : 0;
    }
  }
};
