import { sineOfHalfTurns } from '../../arithmetic/half-turns.ts';
import type { Fields } from '../../declaration/fields.ts';
import { text } from '../../declaration/text.ts';
import { RandomStream, streams } from '../../random/stream.ts';
import type { SourceDefinition } from './contract.ts';
import { grain } from './grain.ts';
import { sharedFields } from './shared-fields.ts';

const classes = [
  text('sine', '正弦'),
  text('square', '方波'),
  text('triangle', '三角波'),
  text('sawtooth', '锯齿波'),
];

const fields = {
  signalLength: {
    kind: 'integer',
    label: text('Length', '长度'),
    help: text('How many points in time each signal has.', '每段信号有多少个时刻。'),
    min: 16,
    max: 4096,
    default: 128,
  },
  grain,
  count: sharedFields.count,
  seed: sharedFields.seed,
} as const satisfies Fields;

/** Each wave at phase 0 … 1, between −1 and 1. */
const waves: readonly ((phase: number) => number)[] = [
  (phase) => sineOfHalfTurns(2 * phase),
  (phase) => (phase < 0.5 ? 1 : -1),
  (phase) => 1 - 4 * Math.abs(phase - 0.5),
  (phase) => 2 * phase - 1,
];

export const waveforms: SourceDefinition<typeof fields> = {
  type: 'waveforms',
  title: text('Waveforms', '波形'),
  doc: {
    summary: text(
      'Noisy signals over time: sine, square, triangle or sawtooth, of any pitch, phase and loudness. Which one is it?',
      '带噪声的时间信号：频率、相位、幅度各异的正弦、方波、三角波或锯齿波。是哪一种？',
    ),
    formula: String.raw`x_t = a\, w_y(f t + \varphi) + \mathrm{noise}`,
    references: [
      {
        title: 'Time Series Classification from Scratch with Deep Neural Networks: A Strong Baseline',
        authors: 'Z. Wang, W. Yan, T. Oates',
        year: 2017,
        url: 'https://arxiv.org/abs/1611.06455',
      },
    ],
  },
  fields,
  sampleType: ({ signalLength }) => ({
    input: { shape: [1, signalLength], dtype: 'float32' },
    target: { kind: 'class', shape: [], classes },
  }),
  generate({ signalLength, grain: spread, count, seed }) {
    const x = new Float32Array(count * signalLength); // [count, 1, length]
    const y = Int32Array.from({ length: count }, (_, i) => i % classes.length); // [count]
    for (let i = 0; i < count; i++) {
      const random = new RandomStream(seed, streams.data, i);
      const wave = waves[y[i] as number] as (phase: number) => number;
      const periods = 2 + 6 * random.uniform();
      const start = random.uniform();
      const loudness = 0.5 + random.uniform();
      for (let t = 0; t < signalLength; t++) {
        const phase = start + (periods * t) / signalLength;
        x[i * signalLength + t] = loudness * wave(phase - Math.floor(phase)) + spread * random.normal();
      }
    }
    return { count, x, y };
  },
};
