import { constant } from './constant.ts';
import type { ScheduleDefinition } from './contract.ts';
import { cosine } from './cosine.ts';
import { exponential } from './exponential.ts';
import { multiStep } from './multi-step.ts';
import { oneCycle } from './one-cycle.ts';
import { plateau } from './plateau.ts';
import { step } from './step.ts';

/** Every schedule of the learning rate there is: the only list. */
export const schedules = {
  constant,
  step,
  'multi-step': multiStep,
  exponential,
  cosine,
  'one-cycle': oneCycle,
  plateau,
} as const satisfies Record<string, ScheduleDefinition>;
