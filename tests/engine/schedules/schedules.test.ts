import { describe, expect, it } from 'vitest';
import { defaultParams, type Params } from '../../../engine/declaration/fields.ts';
import { checkParams } from '../../../engine/document/check-params.ts';
import type { Plateau, RunLength, ScheduleDefinition } from '../../../engine/schedules/contract.ts';
import { notYetOnPlateau } from '../../../engine/schedules/contract.ts';
import { schedules } from '../../../engine/schedules/index.ts';
import { rateFactor } from '../../../engine/schedules/rate-factor.ts';
import { expectDocumented } from '../declared.ts';

const run = (steps: number, stepsPerEpoch: number, warmupSteps = 0): RunLength => ({
  steps,
  stepsPerEpoch,
  warmupSteps,
});

/** The factor at every step of a run. */
function factors(schedule: ScheduleDefinition, own: Params, length: RunLength): number[] {
  const factor = rateFactor(schedule, { ...defaultParams(schedule.fields), ...own }, length);
  return Array.from({ length: length.steps }, (_, t) => factor(t));
}

function expectNear(found: readonly number[], expected: readonly number[]): void {
  expect(found.length).toBe(expected.length);
  for (const [i, value] of expected.entries()) expect(found[i], `step ${i}`).toBeCloseTo(value, 12);
}

const all = Object.entries<ScheduleDefinition>(schedules);

describe('schedules', () => {
  it.each(all)('%s explains itself and is valid as it comes', (type, schedule) => {
    expect(schedule.type).toBe(type);
    expectDocumented(schedule.title, schedule.doc, schedule.fields);
    const params = defaultParams(schedule.fields);
    expect(checkParams(schedule.fields, params)).toEqual([]);
    expect(schedule.check?.(params)).toBeUndefined();
  });

  it.each(all)('%s never leaves 0 … 1, on runs of any length, and past their end', (_type, schedule) => {
    for (const [steps, perEpoch, warmup] of [
      [1, 1, 0],
      [2, 1, 0],
      [3, 2, 1],
      [100, 7, 10],
      [10, 5, 40],
    ] as const) {
      const length = run(steps, perEpoch, warmup);
      const factor = rateFactor(schedule, defaultParams(schedule.fields), length);
      for (let t = 0; t < steps + 5; t++) {
        expect(factor(t)).toBeGreaterThanOrEqual(0);
        expect(factor(t)).toBeLessThanOrEqual(1);
      }
    }
  });

  it('constant is constant', () => {
    expect(factors(schedules.constant, {}, run(3, 1))).toEqual([1, 1, 1]);
  });

  it('step falls every so many epochs, or steps', () => {
    const params = { every: 2, gamma: 0.5 };
    expectNear(
      factors(schedules.step, { ...params, unit: 'epochs' }, run(9, 2)),
      [1, 1, 1, 1, 0.5, 0.5, 0.5, 0.5, 0.25],
    );
    expectNear(factors(schedules.step, { ...params, unit: 'steps' }, run(5, 2)), [1, 1, 0.5, 0.5, 0.25]);
  });

  it('multi-step falls at its milestones', () => {
    const params = { milestones: '1, 3', gamma: 0.1 };
    expectNear(
      factors(schedules['multi-step'], { ...params, unit: 'epochs' }, run(8, 2)),
      [1, 1, 0.1, 0.1, 0.1, 0.1, 0.01, 0.01],
    );
    expectNear(
      factors(schedules['multi-step'], { ...params, unit: 'steps' }, run(4, 2)),
      [1, 0.1, 0.1, 0.01],
    );
  });

  it.each(['', '3, 2', '2, 2', '0, 1', 'half', '1.5', '1,,2', '-1', '1e3'])(
    'multi-step refuses the milestones "%s" and says so',
    (milestones) => {
      const problem = schedules['multi-step'].check?.({ milestones, unit: 'epochs', gamma: 0.1 });
      expect(problem?.field).toBe('milestones');
      expect(problem?.message.en).toContain(`found "${milestones}"`);
      expect(problem?.message.zh).toContain(`实际为“${milestones}”`);
    },
  );

  it('exponential multiplies each time', () => {
    const expected = [1, 0.9, 0.81, 0.729];
    expectNear(factors(schedules.exponential, { gamma: 0.9, unit: 'steps' }, run(4, 2)), expected);
    expectNear(factors(schedules.exponential, { gamma: 0.9, unit: 'epochs' }, run(4, 2)), [1, 1, 0.9, 0.9]);
  });

  it("cosine follows PyTorch's CosineAnnealingLR with T_max = the run and eta_min = minimum · rate", () => {
    const [steps, minimum] = [37, 0.1];
    const expected = Array.from(
      { length: steps },
      (_, t) => minimum + ((1 - minimum) * (1 + Math.cos((Math.PI * t) / steps))) / 2,
    );
    expectNear(factors(schedules.cosine, { minimum }, run(steps, 5)), expected);
  });

  it('cosine by hand: half-way it is half-way', () => {
    const found = factors(schedules.cosine, { minimum: 0.2 }, run(4, 1));
    expectNear([found[0] as number, found[2] as number], [1, 0.6]);
  });

  it.each(['cosine', 'linear'])("one-cycle follows PyTorch's OneCycleLR, %s", (shape) => {
    const [steps, rise, divisor, end] = [50, 0.3, 25, 1e4];
    const [initial, least] = [1 / divisor, 1 / divisor / end];
    const top = rise * steps - 1;
    const between = (a: number, b: number, share: number): number =>
      shape === 'linear' ? (b - a) * share + a : b + ((a - b) / 2) * (Math.cos(Math.PI * share) + 1);
    const expected = Array.from({ length: steps }, (_, t) =>
      t <= top ? between(initial, 1, t / top) : between(1, least, (t - top) / (steps - 1 - top)),
    );
    const params = { rise, startDivisor: divisor, endDivisor: end, shape };
    expectNear(factors(schedules['one-cycle'], params, run(steps, 5)), expected);
  });

  it('one-cycle reaches the rate that was set, where a step falls on the top', () => {
    const found = factors(schedules['one-cycle'], { rise: 0.5, shape: 'linear' }, run(10, 1));
    expect(Math.max(...found)).toBe(1);
    expect(found[4]).toBe(1);
  });
});

