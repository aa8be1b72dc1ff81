import { power } from '../arithmetic/power.ts';
import type { Fields } from '../declaration/fields.ts';
import { text } from '../declaration/text.ts';
import type { ScheduleDefinition } from './contract.ts';
import { gammaField, pythonUnits, unitField, unitsBehind } from './unit.ts';

const fields = {
  milestones: {
    kind: 'text',
    label: text('At', '时间点'),
    help: text(
      'After how many epochs or steps the learning rate falls: whole numbers that grow, such as 100, 150.',
      '在多少轮或多少步之后降低学习率：从小到大的整数，例如 100, 150。',
    ),
    maxLength: 200,
    default: '100, 150',
  },
  ...unitField,
  ...gammaField,
} as const satisfies Fields;

/** `100, 150` as numbers; undefined when it is no list of whole numbers that grow. */
function milestonesOf(list: string): readonly number[] | undefined {
  const parts = list.split(/[,，]/).map((part) => part.trim());
  const numbers = parts.map(Number);
  const grows = numbers.every((n, i) => n > (i === 0 ? 0 : (numbers[i - 1] as number)));
  return parts.every((part) => /^\d{1,12}$/.test(part)) && grows ? numbers : undefined;
}

export const multiStep: ScheduleDefinition<typeof fields> = {
  type: 'multi-step',
  title: text('Multi-step', '多段阶梯'),
  doc: {
    summary: text(
      'Lowers the learning rate by a factor at chosen times, such as after half and three quarters of a run.',
      '在选定的时间点把学习率乘以同一系数，例如训练过半和过四分之三时。',
    ),
    formula: String.raw`\eta_t = \eta\, \gamma^{\,|\{ m_i : m_i \le t \}|}`,
    references: [
      {
        title: 'Deep Residual Learning for Image Recognition',
        authors: 'K. He, X. Zhang, S. Ren, J. Sun',
        year: 2016,
        url: 'https://arxiv.org/abs/1512.03385',
      },
    ],
  },
  fields,
  check({ milestones }) {
    if (milestonesOf(milestones) !== undefined) return undefined;
    return {
      field: 'milestones',
      message: text(
        `At: expected whole numbers above 0 that grow, such as 100, 150, found "${milestones}".`,
        `时间点：应为从小到大的正整数，例如 100, 150，实际为“${milestones}”。`,
      ),
    };
  },
  pytorch: ({ milestones, unit, gamma }) =>
    `${gamma} ** sum(time <= ${pythonUnits(unit)} for time in [${(milestonesOf(milestones) ?? []).join(', ')}])`,
  factor({ milestones, unit, gamma }, run) {
    const behind = unitsBehind(unit, run);
    const times = milestonesOf(milestones) ?? [];
    return (t) => {
      const now = behind(t);
      return power(gamma, times.filter((time) => time <= now).length);
    };
  },
};
