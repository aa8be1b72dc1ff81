import { cosineOfHalfTurns } from '../arithmetic/half-turns.ts';
import type { Fields } from '../declaration/fields.ts';
import { text } from '../declaration/text.ts';
import type { ScheduleDefinition } from './contract.ts';

const fields = {
  rise: {
    kind: 'number',
    label: text('Share that rises', '上升阶段占比'),
    help: text(
      'The part of the run in which the learning rate grows; in the rest it falls.',
      '学习率上升阶段占整个训练的比例，其余时间下降。',
    ),
    min: 0,
    max: 1,
    default: 0.3,
    step: 0.05,
  },
  startDivisor: {
    kind: 'number',
    label: text('Starts at 1 /', '起点：1 /'),
    help: text(
      'The run begins with the learning rate that is set, divided by this.',
      '训练开始时的学习率为所设学习率除以此数。',
    ),
    min: 1,
    max: 1e9,
    default: 25,
    step: 5,
  },
  endDivisor: {
    kind: 'number',
    label: text('Ends at start /', '终点：起点 /'),
    help: text(
      'The run ends with the learning rate that it began with, divided by this.',
      '训练结束时的学习率为起点学习率除以此数。',
    ),
    min: 1,
    max: 1e9,
    default: 1e4,
    step: 1000,
  },
  shape: {
    kind: 'choice',
    label: text('Shape', '曲线形状'),
    help: text(
      'How it gets from one rate to the next: along half a cosine wave, or straight.',
      '如何从一个学习率过渡到下一个：沿半个余弦波，或沿直线。',
    ),
    options: [
      { value: 'cosine', label: text('cosine', '余弦') },
      { value: 'linear', label: text('straight', '直线') },
    ],
    default: 'cosine',
  },
} as const satisfies Fields;

/** The way from one number to another when the share `done` of it lies behind. */
const between = (from: number, to: number, done: number, shape: string): number =>
  shape === 'linear' ? from + (to - from) * done : to + 0.5 * (from - to) * (1 + cosineOfHalfTurns(done));

export const oneCycle: ScheduleDefinition<typeof fields> = {
  type: 'one-cycle',
  title: text('One-cycle', '单周期'),
  doc: {
    summary: text(
      'One rise to the learning rate that is set, then a long fall to nearly nothing. Often reaches a good network in fewer epochs, with a higher rate than a constant one could bear.',
      '先升到所设的学习率，再长时间降到接近零。常能用比恒定学习率更大的值，在更少的轮数内得到好的网络。',
    ),
    formula: String.raw`\frac{\eta}{d} \nearrow \eta \searrow \frac{\eta}{d\, e}`,
    references: [
      {
        title: 'Super-Convergence: Very Fast Training of Neural Networks Using Large Learning Rates',
        authors: 'L. N. Smith, N. Topin',
        year: 2018,
        url: 'https://arxiv.org/abs/1708.07120',
      },
    ],
  },
  fields,
  pytorch: ({ rise, startDivisor, endDivisor, shape }) =>
    `one_cycle(t - warmup, steps - warmup, ${rise}, ${startDivisor}, ${endDivisor}, "${shape}")`,
  factor({ rise, startDivisor, endDivisor, shape }, { steps, warmupSteps }) {
    const start = 1 / startDivisor;
    const end = start / endDivisor;
    const last = Math.max(1, steps - warmupSteps) - 1;
    // Where PyTorch's OneCycleLR has it: the top may lie between two steps.
    const top = Math.max(0, Math.min(last, rise * (last + 1) - 1));
    return (t) => {
      const now = Math.min(Math.max(0, t - warmupSteps), last);
      if (now < top) return between(start, 1, now / top, shape);
      return between(1, end, last > top ? (now - top) / (last - top) : 0, shape);
    };
  },
};