describe('a warm-up', () => {
  it('rises in a straight line to the schedule, whatever it is', () => {
    expectNear(factors(schedules.constant, {}, run(6, 2, 4)), [0.25, 0.5, 0.75, 1, 1, 1]);
    const params = { every: 1, unit: 'epochs', gamma: 0.5 };
    expectNear(factors(schedules.step, params, run(6, 2, 4)), [0.25, 0.5, 0.375, 0.5, 0.25, 0.25]);
  });

  it('comes before a schedule that spans the run', () => {
    const found = factors(schedules.cosine, { minimum: 0 }, run(8, 2, 4));
    expectNear(found, [
      0.25,
      0.5,
      0.75,
      1,
      1,
      ...[1, 2, 3].map((t) => (1 + Math.cos((Math.PI * t) / 4)) / 2),
    ]);
  });

  it('that is longer than the run only rises', () => {
    expectNear(factors(schedules.cosine, {}, run(3, 1, 6)), [1 / 6, 2 / 6, 3 / 6]);
  });
});

describe('reduce on plateau', () => {
  const { plateau } = schedules;
  const follow = (own: Params, losses: readonly number[]): Plateau[] => {
    const params = { ...defaultParams(plateau.fields), ...own };
    let state = notYetOnPlateau;
    return losses.map((loss) => {
      state = plateau.afterEpoch?.(params, state, loss) ?? state;
      return state;
    });
  };

  it('waits as long as its patience, then lowers the rate, as ReduceLROnPlateau does', () => {
    const states = follow({ patience: 2, gamma: 0.5, minChange: 0 }, [1, 1, 1, 1, 1, 1, 1]);
    expect(states.map(({ factor }) => factor)).toEqual([1, 1, 1, 0.5, 0.5, 0.5, 0.25]);
  });

  it('begins to wait anew whenever the loss has fallen', () => {
    const states = follow({ patience: 1, gamma: 0.5, minChange: 0 }, [1, 1, 0.9, 0.9, 0.9]);
    expect(states.map(({ factor }) => factor)).toEqual([1, 1, 1, 1, 0.5]);
  });

  it('takes less than its share for no progress', () => {
    const found = follow({ patience: 0, gamma: 0.5, minChange: 0.1 }, [1, 0.91, 0.89]);
    expect(found.map(({ factor }) => factor)).toEqual([1, 0.5, 0.5]);
    expect(found.at(-1)?.best).toBe(0.89);
  });

  it('never goes below its minimum', () => {
    const states = follow({ patience: 0, gamma: 0.1, minimum: 0.05, minChange: 0 }, [1, 1, 1, 1]);
    expect(states.at(-1)?.factor).toBe(0.05);
  });
});
